// What must hold whatever is sent: nothing is noted twice, nothing is believed that is not beyond doubt.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/dissectors/quic/talk.h"

namespace uptake::quic::test {
namespace hostile_test {

static_assert(uptake::Dissector<Dissector>);

const Octets kHello = client_hello();
const Octets kFirst = seal({}, crypto(0, Octets(kHello.begin(), kHello.begin() + 300)));
constexpr auto kHasOpened = [](const Talk& talk) { return talk.memory.connection.opened; };

TEST(Whole, AnInitialIsOpenedAndCarried) {
  Talk talk;
  EXPECT_EQ(talk.client(kFirst), Verdict::keep_going);
  EXPECT_EQ(talk.claim, Claim::yes);
  ASSERT_EQ(talk.carried[0].size(), 1U);
  EXPECT_EQ(talk.carried[0][0].octets.size(), 300U);
  talk.finish();
  EXPECT_EQ(talk.connection().offered, Version::v1);
  EXPECT_EQ(talk.connection().hello, Hello::partial);
  EXPECT_EQ(talk.connection().hello_initials, 1);
}

TEST(Prefix, NothingIsNotedOfAPartOfAnInitial) {
  const auto opener = std::make_unique<Opener>();
  for (std::size_t size = 0; size < kFirst.size(); ++size) {
    const Octets part(kFirst.begin(), kFirst.begin() + static_cast<std::ptrdiff_t>(size));
    Talk whole(*opener);
    EXPECT_NE(whole.client(part), Verdict::concluded);
    EXPECT_TRUE(whole.noted.empty());
    EXPECT_FALSE(kHasOpened(whole)) << size;
    Talk cut(*opener);
    (void)cut.client(part, static_cast<std::uint32_t>(kFirst.size() - size));
    EXPECT_FALSE(kHasOpened(cut)) << size;
    EXPECT_TRUE(cut.noted.empty());
    cut.finish();
    for (const std::uint64_t value : cut.noted) EXPECT_EQ(ConnectionBits::unpack(value).hello, Hello::truncated);
  }
}

TEST(Change, EveryOctetOfAnInitialIsAuthenticated) {
  const auto opener = std::make_unique<Opener>();
  for (std::size_t at = 0; at < kFirst.size(); ++at) {
    for (const std::uint8_t bit : {std::uint8_t{0x01}, std::uint8_t{0x40}, std::uint8_t{0x80}}) {
      Octets changed = kFirst;
      changed[at] ^= bit;
      Talk talk(*opener);
      (void)talk.client(changed);
      EXPECT_FALSE(kHasOpened(talk)) << at;
      EXPECT_TRUE(talk.carried[0].empty());
      talk.finish();
      EXPECT_TRUE(talk.noted.empty()) << at;
    }
  }
}

/// The pieces of a side, put together as far as they reach from the start.
Octets joined(std::vector<Talk::Piece> pieces) {
  std::ranges::sort(pieces, {}, &Talk::Piece::offset);
  Octets whole;
  for (const Talk::Piece& piece : pieces) {
    if (piece.offset > whole.size()) break;
    const std::size_t known = whole.size() - piece.offset;
    if (known < piece.octets.size())
      whole.insert(whole.end(), piece.octets.begin() + static_cast<std::ptrdiff_t>(known), piece.octets.end());
  }
  return whole;
}

TEST(Cut, AHelloInTwoInitialsIsTheSameWhereverItIsCut) {
  const auto opener = std::make_unique<Opener>();
  for (std::size_t cut = 500; cut < 1100; cut += 7) {
    const std::array datagrams{seal({.number = 0}, crypto_part(kHello, 0, cut)),
                               seal({.number = 1}, crypto_part(kHello, cut, kHello.size()))};
    for (const bool turned : {false, true}) {
      Talk talk(*opener);
      EXPECT_EQ(talk.client(datagrams[turned ? 1 : 0]), Verdict::keep_going);
      EXPECT_EQ(talk.client(datagrams[turned ? 0 : 1]), Verdict::keep_going);
      EXPECT_EQ(joined(talk.carried[0]), kHello) << cut;
      talk.finish();
      EXPECT_EQ(talk.connection().hello_octets, kHello.size());
      EXPECT_EQ(talk.connection().hello_initials, 2);
      EXPECT_EQ(talk.connection().hello_shuffled, turned);
    }
  }
}

TEST(Frames, InAnyOrderAndOverlappingTheyAreOneMessage) {
  const auto opener = std::make_unique<Opener>();
  std::mt19937 random(1);
  const Octets message(kHello.begin(), kHello.begin() + 1000);
  for (int turn = 0; turn < 2000; ++turn) {
    std::vector<Octets> frames;
    for (std::size_t at = 0; at < message.size();) {
      const std::size_t size = 1 + random() % 120;
      const std::size_t back = std::min<std::size_t>(at, random() % 4 == 0 ? random() % 30 : 0);
      frames.push_back(crypto_part(message, at - back, size + back));
      if (random() % 5 == 0) frames.push_back(random() % 2 == 0 ? kPing : Octets(random() % 9, 0));
      at += size;
    }
    std::ranges::shuffle(frames, random);
    Octets all;
    for (const Octets& frame : frames) all = all + frame;
    Talk talk(*opener);
    EXPECT_EQ(talk.client(seal({.padded = 1200}, all)), Verdict::keep_going);
    ASSERT_EQ(talk.carried[0].size(), 1U) << "joined";
    EXPECT_EQ(talk.carried[0][0].octets, message);
  }
}

TEST(Frames, OverlapsThatDifferAreCarriedApart) {
  Talk talk;
  (void)talk.client(seal({}, crypto(0, {1, 2, 3, 4}) + crypto(2, {9, 9, 5}) + crypto(5, {6})));
  ASSERT_EQ(talk.carried[0].size(), 2U);
  EXPECT_EQ(talk.carried[0][0], (Talk::Piece{0, {1, 2, 3, 4}}));
  EXPECT_EQ(talk.carried[0][1], (Talk::Piece{2, {9, 9, 5, 6}}));
}

TEST(Frames, OffsetsOutOfAllBoundsAreAllAlike) {
  for (const std::uint64_t offset : {std::uint64_t{1} << 20, std::uint64_t{1} << 32, (std::uint64_t{1} << 62) - 1}) {
    Talk talk;
    (void)talk.client(seal({}, crypto(offset, {1, 2, 3})));
    ASSERT_EQ(talk.carried[0].size(), 1U);
    EXPECT_EQ(talk.carried[0][0].offset, CryptoFrames::kFarthest);
    talk.finish();
    EXPECT_LT(talk.connection().hello_octets, 1U << 15);
  }
}

TEST(Frames, ThoseThatAnInitialMayNotHaveEndIt) {
  Talk talk;
  EXPECT_EQ(talk.client(seal({}, crypto(0, {1, 2}) + Octets{0x08, 1, 1} + crypto(2, {3}))), Verdict::keep_going);
  ASSERT_EQ(talk.carried[0].size(), 1U);
  EXPECT_EQ(talk.carried[0][0].octets, (Octets{1, 2}));
}

TEST(Frames, RandomOnesAreSafe) {
  const auto opener = std::make_unique<Opener>();
  std::mt19937 random(7);
  for (int turn = 0; turn < 3000; ++turn) {
    Octets frames(random() % 200);
    for (std::uint8_t& octet : frames) octet = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 8);
    Talk talk(*opener);
    (void)talk.client(seal({}, frames));
    EXPECT_LE(talk.carried[0].size(), Carried::kPieces);
    talk.finish();
    EXPECT_EQ(talk.noted.size(), 1U);
  }
}

TEST(Doubt, AForgedInitialIsNoConnection) {
  Octets forged = kFirst;
  forged.back() ^= 1;
  Talk talk;
  EXPECT_EQ(talk.client(forged), Verdict::need_more);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(talk.client(forged), Verdict::need_more);
  Verdict last = Verdict::need_more;
  for (int i = 0; i < 3; ++i) last = talk.client(forged);
  EXPECT_EQ(last, Verdict::not_mine);
  talk.finish();
  EXPECT_TRUE(talk.noted.empty());
}

TEST(Doubt, AnInitialWithReservedBitsIsAsAForgedOne) {
  for (std::uint8_t reserved = 1; reserved <= 3; ++reserved) {
    Talk talk;
    EXPECT_EQ(talk.client(seal({.reserved = reserved}, crypto_part(client_hello(), 0, 1000))), Verdict::need_more);
    EXPECT_TRUE(talk.carried[0].empty());
  }
}

TEST(Doubt, AForgedFirstOneDoesNotHideTheClientsOwn) {
  Octets forged = seal({.destination = from_hex("0102030405060708")}, {});
  forged.back() ^= 1;
  Talk talk;
  EXPECT_EQ(talk.client(forged), Verdict::need_more);
  EXPECT_EQ(talk.client(kFirst), Verdict::keep_going);
  EXPECT_TRUE(kHasOpened(talk));
}

TEST(Doubt, AnAnswerToSomebodyElseProvesNothing) {
  Octets forged = kFirst;
  forged.back() ^= 1;
  Talk talk;
  (void)talk.client(forged);
  EXPECT_EQ(talk.server(negotiation(from_hex("c199"), from_hex("8394c8f03e515708"))), Verdict::need_more);
  EXPECT_EQ(talk.server(negotiation(from_hex("c101"), from_hex("8394c8f03e515708"))), Verdict::keep_going);
  talk.finish();
  EXPECT_EQ(talk.connection().hello, Hello::sealed);
  EXPECT_TRUE(talk.connection().version_negotiation);
}

TEST(Claims, AShortIdOrDatagramOrAnUnknownVersionElsewhereIsNone) {
  Talk talk;
  (void)talk.client(seal({.destination = from_hex("01020304050607"), .key_id = from_hex("01020304050607")}, {}));
  EXPECT_EQ(talk.claim, Claim::no);
  (void)talk.client(seal({.padded = 1100}, {}));
  EXPECT_EQ(talk.claim, Claim::no);
  Octets unknown = kFirst;
  unknown[1] = 0x12;
  (void)talk.client(unknown);
  EXPECT_EQ(talk.claim, Claim::yes);
  talk.server_port = 53;
  (void)talk.client(unknown);
  EXPECT_EQ(talk.claim, Claim::no);
  (void)talk.client(short_packet(1300));
  EXPECT_EQ(talk.claim, Claim::no);
}

TEST(Budget, WhatABurstMayNotOpenIsSaid) {
  const auto opener = std::make_unique<Opener>();
  opener->refill();
  for (std::uint32_t i = 0; i < Opener::kBudget; ++i) {
    Talk talk(*opener);
    EXPECT_EQ(talk.client(kFirst), Verdict::keep_going);
  }
  Talk beyond(*opener);
  EXPECT_EQ(beyond.client(kFirst), Verdict::concluded);
  EXPECT_EQ(beyond.connection().hello, Hello::overload);
  EXPECT_EQ(beyond.connection().offered, Version::v1);
  opener->refill();
  Talk next(*opener);
  EXPECT_EQ(next.client(kFirst), Verdict::keep_going);
}

}  // namespace hostile_test
}  // namespace uptake::quic::test
