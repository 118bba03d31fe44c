// What one ServerHello, and what follows it, says of the connection.

#include <gtest/gtest.h>

#include "tests/dissectors/tls/builder.h"

namespace uptake::tls::test {
namespace server_hello_test {

/// What a client's hello and a server's flight come to.
SessionBits read(const Octets& client, const Octets& server) {
  Conversation flow;
  flow.client(client);
  flow.server(server);
  flow.finish();
  EXPECT_EQ(flow.count(kSession), 1U);
  return flow.session();
}
SessionBits read(const Octets& server) { return read(Hello().client(), server); }

const Octets kCertificates = message(kCertificate, vector(3, vector(3, Octets(900, 0x30))));
const Octets kHelloDone = message(kServerHelloDone, {});

TEST(ServerHello, Tls13) {
  const SessionBits s = read(browser_hello().client(), hello_13(0x11ec, 1120).server());
  EXPECT_EQ(s.sight, Sight::complete);
  EXPECT_EQ(s.version(), 0x0304);
  EXPECT_EQ(s.suite, 0x1301);
  EXPECT_EQ(s.group_sight, GroupSight::known);
  EXPECT_EQ(s.group, 0x11ec);
  EXPECT_EQ(s.alpn, Alpn::unobservable);
  EXPECT_FALSE(s.resumed);
}

TEST(ServerHello, Tls13WithPsk) {
  const SessionBits both = read(hello_13(0x001d).extension(41, {0, 0}).server());
  EXPECT_TRUE(both.resumed);
  EXPECT_EQ(both.group_sight, GroupSight::known);
  const SessionBits alone = read(Hello().suite(0x1301).extension(43, words({0x0304})).extension(41, {0, 0}).server());
  EXPECT_TRUE(alone.resumed);
  EXPECT_EQ(alone.group_sight, GroupSight::none);
  EXPECT_EQ(alone.alpn, Alpn::absent) << "none was offered";
}

TEST(ServerHello, Drafts) {
  const SessionBits late = read(Hello()
                                    .suite(0x1301)
                                    .extension(43, words({0x7f1c}))
                                    .extension(51, words({0x1d}) + vector(2, Octets(32, 1)))
                                    .server());
  EXPECT_EQ(late.version_minor, 14);
  EXPECT_EQ(late.version(), 0x0304);
  EXPECT_EQ(late.group, 0x001d);
  const Octets body = words({0x7f12}) + Octets(32, 1) + words({0x1301}) +
                      vector(2, words({40}) + vector(2, words({0x1d}) + vector(2, Octets(32, 1))));
  const SessionBits early = read(handshake(message(kServerHello, body)));
  EXPECT_EQ(early.version_minor, 14);
  EXPECT_EQ(early.suite, 0x1301);
  EXPECT_EQ(early.group, 0x001d);
  // Experiments between the drafts: their version first, and all the fields of older versions.
  for (const std::size_t id : {std::size_t{0}, std::size_t{32}}) {
    const SessionBits between = read(Hello()
                                         .of(0x7e02)
                                         .id(Octets(id, 0x13))
                                         .suite(0x1301)
                                         .extension(51, words({0x1d}) + vector(2, Octets(32, 1)))
                                         .server());
    EXPECT_EQ(between.version_minor, 14) << id;
    EXPECT_EQ(between.suite, 0x1301) << id;
    EXPECT_EQ(between.group, 0x001d) << id;
  }
}

TEST(ServerHello, AVersionThatIsNoneIsNotKnown) {
  const SessionBits s = read(Hello().of(0x03fe).server());
  EXPECT_EQ(s.version(), 0);
  EXPECT_EQ(s.group_sight, GroupSight::unobservable);
}

TEST(ServerHello, ExtensionsBelow13) {
  Hello hello = Hello().extension(23, {}).extension(0xff01, {0}).extension(16, protocols({"h2"}));
  const Octets flight = handshake(hello.server_message() + kCertificates + curve_exchange(0x001d) + kHelloDone);
  const SessionBits s = read(Hello().extension(23, {}).client(), flight);
  EXPECT_TRUE(s.ems);
  EXPECT_TRUE(s.secure_renegotiation);
  EXPECT_EQ(s.alpn, Alpn::h2);
  EXPECT_FALSE(read(flight).ems) << "the client did not offer it";
  hello.compression = {1};
  EXPECT_TRUE(read(hello.server()).compression);
  EXPECT_TRUE(read(Hello().extension(16, protocols({"dot"})).server()).dot);
  EXPECT_EQ(read(Hello().of(0x0300).bare().server()).version(), 0x0300);
}

TEST(ServerHello, SelectedVersionBeatsLegacyVersion) {
  EXPECT_EQ(read(Hello().of(0x0303).extension(43, words({0x0304})).server()).version_minor, 4);
  EXPECT_EQ(read(Hello().of(0x0303).server()).version_minor, 3);
}

TEST(KeyExchange, CurveAndHash) {
  const Octets flight = Hello().server_message() + kCertificates + curve_exchange(0x0017, 0x0601) + kHelloDone;
  for (const Octets& stream : {handshake(flight), records(kHandshake, flight, 100), records(kHandshake, flight, 1)}) {
    const SessionBits s = read(stream);
    EXPECT_EQ(s.group_sight, GroupSight::known);
    EXPECT_EQ(s.group, 0x0017);
    EXPECT_EQ(s.signature_hash, 6);
  }
}

TEST(KeyExchange, BehindAStapledAnswer) {
  const Octets status = message(22, Octets{1} + vector(3, Octets(1500, 1)));
  const Octets flight = Hello().server_message() + kCertificates + status + curve_exchange(0x001d);
  EXPECT_EQ(read(handshake(flight)).group, 0x001d);
}

TEST(KeyExchange, NoHashBelow12) {
  const Octets exchange =
      message(kServerKeyExchange, Octets{3} + words({0x17}) + vector(1, Octets(65, 4)) + vector(2, Octets(256, 6)));
  const SessionBits s = read(handshake(Hello().of(0x0301).suite(0xc014).server_message() + kCertificates + exchange));
  EXPECT_EQ(s.group, 0x0017);
  EXPECT_EQ(s.signature_hash, 0);
}

TEST(KeyExchange, FiniteFields) {
  const Octets head = from_hex("ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1");
  const auto exchange = [](const Octets& p, const Octets& g) {
    const Octets body =
        vector(2, p) + vector(2, g) + vector(2, Octets(p.size(), 5)) + words({0x0804}) + vector(2, {1});
    return read(
        handshake(Hello().suite(0x009e).server_message() + kCertificates + message(kServerKeyExchange, body)));
  };
  const std::pair<std::size_t, std::uint16_t> groups[] = {
      {256, 0x100}, {384, 0x101}, {512, 0x102}, {768, 0x103}, {1024, 0x104}};
  for (const auto& [size, group] : groups) {
    const SessionBits s = exchange(head + Octets(size - head.size(), 0xff), {2});
    EXPECT_EQ(s.group_sight, GroupSight::known);
    EXPECT_EQ(s.group, group);
    EXPECT_EQ(s.signature_hash, 8);
    EXPECT_EQ(exchange(head + Octets(size - head.size(), 0xff), {5}).group_sight, GroupSight::custom_dh);
    EXPECT_EQ(exchange(Octets(size, 0xc9), {2}).group_sight, GroupSight::custom_dh);
  }
  EXPECT_EQ(exchange(head + Octets(100, 0xff), {2}).group_sight, GroupSight::custom_dh);
}

TEST(KeyExchange, BehindAPskHint) {
  const Octets body = vector(2, octets("hint")) + Octets{3} + words({0x1d}) + vector(1, Octets(32, 4));
  const SessionBits s = read(handshake(Hello().suite(0xd001).server_message() + message(kServerKeyExchange, body)));
  EXPECT_EQ(s.group_sight, GroupSight::known);
  EXPECT_EQ(s.group, 0x001d);
  EXPECT_EQ(s.signature_hash, 0);
}

TEST(KeyExchange, ThatMakesNoSenseIsNotKnown) {
  for (const Octets& body : {Octets{}, Octets{1, 0, 0}, Octets{3, 0}, Octets{3, 0, 23, 65}}) {
    const SessionBits s = read(handshake(Hello().server_message() + message(kServerKeyExchange, body) + kHelloDone));
    EXPECT_EQ(s.sight, Sight::complete);
    EXPECT_EQ(s.group_sight, GroupSight::unobservable);
  }
}

TEST(KeyExchange, NotSeenIsNotNone) {
  EXPECT_EQ(read(Hello().server()).group_sight, GroupSight::unobservable);
  EXPECT_EQ(read(handshake(Hello().server_message() + kCertificates)).group_sight, GroupSight::unobservable);
  EXPECT_EQ(read(Hello().suite(0x002f).server()).group_sight, GroupSight::none) << "RSA has none";
}

TEST(KeyExchange, OfASuiteThatIsNotKnown) {
  const Octets hello = Hello().suite(0xe013).server_message();
  const auto sight = [&](const Octets& rest) { return read(handshake(hello + kCertificates + rest)).group_sight; };
  EXPECT_EQ(sight({}), GroupSight::unobservable);
  EXPECT_EQ(sight(curve_exchange(0x001d) + kHelloDone), GroupSight::unobservable) << "in a form that is not known";
  EXPECT_EQ(sight(kHelloDone), GroupSight::none) << "nothing was sent";
}

TEST(KeyExchange, TheCertificateFlightIsNeverKept) {
  Conversation flow;
  flow.client(Hello().client());
  const Octets flight =
      records(kHandshake,
              Hello().server_message() + message(kCertificate, Octets(200000, 0x30)) + curve_exchange(0x1d), 4000);
  for (std::size_t at = 0; at < flight.size(); at += 1400) {
    flow.server(Bytes(flight).subspan(at, std::min<std::size_t>(1400, flight.size() - at)));
    ASSERT_LT(flow.held(Side::server), 1400U);
  }
  EXPECT_EQ(flow.session().group, 0x001d);
}

TEST(Resumption, BySessionId) {
  const Octets id(32, 9);
  const Octets flight = Hello().id(id).server() + kChangeCipherSpecRecord;
  const SessionBits s = read(Hello().id(id).client(), flight);
  EXPECT_TRUE(s.resumed);
  EXPECT_EQ(s.group_sight, GroupSight::none);
  EXPECT_FALSE(
      read(Hello().id(Octets(32, 8)).client(), handshake(Hello().id(id).server_message() + kCertificates)).resumed);
  const SessionBits tls13 = read(Hello().id(id).client(), Hello(hello_13(0x1d)).id(id).server());
  EXPECT_FALSE(tls13.resumed) << "the echo of TLS 1.3 says nothing";
}

TEST(Resumption, ByTicket) {
  EXPECT_TRUE(read(Hello().server() + kChangeCipherSpecRecord).resumed);
  EXPECT_TRUE(read(handshake(Hello().server_message() + message(kNewSessionTicket, Octets(100, 1)))).resumed);
  const Octets full = handshake(Hello().server_message() + kCertificates) + kChangeCipherSpecRecord;
  EXPECT_FALSE(read(full).resumed);
}

TEST(Resumption, KnownOnceTheClientIsReadToo) {
  const Octets id(32, 9);
  Conversation flow;
  flow.server(Hello().id(id).server());
  flow.client(Hello().id(id).client());
  flow.finish();
  ASSERT_EQ(flow.count(kSession), 1U);
  EXPECT_TRUE(flow.session().resumed);
}

TEST(HelloRetry, IsRememberedAndOfferedOnce) {
  const Octets retry =
      Hello().suite(0x1301).retry().extension(43, words({0x0304})).extension(51, words({0x11ec})).server();
  for (const Octets& between : {Octets{}, kChangeCipherSpecRecord}) {
    Conversation flow;
    flow.client(browser_hello().client());
    flow.server(retry + between);
    flow.client(kChangeCipherSpecRecord + Hello().client());
    flow.server(hello_13(0x11ec).server());
    flow.finish();
    EXPECT_EQ(flow.count(kOffer), 1U);
    ASSERT_EQ(flow.count(kSession), 1U);
    EXPECT_TRUE(flow.session().hello_retry);
    EXPECT_EQ(flow.session().group, 0x11ec);
    EXPECT_TRUE(flow.session().pq_share) << "of the first ClientHello";
  }
}

TEST(HelloRetry, InOneRecordWithWhatFollows) {
  const Octets retry = Hello().suite(0x1301).retry().extension(43, words({0x0304})).server_message();
  const SessionBits s = read(handshake(retry + hello_13(0x0018).server_message()));
  EXPECT_TRUE(s.hello_retry);
  EXPECT_EQ(s.group, 0x0018);
}

TEST(HelloRetry, TwiceIsMalformed) {
  const Octets retry = Hello().suite(0x1301).retry().extension(43, words({0x0304})).server();
  EXPECT_EQ(read(retry + retry).sight, Sight::malformed);
}

TEST(HelloRetry, AloneIsNoServerHello) {
  const SessionBits s = read(Hello().suite(0x1301).retry().extension(43, words({0x0304})).server());
  EXPECT_EQ(s.sight, Sight::no_server_hello);
  EXPECT_TRUE(s.hello_retry);
  EXPECT_EQ(s.version(), 0);
}

TEST(Refusal, ByAlert) {
  EXPECT_EQ(read(alert(2, 70)).sight, Sight::refused);
  EXPECT_EQ(read(alert(1, 0)).sight, Sight::refused) << "close_notify";
  const SessionBits warned = read(alert(1, 112) + hello_13(0x1d).server());
  EXPECT_EQ(warned.sight, Sight::complete);
  EXPECT_EQ(warned.group, 0x001d);
  EXPECT_EQ(read(alert(1, 112)).sight, Sight::no_server_hello);
}

}  // namespace server_hello_test
}  // namespace uptake::tls::test
