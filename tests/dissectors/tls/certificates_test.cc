#include "dissectors/tls/certificates.h"

#include <gtest/gtest.h>

#include "tests/dissectors/tls/builder.h"
#include "tests/dissectors/tls/reading.h"
#include "tests/dissectors/tls/recordings.h"

namespace uptake::tls {
namespace certificates_test {

using namespace test;

/// The whole of a recording, with somebody who wants Exhibits or without.
void play(const Recording& recording, Conversation& flow, bool shown) {
  if (shown) flow.want_exhibits();
  for (std::size_t i = 0; i < recording.flights.size(); ++i)
    flow.offer(i % 2 == 0 ? Side::client : Side::server, from_hex(recording.flights[i]));
  flow.finish();
}

std::vector<std::uint16_t> kinds_of(const Conversation& flow) {
  std::vector<std::uint16_t> kinds;
  for (const Shown& one : flow.shown) kinds.push_back(one.kind);
  return kinds;
}

using Kinds = std::vector<std::uint16_t>;

TEST(TlsCertificates, TheChainIsShownBelow13AndTheEndAlways) {
  for (const Recording* one : {&kTls10Ecdhe, &kTls11Rsa, &kTls12Ecdhe, &kTls12Rsa, &kTls12OwnDhe, &kTls12Ffdhe}) {
    Conversation flow;
    play(*one, flow, true);
    EXPECT_EQ(kinds_of(flow), (Kinds{kChain, kEnd})) << one->name;
    // The list of certificates is as long as it says, and the first begins like one.
    Cursor body(flow.shown[0].bytes);
    const std::uint32_t list = body.u24();
    EXPECT_EQ(list, body.left());
    const std::uint32_t first = body.u24();
    EXPECT_EQ(first, body.left());
    EXPECT_EQ(body.u8(), 0x30);
    EXPECT_EQ(SessionBits::unpack(flow.shown[1].value).pack(), flow.session().pack());
  }
  for (const Recording* one : {&kTls12Anonymous, &kTls13, &kTls13Retry, &kTls12ById, &kTls12ByTicket, &kTls13ByPsk}) {
    Conversation flow;
    play(*one, flow, true);
    EXPECT_EQ(kinds_of(flow), Kinds{kEnd}) << one->name;
  }
}

TEST(TlsCertificates, WhatIsNotedIsTheSameWhetherOrNotSomebodyWantsThem) {
  for (const Recording* one : {&kTls10Ecdhe, &kTls11Rsa, &kTls12Ecdhe, &kTls12Rsa, &kTls12OwnDhe, &kTls12Ffdhe,
                               &kTls12Anonymous, &kTls13, &kTls12ById, &kTls12ByTicket}) {
    Conversation with;
    Conversation without;
    play(*one, with, true);
    play(*one, without, false);
    EXPECT_EQ(with.noted, without.noted) << one->name;
    EXPECT_TRUE(without.shown.empty());
  }
}

TEST(TlsCertificates, TwoPiecesGiveTheSame) {
  for (const Recording* one : {&kTls12Ecdhe, &kTls12Rsa}) {
    Conversation whole;
    play(*one, whole, true);
    const Octets flight = from_hex(one->flights[1]);
    for (std::size_t cut = 1; cut < flight.size(); ++cut) {
      Conversation flow;
      flow.want_exhibits();
      flow.client(from_hex(one->flights[0]));
      flow.server(Bytes{flight}.first(cut));
      flow.server(Bytes{flight}.subspan(cut));
      flow.finish();
      ASSERT_EQ(flow.shown, whole.shown) << cut;
      ASSERT_EQ(flow.noted, whole.noted) << cut;
    }
  }
}

TEST(TlsCertificates, WhatIsNotHeldSaysSo) {
  const Octets flight = from_hex(kTls12Ecdhe.flights[1]);
  Conversation whole;
  play(kTls12Ecdhe, whole, true);
  const std::size_t chain = whole.shown[0].bytes.size();
  // The snaplen cuts it.
  Conversation cut;
  cut.want_exhibits();
  cut.client(from_hex(kTls12Ecdhe.flights[0]));
  cut.server(Bytes{flight}.first(flight.size() - chain), static_cast<std::uint32_t>(chain));
  cut.finish();
  ASSERT_EQ(kinds_of(cut), (Kinds{kChainLost, kEnd}));
  EXPECT_EQ(cut.shown[0].value, static_cast<std::uint64_t>(Ending::truncated));
  // It never ends: that it came is known.
  Conversation open;
  open.want_exhibits();
  open.client(from_hex(kTls12Ecdhe.flights[0]));
  open.server(Bytes{flight}.first(flight.size() - chain));
  open.finish(Ending::gap);
  ASSERT_EQ(kinds_of(open), (Kinds{kChainLost, kEnd}));
  EXPECT_EQ(open.shown[0].value, static_cast<std::uint64_t>(Ending::gap));
  EXPECT_TRUE(open.session().full);
}

TEST(TlsCertificates, ALongOneIsPassedOver) {
  const Octets flight = from_hex(kTls12Ecdhe.flights[1]);
  const Octets hello(flight.begin(), flight.begin() + 5 + (flight[3] << 8 | flight[4]));
  Octets message{kCertificate, 0, 0x40, 0};
  message.resize(4 + 0x4000);
  Conversation flow;
  flow.want_exhibits();
  flow.client(from_hex(kTls12Ecdhe.flights[0]));
  flow.server(hello);
  flow.server(records(kHandshake, message));
  flow.finish();
  ASSERT_EQ(kinds_of(flow), (Kinds{kChainLost, kEnd}));
  EXPECT_EQ(flow.shown[0].value, static_cast<std::uint64_t>(Ending::limit));
  EXPECT_EQ(flow.held(Side::server), 0U);
}

/// Where a flight breaks off, what it has not shown yet is lost, and nothing else is.
TEST(TlsCertificates, AFlightThatBreaksOffSaysWhatItOwes) {
  const Octets flight = from_hex(kTls12Ecdhe.flights[1]);
  Conversation whole;
  play(kTls12Ecdhe, whole, true);
  const Octets& chain = whole.shown[0].bytes;
  const auto found = std::search(flight.begin(), flight.end(), chain.begin(), chain.end());
  ASSERT_NE(found, flight.end());
  const auto begins = static_cast<std::size_t>(found - flight.begin()) - 4;
  const std::size_t ends = begins + 4 + chain.size();
  const std::size_t hello = 5 + std::size_t{flight[3]} * 256 + flight[4];
  for (const Ending why : {Ending::closed, Ending::gap, Ending::limit, Ending::malformed}) {
    const auto lost = static_cast<std::uint64_t>(why == Ending::closed ? Ending::gap : why);
    for (std::size_t size = hello; size < flight.size(); ++size) {
      Conversation flow;
      flow.want_exhibits();
      flow.client(from_hex(kTls12Ecdhe.flights[0]));
      flow.server(Bytes{flight}.first(size));
      flow.finish(why);
      const auto kinds = kinds_of(flow);
      if (size < ends) {
        ASSERT_EQ(kinds, (Kinds{kChainLost, kEnd})) << size;
        ASSERT_EQ(flow.shown[0].value, lost);
      } else if (kinds.size() == 3) {
        ASSERT_EQ(kinds, (Kinds{kChain, kStapleLost, kEnd})) << size;
        ASSERT_EQ(flow.shown[1].value, lost);
        ASSERT_LE(size, ends + 9) << "the header of the next message tells that it is none";
      } else {
        ASSERT_EQ(kinds, (Kinds{kChain, kEnd})) << size;
      }
    }
  }
  // The snaplen cuts it there.
  Conversation cut;
  cut.want_exhibits();
  cut.client(from_hex(kTls12Ecdhe.flights[0]));
  cut.server(Bytes{flight}.first(begins), static_cast<std::uint32_t>(flight.size() - begins));
  cut.finish();
  ASSERT_EQ(kinds_of(cut), (Kinds{kChainLost, kEnd}));
  EXPECT_EQ(cut.shown[0].value, static_cast<std::uint64_t>(Ending::truncated));
}

/// A recording with a CertificateStatus behind the chain.
class WithStaple : public testing::TestWithParam<const Recording*> {};

TEST_P(WithStaple, IsShownBehindTheChain) {
  const Octets flight = from_hex(GetParam()->flights[1]);
  Conversation plain;
  play(*GetParam(), plain, true);
  // Behind the record that ends with the Certificate.
  const Octets& chain = plain.shown[0].bytes;
  const auto at = std::search(flight.begin(), flight.end(), chain.begin(), chain.end());
  ASSERT_NE(at, flight.end());
  Octets with(flight.begin(), at + static_cast<std::ptrdiff_t>(chain.size()));
  const Octets staple{1, 0, 0, 3, 0x30, 1, 0};
  Octets message{kCertificateStatus, 0, 0, static_cast<std::uint8_t>(staple.size())};
  message.insert(message.end(), staple.begin(), staple.end());
  const Octets record = records(kHandshake, message);
  with.insert(with.end(), record.begin(), record.end());
  with.insert(with.end(), at + static_cast<std::ptrdiff_t>(chain.size()), flight.end());
  Conversation flow;
  flow.want_exhibits();
  flow.client(from_hex(GetParam()->flights[0]));
  flow.server(with);
  flow.finish();
  ASSERT_EQ(kinds_of(flow), (Kinds{kChain, kStaple, kEnd}));
  EXPECT_EQ(flow.shown[1].bytes, staple);
  EXPECT_EQ(flow.noted, plain.noted);
}

INSTANTIATE_TEST_SUITE_P(TlsCertificates, WithStaple, testing::Values(&kTls12Ecdhe, &kTls12Rsa),
                         [](const auto& one) { return one.index == 0 ? "Ecdhe" : "Rsa"; });

}  // namespace certificates_test
}  // namespace uptake::tls
