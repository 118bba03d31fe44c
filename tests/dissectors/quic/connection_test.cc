// What connections come to: versions, Retry, coalesced packets, answers.

#include <gtest/gtest.h>

#include "tests/dissectors/quic/talk.h"

namespace uptake::quic::test {
namespace connection_test {

const Octets kHello = client_hello();
const Octets kClientId = from_hex("c101");
const Octets kServerId = from_hex("5e12ae3f01");
const Octets kFirst = seal({}, crypto_part(kHello, 0, 900));

/// The Initial of a server, whose keys come from what the client made up.
Octets answer(Version version = Version::v1, const Octets& frames = kAck + crypto(0, server_hello()),
              const Octets& key_id = from_hex("8394c8f03e515708")) {
  return seal(
      {.version = version, .from = Side::server, .destination = kClientId, .source = kServerId, .key_id = key_id},
      frames);
}

TEST(Answer, TheServersHelloIsCarried) {
  Talk talk;
  (void)talk.client(kFirst);
  EXPECT_EQ(talk.server(answer() + closed(Version::v1, Type::handshake, kClientId, kServerId)), Verdict::keep_going);
  ASSERT_EQ(talk.carried[1].size(), 1U);
  EXPECT_EQ(talk.carried[1][0].octets, server_hello());
  // What the client sends from here on has the server's ID, and the keys of before.
  EXPECT_EQ(talk.client(seal({.destination = kServerId, .number = 1}, crypto_part(kHello, 900, 2000))),
            Verdict::keep_going);
  EXPECT_EQ(talk.carried[0].size(), 2U);
  talk.finish();
  EXPECT_EQ(talk.connection().negotiated, Version::v1);
}

TEST(Answer, WhatTheReaderOfTheHellosSaysIsNoted) {
  Talk talk;
  (void)talk.client(kFirst);
  const tls::OfferBits offer{.ech = true, .pq_offered = true, .first_alpn = tls::Alpn::h3};
  Dissector::hears(talk.memory, tls::kOffer, offer.pack());
  (void)talk.server(answer());
  const tls::SessionBits session{.suite = 0x1303,
                                 .group = 0x11ec,
                                 .version_minor = 4,
                                 .sight = tls::Sight::complete,
                                 .group_sight = tls::GroupSight::known};
  Dissector::hears(talk.memory, tls::kSession, session.pack());
  EXPECT_EQ(talk.client(short_packet()), Verdict::concluded);
  const ConnectionBits bits = talk.connection();
  EXPECT_EQ(bits.hello, Hello::read);
  EXPECT_TRUE(bits.ech && bits.pq_offered);
  EXPECT_EQ(bits.answer, Answer::read);
  EXPECT_EQ(bits.alpn, tls::Alpn::h3);
  EXPECT_EQ(bits.suite, 0x1303);
  EXPECT_EQ(bits.group, 0x11ec);
}

TEST(Answer, AServerThatClosesRefuses) {
  Talk talk;
  (void)talk.client(kFirst);
  EXPECT_EQ(talk.server(answer(Version::v1, kClose)), Verdict::concluded);
  EXPECT_EQ(talk.connection().answer, Answer::refused);
}

/// An Initial of the server with a number, which need not open.
Octets numbered(std::uint32_t number, const Octets& frames) {
  return seal({.from = Side::server, .destination = kClientId, .source = kServerId, .number = number}, frames);
}
/// What becomes of the answer when the server sends these datagrams, the last octets of which are cut.
ConnectionBits answered(const std::vector<Octets>& datagrams, std::size_t cut_to = 10'000) {
  Talk talk;
  (void)talk.client(kFirst);
  for (const Octets& whole : datagrams) {
    const std::size_t size = std::min(cut_to, whole.size());
    const Octets part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    if (talk.server(part, static_cast<std::uint32_t>(whole.size() - size)) == Verdict::concluded)
      return talk.connection();
  }
  talk.finish();
  return talk.connection();
}

TEST(Answer, ACloseIsARefusalOnlyWhereNoServerHelloCanBeHiddenInFrontOfIt) {
  const Octets hello = crypto(0, server_hello());
  EXPECT_EQ(answered({numbered(0, kClose)}).answer, Answer::refused);
  EXPECT_EQ(answered({numbered(0, kAck), numbered(1, kAck + kClose)}).answer, Answer::refused);
  EXPECT_EQ(answered({numbered(1, kClose)}).answer, Answer::partial) << "the first Initial was lost";
  EXPECT_EQ(answered({numbered(0, kAck), numbered(2, kClose)}).answer, Answer::partial);
  EXPECT_EQ(answered({numbered(0, crypto(0, Octets(50, 2))), numbered(1, kClose)}).answer, Answer::partial)
      << "its ServerHello began";
  EXPECT_EQ(answered({numbered(0, hello), numbered(1, kClose)}, 96).answer, Answer::truncated);
  const Octets handshake = closed(Version::v1, Type::handshake, kClientId, kServerId);
  const ConnectionBits late = answered({handshake, numbered(0, kClose)});
  EXPECT_NE(late.answer, Answer::refused);
  EXPECT_TRUE(late.went_on);
}

TEST(Answer, OneThatCannotBeReadSaysWhy) {
  const Octets hello = crypto(0, server_hello());
  EXPECT_EQ(answered({}).answer, Answer::unseen);
  EXPECT_EQ(answered({numbered(0, kAck)}).answer, Answer::partial);
  EXPECT_EQ(answered({numbered(0, hello)}, 96).answer, Answer::truncated);
  Octets forged = numbered(0, hello);
  forged.back() ^= 1;
  EXPECT_EQ(answered({forged}).answer, Answer::sealed);
  EXPECT_FALSE(answered({forged}).went_on);

  const auto opener = std::make_unique<Opener>();
  Talk flooded(*opener);
  opener->refill();
  (void)flooded.client(kFirst);
  for (std::uint32_t i = 0; i < Opener::kBudget; ++i) (void)Talk(*opener).client(kFirst);
  (void)flooded.server(numbered(0, hello));
  flooded.finish();
  EXPECT_EQ(flooded.connection().answer, Answer::overload);

  Talk given_up;
  (void)given_up.client(kFirst);
  Dissector::hears(given_up.memory, tls::kOffer, tls::OfferBits{}.pack());
  given_up.finish(Ending::limit);
  EXPECT_EQ(given_up.connection().answer, Answer::limit);
}

TEST(Versions, TheServerMayGoOnInACompatibleOne) {
  Talk talk;
  (void)talk.client(kFirst);
  (void)talk.server(answer(Version::v2));
  EXPECT_EQ(talk.carried[1].size(), 1U) << "its keys are those of the other version, from the same ID";
  talk.finish();
  EXPECT_EQ(talk.connection().offered, Version::v1);
  EXPECT_EQ(talk.connection().negotiated, Version::v2);
}

TEST(Versions, EachIsOpenedAndTold) {
  for (const VersionRow& row : version_rows()) {
    if (row.number == 0) continue;
    Octets frame = crypto_part(kHello, 0, 900);
    if (row.version == Version::google_t50 || row.version == Version::google_t51) frame[0] = 8;
    Talk talk;
    EXPECT_EQ(talk.client(seal({.version = row.version}, frame)), Verdict::keep_going);
    EXPECT_EQ(talk.carried[0].size(), 1U) << row.text;
    talk.finish();
    EXPECT_EQ(talk.connection().offered, row.version);
  }
}

TEST(Versions, NegotiationMakesTheClientBeginAgain) {
  Talk talk;
  (void)talk.client(seal({.version = Version::v2}, crypto_part(kHello, 0, 900)));
  (void)talk.server(negotiation(kClientId, from_hex("8394c8f03e515708")));
  const Octets id = from_hex("aabbccddeeff0011");
  EXPECT_EQ(talk.client(seal({.destination = id, .key_id = id}, crypto_part(kHello, 0, 900))), Verdict::keep_going);
  EXPECT_EQ(talk.carried[0].size(), 2U);
  (void)talk.server(answer(Version::v1, kAck + crypto(0, server_hello()), id));
  EXPECT_EQ(talk.carried[1].size(), 1U);
  talk.finish();
  EXPECT_TRUE(talk.connection().version_negotiation);
  EXPECT_EQ(talk.connection().offered, Version::v2);
  EXPECT_EQ(talk.connection().negotiated, Version::v1);
}

TEST(Retry, NewKeysWhenAnInitialOpensWithThem) {
  const Octets first_retry = from_hex("1122334455667788");
  const Octets second_retry = from_hex("99aa");
  Talk talk;
  (void)talk.client(kFirst);
  (void)talk.server(retry(Version::v1, kClientId, first_retry));
  (void)talk.server(retry(Version::v1, kClientId, second_retry));  // a client ignores it (RFC 9000 section 17.2.5.2)
  const Initial again{.destination = first_retry, .key_id = first_retry, .token = {1, 2, 3}, .number = 1};
  (void)talk.client(seal(again, crypto_part(kHello, 0, 900)));
  EXPECT_EQ(talk.carried[0].size(), 2U);
  (void)talk.server(answer(Version::v1, crypto(0, server_hello()), first_retry));
  EXPECT_EQ(talk.carried[1].size(), 1U);
  talk.finish();
  EXPECT_TRUE(talk.connection().retry);
  EXPECT_EQ(talk.connection().hello_initials, 1) << "those of before the Retry do not count";
}

TEST(Retry, KeysOfBeforeGoOnWhereTheClientDidNotTakeIt) {
  Talk talk;
  (void)talk.client(kFirst);
  (void)talk.server(retry(Version::v1, kClientId, from_hex("1122334455667788")));
  (void)talk.server(answer());
  EXPECT_EQ(talk.carried[1].size(), 1U);
}

TEST(Coalesced, InitialAnd0RttAndPaddingThatIsNoPacket) {
  const Octets early = closed(Version::v1, Type::zero_rtt, from_hex("8394c8f03e515708"), kClientId);
  Talk talk;
  (void)talk.client(kFirst + early + Octets(30, 0));
  talk.finish();
  EXPECT_TRUE(talk.connection().zero_rtt);
  EXPECT_EQ(talk.carried[0].size(), 1U);
}

TEST(Coalesced, TwoInitialsInOneDatagram) {
  Talk talk;
  (void)talk.client(seal({.padded = 0}, crypto_part(kHello, 700, 600)) +
                    seal({.number = 1, .padded = 0}, crypto_part(kHello, 0, 700)));
  ASSERT_EQ(talk.carried[0].size(), 1U);
  EXPECT_EQ(talk.carried[0][0].octets.size(), 1300U);
  talk.finish();
  EXPECT_EQ(talk.connection().hello_initials, 2);
}

TEST(Coalesced, APacketForAnotherIdIsNotOfThisConnection) {
  const Octets other = from_hex("0000000000000000");
  Talk talk;
  (void)talk.client(kFirst + seal({.destination = other, .padded = 0}, crypto_part(kHello, 900, 300)));
  EXPECT_EQ(talk.carried[0].size(), 1U);
}

TEST(Greased, TheFixedBitMayBeZero) {
  Talk talk;
  (void)talk.client(kFirst);
  (void)talk.server(seal({.from = Side::server, .destination = kClientId, .source = kServerId, .greased = true},
                         crypto(0, server_hello())));
  EXPECT_EQ(talk.carried[1].size(), 1U);
}

TEST(Cut, ATruncatedInitialSaysItsVersionAlone) {
  Talk talk;
  const Octets part(kFirst.begin(), kFirst.begin() + 96);
  EXPECT_EQ(talk.client(part, static_cast<std::uint32_t>(kFirst.size() - 96)), Verdict::keep_going);
  const Octets back = answer();
  EXPECT_EQ(talk.server(Octets(back.begin(), back.begin() + 96), static_cast<std::uint32_t>(back.size() - 96)),
            Verdict::keep_going);
  Verdict last = Verdict::keep_going;
  for (int i = 0; i < 8; ++i) last = talk.client(short_packet());
  EXPECT_EQ(last, Verdict::concluded);
  EXPECT_EQ(talk.connection().hello, Hello::truncated);
  EXPECT_EQ(talk.connection().negotiated, Version::v1);
}

TEST(Patience, AConnectionWhoseServerIsNotSeenEnds) {
  Talk talk;
  (void)talk.client(kFirst);
  Verdict last = Verdict::keep_going;
  for (int i = 0; i < 64; ++i) last = talk.client(short_packet());
  EXPECT_EQ(last, Verdict::concluded);
  EXPECT_EQ(talk.connection().negotiated, Version::none);
}

TEST(Ports, DnsOverQuic) {
  Talk talk;
  talk.server_port = 853;
  (void)talk.client(kFirst);
  talk.finish();
  EXPECT_TRUE(talk.connection().doq);
}

}  // namespace connection_test
}  // namespace uptake::quic::test
