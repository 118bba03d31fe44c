#include "dissectors/tls/sslv2.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/dissectors/tls/builder.h"

namespace uptake::tls::test {
namespace sslv2_test {

Octets record(const Octets& body) { return number(body.size() | 0x8000, 2) + body; }

/// A CLIENT-HELLO of SSL 2.0 with three ciphers.
Octets client_hello(std::uint16_t version = 0x0002, std::size_t session_id = 0) {
  const Octets specs = from_hex("010080") + from_hex("0700c0") + from_hex("030080");
  return record(Octets{1} + words({version}) + number(specs.size(), 2) + number(session_id, 2) + words({16}) + specs +
                Octets(session_id, 5) + Octets(16, 9));
}
/// A SERVER-HELLO; a resumption brings no certificate.
Octets server_hello(bool hit = false) {
  const Octets certificate(hit ? 0 : 700, 0x30);
  const Octets specs = hit ? Octets{} : from_hex("0700c0");
  return record(Octets{4, static_cast<std::uint8_t>(hit ? 1 : 0), static_cast<std::uint8_t>(hit ? 0 : 1)} +
                words({0x0002}) + number(certificate.size(), 2) + number(specs.size(), 2) + words({16}) +
                certificate + specs + Octets(16, 6));
}

TEST(Sslv2, AWholeHandshakeIsASession) {
  for (const bool hit : {false, true}) {
    for (const std::uint16_t port : {std::uint16_t{443}, std::uint16_t{9999}}) {
      Conversation flow;
      flow.server_port = port;
      flow.client(client_hello(0x0002, hit ? 16 : 0));
      flow.server(server_hello(hit));
      flow.finish();
      ASSERT_EQ(flow.count(kSession), 1U);
      ASSERT_EQ(flow.count(kOffer), 1U);
      EXPECT_EQ(flow.offered().best_version, 0x0002);
      EXPECT_EQ(flow.offered().sight, Sight::complete);
      const SessionBits session = flow.session();
      EXPECT_EQ(session.sight, Sight::complete);
      EXPECT_EQ(session.version(), 0x0002);
      EXPECT_TRUE(session.client_hello);
      EXPECT_EQ(session.resumed, hit);
      EXPECT_EQ(session.full, !hit);
      EXPECT_EQ(session.group_sight, GroupSight::none);
    }
  }
}

TEST(Sslv2, EitherSideAloneIsOneToo) {
  Conversation offer;
  offer.client(client_hello());
  offer.finish();
  EXPECT_EQ(offer.answer, Claim::from_client);
  EXPECT_EQ(offer.session().sight, Sight::no_server_hello);
  EXPECT_EQ(offer.offered().best_version, 0x0002);
  Conversation answer;
  answer.server(server_hello());
  answer.finish();
  EXPECT_EQ(answer.answer, Claim::from_server);
  EXPECT_EQ(answer.session().version(), 0x0002);
  EXPECT_EQ(answer.offered().sight, Sight::no_hello);
}

TEST(Sslv2, ARefusalAndANewerAnswer) {
  Conversation refused;
  refused.client(client_hello());
  refused.server(record({0, 0, 1}));
  refused.finish();
  EXPECT_EQ(refused.session().sight, Sight::refused);
  Conversation alert_;
  alert_.client(client_hello());
  alert_.server(alert(2, 70));
  alert_.finish();
  EXPECT_EQ(alert_.session().sight, Sight::refused);
  Conversation newer;
  newer.client(client_hello(0x0301));
  newer.server(Hello().of(0x0301).suite(0x002f).bare().server());
  newer.finish();
  EXPECT_EQ(newer.session().version(), 0x0301);
  EXPECT_EQ(newer.offered().best_version, 0x0301);
}

TEST(Sslv2, CutAnywhereItSaysTheSameAndAloneAPrefixSaysNothing) {
  const Octets first = client_hello();
  const Octets second = server_hello();
  Conversation whole;
  whole.client(first);
  whole.server(second);
  whole.finish();
  for (std::size_t cut = 1; cut < second.size(); ++cut) {
    Conversation flow;
    flow.client(Bytes(first).first(std::min(cut, first.size())));
    if (cut < first.size()) {
      EXPECT_TRUE(flow.noted.empty()) << cut;
      flow.client(Bytes(first).subspan(cut));
    }
    flow.server(Bytes(second).first(cut));
    EXPECT_EQ(flow.count(kSession), 0U) << cut;
    flow.server(Bytes(second).subspan(cut));
    flow.finish();
    EXPECT_EQ(flow.noted, whole.noted) << cut;
  }
  Conversation snapped;
  snapped.client(Bytes(first).first(20), static_cast<std::uint32_t>(first.size()) - 20);
  snapped.finish();
  EXPECT_EQ(snapped.offered().sight, Sight::truncated);
}

TEST(Sslv2, AnyChangedOctetStaysSafeAndWhatDoesNotAddUpIsNotClaimed) {
  for (const Octets& good : {client_hello(), server_hello()}) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const std::uint8_t bit : Octets{1, 2, 16, 128}) {
        Octets changed = good;
        changed[at] ^= bit;
        Conversation flow;
        flow.client(changed);
        flow.server(changed);
        flow.finish();
        EXPECT_EQ(flow.count(kSession), flow.claimed() ? 1U : 0U);
      }
    }
  }
  std::mt19937 random(7);
  unsigned claimed = 0;
  for (int i = 0; i < 100000; ++i) {
    Octets noise(40);
    for (std::uint8_t& octet : noise) octet = static_cast<std::uint8_t>(random());
    noise[0] |= 0x80;
    noise[2] = i % 2 == 0 ? 1 : 4;
    noise[3] = 0;
    if (sslv2_client_hello(noise) == Match::yes || sslv2_server_hello(noise) == Match::yes) ++claimed;
  }
  EXPECT_EQ(claimed, 0U);
}

}  // namespace sslv2_test
}  // namespace uptake::tls::test
