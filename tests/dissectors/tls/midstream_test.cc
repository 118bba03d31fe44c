// Flows whose start was not seen, and flows whose other direction never comes to an end.

#include <gtest/gtest.h>

#include "tests/dissectors/tls/builder.h"

namespace uptake::tls::test {
namespace midstream_test {

Conversation midstream() {
  Conversation flow;
  flow.from_start = false;
  return flow;
}

/// Said at once, by the first payload alone.
void expect_no_hello(const Octets& payload, Side from) {
  Conversation flow = midstream();
  flow.offer(from, payload);
  ASSERT_TRUE(flow.claimed());
  ASSERT_EQ(flow.count(kSession), 1U);
  EXPECT_EQ(flow.count(kOffer), 0U);
  EXPECT_EQ(flow.session().sight, Sight::midstream);
  EXPECT_EQ(flow.session().version(), 0);
  EXPECT_EQ(flow.result.verdict, Verdict::concluded);
}

TEST(Midstream, AnEncryptedHandshakeRecordIsNoHello) {
  // Finished: the first octets are ciphertext, which reads as any type and mostly as a length beyond all bounds.
  for (unsigned first = 0; first < 256; ++first)
    for (const unsigned high : {0x00U, 0x01U, 0x9cU}) {
      if (first == kClientHello || first == kServerHello || first == kDraftRetry || first == 0) continue;
      const Octets body = Octets{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(high), 0x4d, 0xda};
      for (const Side side : {Side::client, Side::server})
        expect_no_hello(records(kHandshake, body + Octets(36, 0xe5)), side);
    }
}

TEST(Midstream, CiphertextThatStartsLikeAHelloIsNone) {
  expect_no_hello(records(kHandshake, Octets{2, 0, 0, 0, 0, 0, 0, 0x7c} + Octets(32, 0x5d)), Side::server);
  expect_no_hello(records(kHandshake, Octets{1, 0, 0, 36} + Octets(36, 0x5d)), Side::client);
}

TEST(Midstream, ACertificateFlightIsNoHello) {
  Octets segment = handshake(message(kCertificate, vector(3, Octets(5000, 0x30))));
  segment.resize(1400);
  expect_no_hello(segment, Side::server);
}

TEST(Midstream, AHelloIsReadAllTheSame) {
  Conversation flow = midstream();
  flow.client(browser_hello().client());
  flow.server(hello_13(0x11ec).server());
  flow.finish();
  EXPECT_EQ(flow.session().sight, Sight::complete);
  EXPECT_EQ(flow.session().group, 0x11ec);
  EXPECT_EQ(flow.count(kOffer), 1U);
}

/// What a conversation comes to whose client's hello has so many shares, and early data or not.
Conversation with_shares(Conversation flow, const Octets& key_share, bool early_data = false, bool retried = false) {
  const std::uint16_t more = early_data ? 42 : 23;
  if (retried) flow.server(hello_13(0x11ec).retry().server());
  flow.client(
      Hello().extension(43, vector(1, words({0x0304}))).extension(51, key_share).extension(more, {}).client());
  flow.server(hello_13(0x11ec).server());
  flow.finish();
  return flow;
}

/// RFC 8446 section 4.1.2: a second hello has the one share that was asked for, and no early data.
TEST(Midstream, AHelloMayBeTheSecondOne) {
  const Octets one = shares({{0x11ec, 1216}});
  const Octets two = shares({{0x11ec, 1216}, {0x001d, 32}});
  Conversation doubtful = with_shares(midstream(), one);
  EXPECT_TRUE(doubtful.offered().maybe_second);
  EXPECT_TRUE(doubtful.session().retry_unknown);
  Conversation asked = with_shares(midstream(), one, false, true);
  EXPECT_TRUE(asked.offered().maybe_second);
  EXPECT_TRUE(asked.session().hello_retry);
  EXPECT_FALSE(asked.session().retry_unknown);
  for (const Conversation& sure : {with_shares(midstream(), two), with_shares(midstream(), one, true),
                                   with_shares(midstream(), shares({})), with_shares(Conversation(), one)}) {
    EXPECT_TRUE(sure.session().offered_1_3);
    EXPECT_FALSE(sure.offered().maybe_second);
    EXPECT_FALSE(sure.session().retry_unknown);
  }
  Conversation server_alone = midstream();
  server_alone.server(hello_13(0x11ec).server());
  server_alone.finish();
  EXPECT_TRUE(server_alone.session().retry_unknown);
}

TEST(FromStart, AHelloThatContradictsItselfIsMalformed) {
  Conversation flow;
  flow.server(handshake(message(kServerHello, {})));
  flow.finish();
  EXPECT_EQ(flow.session().sight, Sight::malformed);
}

TEST(Patience, AFlightThatNeverEndsIsNotWaitedForByABusyClient) {
  Conversation flow;
  flow.client(Hello().client());
  flow.server(Hello().server());
  for (int i = 0; i < 64; ++i) {
    flow.client(records(kApplicationData, Octets(100, 1)));
    ASSERT_EQ(flow.count(kSession), 0U) << i;
  }
  flow.client(records(kApplicationData, Octets(100, 1)));
  ASSERT_EQ(flow.count(kSession), 1U);
  EXPECT_EQ(flow.session().sight, Sight::complete);
  EXPECT_EQ(flow.session().version(), 0x0303);
  EXPECT_EQ(flow.session().group_sight, GroupSight::unobservable);
  EXPECT_TRUE(flow.over(Side::server));
}

}  // namespace midstream_test
}  // namespace uptake::tls::test
