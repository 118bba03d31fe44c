// What one ClientHello is willing to do.

#include <gtest/gtest.h>

#include "tests/dissectors/tls/builder.h"

namespace uptake::tls::test {
namespace client_hello_test {

struct Read {
  OfferBits offer;
  SessionBits session;
  std::string name;
};

Read read(const Octets& stream) {
  Conversation flow;
  flow.client(stream);
  flow.finish();
  EXPECT_EQ(flow.count(kOffer), 1U);
  EXPECT_EQ(flow.count(kSession), 1U);
  return {flow.offered(), flow.session(), flow.name()};
}
Read read(const Hello& hello) { return read(hello.client()); }

TEST(ClientHello, ABrowsers) {
  const Read got = read(browser_hello());
  EXPECT_EQ(got.name, "www.some-example.org");
  OfferBits all;
  all.best_version = 0x0304;
  all.worst_version = 0x0303;
  all.sni = all.alpn = all.ems = all.secure_renegotiation = all.ech = all.pq_offered = all.pq_share = true;
  all.status_request = all.cert_compression = true;
  all.first_alpn = Alpn::h2;
  EXPECT_EQ(got.offer.pack(), all.pack());
  EXPECT_TRUE(got.session.pq_offered);
  EXPECT_TRUE(got.session.pq_share);
  EXPECT_TRUE(got.session.offered_1_3);
  EXPECT_FALSE(got.session.dot);
}

TEST(ClientHello, WithoutExtensionsItClaimsNothing) {
  const Read got = read(Hello().of(0x0301).bare());
  OfferBits none;
  none.best_version = 0x0301;
  EXPECT_EQ(got.offer.pack(), none.pack());
  EXPECT_EQ(read(Hello().of(0x0300).bare()).offer.best_version, 0x0300);
}

TEST(ClientHello, VersionIsOfSupportedVersionsWithoutGrease) {
  const auto versions = [](std::initializer_list<std::uint16_t> list) {
    return read(Hello().extension(43, vector(1, words(list))));
  };
  EXPECT_EQ(versions({0xfafa, 0x0301, 0x0304, 0x0303}).offer.best_version, 0x0304);
  EXPECT_EQ(versions({0xfafa, 0x0301, 0x0304, 0x0303}).offer.worst_version, 0x0301);
  EXPECT_EQ(versions({0x0303}).offer.best_version, 0x0303);
  EXPECT_FALSE(versions({0x0303}).session.offered_1_3);
  EXPECT_TRUE(versions({0x7f1c, 0x0303}).session.offered_1_3);
  EXPECT_EQ(versions({0x7f1c, 0x0303}).offer.best_version, 0x0304) << "a draft is an offer of 1.3";
  EXPECT_EQ(versions({0x7f1c, 0x0303}).offer.worst_version, 0x0303);
  EXPECT_EQ(versions({0x7f12}).offer.worst_version, 0x0304);
  EXPECT_EQ(versions({0x0a0a}).offer.best_version, 0x0303);
  EXPECT_EQ(versions({0x0001, 0x0304, 0x0200}).offer.worst_version, 0x0304) << "no version of TLS";
  EXPECT_EQ(versions({0x0001}).offer.best_version, 0x0303);
  EXPECT_EQ(read(Hello().of(0x0304).bare()).offer.best_version, 0x0303) << "1.3 is never of legacy_version";
}

TEST(ClientHello, SignallingSuites) {
  EXPECT_TRUE(read(Hello().suite(0x00ff).bare()).offer.secure_renegotiation);
  EXPECT_TRUE(read(Hello().suite(0x5600).bare()).offer.fallback_scsv);
  EXPECT_FALSE(read(Hello().suite(0xff00).bare()).offer.secure_renegotiation);
  Hello shifted;
  shifted.suites = words({0x1300, 0xff13});
  EXPECT_FALSE(read(shifted).offer.secure_renegotiation) << "across two suites";
}

TEST(ClientHello, Compression) {
  Hello hello;
  hello.compression = {1, 0};
  EXPECT_TRUE(read(hello).offer.compression);
}

TEST(ClientHello, PostQuantumGroups) {
  for (const std::uint16_t code :
       std::initializer_list<std::uint16_t>{0x0200, 0x0201, 0x0202, 0x11eb, 0x11ec, 0x11ed, 0x11ee}) {
    const Read got =
        read(Hello().extension(10, vector(2, words({0x001d, code}))).extension(51, shares({{0x1d, 32}})));
    EXPECT_TRUE(got.offer.pq_offered);
    EXPECT_FALSE(got.offer.pq_share);
    EXPECT_TRUE(read(Hello().extension(51, shares({{0x1d, 32}, {code, 1216}}))).offer.pq_share);
  }
  const Read draft = read(Hello().extension(10, vector(2, words({0x6399}))));
  EXPECT_TRUE(draft.offer.kyber_draft);
  EXPECT_FALSE(draft.offer.pq_offered);
  EXPECT_FALSE(
      read(Hello().extension(10, vector(2, words({0x11ef, 0x11ea, 0x01ff, 0x0203, 0x0002})))).offer.pq_offered);
}

TEST(ClientHello, ApplicationProtocols) {
  EXPECT_EQ(read(Hello().extension(16, protocols({"http/1.1", "h2"}))).offer.first_alpn, Alpn::http11);
  EXPECT_EQ(read(Hello().extension(16, protocols({"\x1a\x1a", "h2"}))).offer.first_alpn, Alpn::h2);
  EXPECT_EQ(read(Hello().extension(16, protocols({"jz"}))).offer.first_alpn, Alpn::other) << "letters like GREASE";
  EXPECT_EQ(read(Hello().extension(16, protocols({"\xff\xfe"}))).offer.first_alpn, Alpn::other);
  EXPECT_FALSE(read(Hello().extension(16, protocols({""}))).offer.alpn);
  EXPECT_FALSE(read(Hello().extension(16, {0, 0})).offer.alpn);
  EXPECT_TRUE(read(Hello().extension(16, protocols({"h2", "dot"}))).session.dot);
}

TEST(ClientHello, DotByPort) {
  Conversation flow;
  flow.server_port = 853;
  flow.client(Hello().client());
  flow.finish();
  EXPECT_TRUE(flow.session().dot);
}

TEST(ClientHello, ForAPublicResolverOfDnsOverHttps) {
  const auto doh = [](std::string_view name) { return read(Hello().extension(0, server_name(name))).session.doh; };
  EXPECT_TRUE(doh("dns.google"));
  EXPECT_TRUE(doh("mozilla.cloudflare-dns.com"));
  EXPECT_TRUE(doh("dns.quad9.net"));
  EXPECT_FALSE(doh("google"));
  EXPECT_FALSE(doh("dns.google.example"));
  EXPECT_FALSE(doh("xdns.google"));
  Conversation dot;
  dot.server_port = 853;
  dot.client(Hello().extension(0, server_name("dns.google")).client());
  dot.finish();
  EXPECT_TRUE(dot.session().dot);
  EXPECT_FALSE(dot.session().doh);
}

TEST(ClientHello, ResumptionAndEarlyData) {
  EXPECT_FALSE(read(Hello().extension(35, {})).offer.psk) << "an empty ticket asks for one";
  EXPECT_TRUE(read(Hello().extension(35, {1})).offer.psk);
  const Read got = read(Hello().extension(42, {}).extension(41, Octets(40, 0)));
  EXPECT_TRUE(got.offer.psk);
  EXPECT_TRUE(got.offer.early_data);
}

TEST(ServerName, IsLowerCaseAndEscaped) {
  const auto name = [](std::string_view text) { return read(Hello().extension(0, server_name(text))); };
  EXPECT_EQ(name("WWW.Example.ORG").name, "www.example.org");
  EXPECT_EQ(name("www.example.org.").name, "www.example.org");
  EXPECT_EQ(name("_x.a-b").name, "_x.a-b");
  EXPECT_EQ(name(std::string_view("a\0b", 3)).name, "a\\000b");
  EXPECT_EQ(name("a\"b\\c\n").name, "a\\034b\\092c\\010");
  EXPECT_EQ(name("b\xc3\xbc.de").name, "b\\195\\188.de");
  EXPECT_EQ(name("").name, "");
  EXPECT_FALSE(name("").offer.sni);
  EXPECT_EQ(name(std::string(255, 'a')).name, std::string(255, 'a'));
  EXPECT_EQ(name(std::string(255, '\xff')).name.size(), 255U * 4);
  EXPECT_EQ(name(std::string(257, 'a')).name, "") << "a part of it would be another name";
  EXPECT_TRUE(name(std::string(257, 'a')).offer.sni);
}

TEST(ServerName, OnlyHostNamesCount) {
  EXPECT_FALSE(read(Hello().extension(0, vector(2, Octets{1} + vector(2, octets("a"))))).offer.sni);
  const Octets two = Octets{1} + vector(2, octets("a")) + Octets{0} + vector(2, octets("b"));
  EXPECT_EQ(read(Hello().extension(0, vector(2, two))).name, "b");
}

TEST(ClientHello, TheFirstOfTwoExtensionsCounts) {
  const Read got = read(Hello()
                            .extension(0, server_name("first"))
                            .extension(0, server_name("second"))
                            .extension(43, vector(1, words({0x0303})))
                            .extension(43, vector(1, words({0x0304}))));
  EXPECT_EQ(got.name, "first");
  EXPECT_EQ(got.offer.best_version, 0x0303);
}

TEST(ClientHello, ABrokenExtensionIsSkipped) {
  const Read got = read(Hello()
                            .extension(0, {0, 9, 0, 0, 99, 'a'})
                            .extension(16, {0, 3, 200, 'h', '2'})
                            .extension(10, {0, 99, 0})
                            .extension(51, {0, 9, 0x11, 0xec})
                            .extension(43, {99, 3})
                            .extension(23, {}));
  EXPECT_FALSE(got.offer.sni);
  EXPECT_FALSE(got.offer.alpn);
  EXPECT_FALSE(got.offer.pq_share);
  EXPECT_EQ(got.offer.best_version, 0x0303);
  EXPECT_TRUE(got.offer.ems);
}

TEST(ClientHello, ManyExtensionsAreAllRead) {
  Hello hello;
  for (std::uint16_t i = 0; i < 3000; ++i)
    hello.extensions = hello.extensions + words({static_cast<std::uint16_t>(1000 + i), 0});
  EXPECT_TRUE(read(std::move(hello).extension(23, {})).offer.ems);
}

TEST(ClientHello, InTheEnvelopeOfSsl2) {
  const Octets specs = from_hex("010080") + from_hex("00002f") + from_hex("0000ff");
  const Octets body = Octets{1, 3, 1} + number(specs.size(), 2) + words({0, 16}) + specs + Octets(16, 9);
  const Octets hello = number(body.size() | 0x8000, 2) + body;
  const Read got = read(hello);
  EXPECT_EQ(got.offer.best_version, 0x0301);
  EXPECT_TRUE(got.offer.secure_renegotiation);
  for (std::size_t cut = 1; cut < hello.size(); ++cut) {
    Conversation flow;
    flow.client(Bytes(hello).first(cut));
    EXPECT_TRUE(flow.noted.empty());
    flow.client(Bytes(hello).subspan(cut));
    flow.server(Hello().of(0x0301).suite(0x002f).bare().server());
    flow.finish();
    EXPECT_EQ(flow.offered().pack(), got.offer.pack()) << cut;
  }
}

TEST(ClientHello, LengthsThatLieAreMalformed) {
  const Octets good = browser_hello().client_message();
  const auto sight = [](const Octets& message) {
    Conversation flow;
    flow.client(handshake(message));
    flow.finish();
    EXPECT_EQ(flow.count(kOffer), 1U);
    EXPECT_EQ(flow.offered().sight, Sight::malformed);
    EXPECT_EQ(flow.count(kSession), 1U);
    return flow.session().sight;
  };
  for (const std::size_t at : {std::size_t{38}, std::size_t{71}, std::size_t{105}, std::size_t{108}}) {
    Octets changed = good;
    changed[at] ^= 0x71;
    EXPECT_EQ(sight(changed), Sight::malformed) << at;
  }
  Hello odd;
  odd.suites = {0x13, 0x01, 0x00};
  EXPECT_EQ(sight(odd.client_message()), Sight::malformed);
  EXPECT_EQ(sight(Hello().id(Octets(33, 1)).client_message()), Sight::malformed);
  EXPECT_EQ(sight(message(kClientHello, {})), Sight::malformed);
}

}  // namespace client_hello_test
}  // namespace uptake::tls::test
