// Handshakes of a real implementation: what is read of them, whole and in every two pieces.

#include "tests/dissectors/tls/recordings.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/dissectors/tls/builder.h"

namespace uptake::tls::test {
namespace recordings_test {

struct Case {
  const Recording& recording;
  std::uint16_t version;
  std::uint16_t suite;
  GroupSight sight;
  std::uint16_t group = 0;
  std::uint8_t hash = 0;
  bool resumed = false;
  bool retry = false;
  bool ems = true;
  Alpn alpn = Alpn::absent;
};

constexpr auto kKnown = GroupSight::known;
constexpr auto kNone = GroupSight::none;
constexpr auto kCustom = GroupSight::custom_dh;
const std::array kCases{
    Case{kTls10Ecdhe, 0x0301, 0xc009, kKnown, 0x001d},
    Case{kTls11Rsa, 0x0302, 0x0035, kNone},
    Case{.recording = kTls12Ecdhe,
         .version = 0x0303,
         .suite = 0xc02b,
         .sight = kKnown,
         .group = 0x001d,
         .hash = 4,
         .alpn = Alpn::h2},
    Case{kTls12Rsa, 0x0303, 0x009c, kNone},
    Case{kTls12OwnDhe, 0x0303, 0x009e, kCustom, 0, 8},
    Case{kTls12Ffdhe, 0x0303, 0x009f, kKnown, 0x0100, 8},
    Case{kTls12Anonymous, 0x0303, 0x006c, kCustom},
    Case{.recording = kTls13,
         .version = 0x0304,
         .suite = 0x1302,
         .sight = kKnown,
         .group = 0x001d,
         .ems = false,
         .alpn = Alpn::unobservable},
    Case{.recording = kTls13Retry,
         .version = 0x0304,
         .suite = 0x1302,
         .sight = kKnown,
         .group = 0x0018,
         .retry = true,
         .ems = false},
    Case{.recording = kTls12ById, .version = 0x0303, .suite = 0xc02b, .sight = kNone, .resumed = true},
    Case{.recording = kTls12ByTicket, .version = 0x0303, .suite = 0xc02b, .sight = kNone, .resumed = true},
    Case{.recording = kTls13ByPsk,
         .version = 0x0304,
         .suite = 0x1302,
         .sight = kKnown,
         .group = 0x001d,
         .resumed = true,
         .ems = false},
};

Octets side_of(const Recording& recording, Side side) {
  Octets all;
  for (std::size_t i = side == Side::client ? 0 : 1; i < recording.flights.size(); i += 2)
    all = all + from_hex(recording.flights[i]);
  return all;
}

/// Flight by flight; one direction is cut in two pieces at `cut`.
std::vector<Noted> play(const Recording& recording, Side side, std::size_t cut) {
  Conversation flow;
  std::size_t sent[2] = {0, 0};
  for (std::size_t i = 0; i < recording.flights.size(); ++i) {
    const Octets flight = from_hex(recording.flights[i]);
    const Side from = i % 2 == 0 ? Side::client : Side::server;
    std::size_t& before = sent[i % 2];
    const bool cuts = from == side && cut > before && cut < before + flight.size();
    const std::size_t first = cuts ? cut - before : flight.size();
    flow.offer(from, Bytes(flight).first(first));
    if (cuts) flow.offer(from, Bytes(flight).subspan(first));
    before += flight.size();
  }
  flow.finish();
  return flow.noted;
}

TEST(TlsRecordings, SayWhatWasNegotiated) {
  for (const Case& expected : kCases) {
    SCOPED_TRACE(expected.recording.name);
    Conversation flow;
    for (std::size_t i = 0; i < 4; ++i)
      flow.offer(i % 2 == 0 ? Side::client : Side::server, from_hex(expected.recording.flights[i]));
    flow.finish();
    ASSERT_EQ(flow.count(kSession), 1U);
    ASSERT_EQ(flow.count(kOffer), 1U);
    EXPECT_EQ(flow.name(), "www.example.org");
    const SessionBits session = flow.session();
    EXPECT_EQ(session.sight, Sight::complete);
    EXPECT_TRUE(session.client_hello);
    EXPECT_TRUE(session.offered_1_3);
    EXPECT_EQ(session.version(), expected.version);
    EXPECT_EQ(session.suite, expected.suite);
    EXPECT_EQ(session.group_sight, expected.sight);
    EXPECT_EQ(session.group, expected.group);
    EXPECT_EQ(session.signature_hash, expected.hash);
    EXPECT_EQ(session.resumed, expected.resumed);
    EXPECT_EQ(session.hello_retry, expected.retry);
    EXPECT_EQ(session.ems, expected.ems);
    EXPECT_EQ(session.alpn, expected.alpn);
    EXPECT_EQ(session.secure_renegotiation, expected.version < 0x0304);
    EXPECT_FALSE(session.compression);
    EXPECT_EQ(flow.offered().best_version, 0x0304);
    EXPECT_EQ(flow.offered().worst_version, 0x0301);
  }
}

TEST(TlsRecordings, ARefusalNegotiatesNothing) {
  Conversation flow;
  flow.client(from_hex(kRefused.flights[0]));
  flow.server(from_hex(kRefused.flights[1]));
  flow.finish();
  ASSERT_EQ(flow.count(kSession), 1U);
  EXPECT_EQ(flow.session().sight, Sight::refused);
  EXPECT_EQ(flow.session().version(), 0);
  EXPECT_TRUE(flow.session().client_hello);
  EXPECT_EQ(flow.offered().best_version, 0x0302);
}

TEST(TlsRecordings, CutAnywhereTheySayTheSame) {
  for (const Case& one : kCases) {
    const auto whole = play(one.recording, Side::client, 0);
    for (const Side side : {Side::client, Side::server}) {
      const std::size_t size = side_of(one.recording, side).size();
      for (std::size_t cut = 1; cut < size; ++cut)
        ASSERT_EQ(play(one.recording, side, cut), whole) << one.recording.name << " cut at " << cut;
    }
  }
}

TEST(TlsRecordings, TheServerAloneTellsTheSameButResumption) {
  for (const Case& expected : kCases) {
    SCOPED_TRACE(expected.recording.name);
    Conversation flow;
    flow.server(side_of(expected.recording, Side::server));
    flow.finish();
    ASSERT_EQ(flow.count(kSession), 1U);
    ASSERT_EQ(flow.count(kOffer), 1U);
    EXPECT_EQ(flow.offered().sight, Sight::no_hello);
    const SessionBits session = flow.session();
    EXPECT_EQ(session.sight, Sight::complete);
    EXPECT_FALSE(session.client_hello);
    EXPECT_EQ(session.version(), expected.version);
    EXPECT_EQ(session.suite, expected.suite);
    EXPECT_EQ(session.group_sight, expected.sight);
    EXPECT_EQ(session.group, expected.group);
    EXPECT_EQ(session.resumed, expected.resumed);
  }
}

TEST(TlsRecordings, TheClientAloneTellsItsOffer) {
  for (const Case& expected : kCases) {
    SCOPED_TRACE(expected.recording.name);
    Conversation flow;
    flow.client(side_of(expected.recording, Side::client));
    flow.finish();
    ASSERT_EQ(flow.count(kSession), 1U);
    ASSERT_EQ(flow.count(kOffer), 1U);
    EXPECT_EQ(flow.session().sight, Sight::no_server_hello);
    EXPECT_TRUE(flow.session().client_hello);
    EXPECT_EQ(flow.session().version(), 0);
  }
}

TEST(TlsRecordings, ServerFirstTheySayTheSame) {
  for (const Case& one : kCases) {
    Conversation flow;
    flow.server(side_of(one.recording, Side::server));
    flow.client(side_of(one.recording, Side::client));
    flow.finish();
    auto in_order = play(one.recording, Side::client, 0);
    EXPECT_EQ(flow.noted, in_order) << one.recording.name;
  }
}

TEST(TlsRecordings, EveryPrefixOfAHelloWaitsAndNotesNothing) {
  for (const Case& one : kCases) {
    const Octets client = from_hex(one.recording.flights[0]);
    for (std::size_t size = 0; size < client.size(); ++size) {
      Conversation flow;
      flow.client(Bytes(client).first(size));
      EXPECT_TRUE(flow.noted.empty());
      ASSERT_TRUE(!flow.claimed() || flow.result.verdict == Verdict::need_more) << size;
      EXPECT_EQ(flow.held(Side::client), size);
      Conversation cut;
      cut.client(Bytes(client).first(size), 100);
      EXPECT_TRUE(cut.noted.empty());
      ASSERT_TRUE(!cut.claimed() || cut.result.verdict == Verdict::truncated) << size;
    }
  }
}

TEST(TlsRecordings, AnyChangedOctetStaysSafe) {
  for (const Case& one : kCases) {
    for (const Side side : {Side::client, Side::server}) {
      const Octets bytes = side_of(one.recording, side);
      for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const std::uint8_t change : Octets{0x01, 0x80, 0xff}) {
          Octets changed = bytes;
          changed[at] ^= change;
          Conversation flow;
          flow.client(side == Side::client ? changed : side_of(one.recording, Side::client));
          flow.server(side == Side::server ? changed : side_of(one.recording, Side::server));
          flow.finish();
          ASSERT_EQ(flow.count(kSession), flow.claimed() ? 1U : 0U) << one.recording.name << " at " << at;
          ASSERT_LE(flow.count(kOffer), 1U);
        }
      }
    }
  }
}

}  // namespace recordings_test
}  // namespace uptake::tls::test
