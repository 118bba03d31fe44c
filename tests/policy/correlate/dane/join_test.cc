#include "policy/correlate/dane/join.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/policy/correlate/dane/filing.h"

namespace uptake::dane {
namespace join_test {

using namespace test;
using certificates::Sight;
using certificates::test::Authority;
using certificates::test::message;
using certificates::test::OwnCertificate;
using certificates::test::OwnKey;
using certificates::test::p256;

/// World: an authority, a certificate of a mail server, and one of another.
struct World {
  Authority authority;
  OwnKey other_key = p256();
  OwnCertificate leaf = authority.issue({.name = "leaf", .alt = "DNS:mx.test"});
  OwnCertificate other = authority.issue({.name = "other", .alt = "DNS:mx.test"}, other_key.get());

  [[nodiscard]] Octets body() const { return message({leaf.get(), authority.root.get()}); }
  [[nodiscard]] Record fits() const { return record_of(3, 1, 1, leaf.get()); }
  [[nodiscard]] Record fits_above() const { return record_of(2, 0, 1, authority.root.get()); }
  [[nodiscard]] Record fails() const { return record_of(3, 1, 1, other.get()); }
};

TEST(DaneJoin, JudgesAChainByTheNamesOfItsAddress) {
  const World world;
  for (const auto& [records, match, usage] : {std::tuple{std::vector{world.fits()}, Match::valid, 3},
                                              {std::vector{world.fails()}, Match::mismatch, 3},
                                              {std::vector{world.fits_above()}, Match::valid, 2}}) {
    Filing filing;
    filing.address("mx.test", 1);
    filing.tlsa("mx.test", records);
    filing.chain({}, world.body());
    filing.end({}, tls12());
    filing.pass(4.9);
    EXPECT_TRUE(filing.found.empty());
    filing.pass(0.2);
    ASSERT_EQ(filing.found.size(), 1U);
    const Bits bits = filing.last();
    EXPECT_EQ(bits.published, Published::usable);
    EXPECT_EQ(bits.match, match);
    EXPECT_EQ(bits.usage, usage);
    EXPECT_TRUE(bits.mail && bits.relay && bits.asked);
    EXPECT_EQ(bits.server_name, ServerName::absent);
    EXPECT_EQ(filing.join.forgotten(), 0U);
  }
}

TEST(DaneJoin, TheNameThatTheClientGivesComesFirst) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fails()});
  filing.tlsa("other.test", {world.fits()});
  EXPECT_EQ(filing.last_of({.name = "other.test"}, world.body()).match, Match::valid);
  EXPECT_EQ(filing.found.back().server_name, ServerName::present);
}

/// RFC 6066 section 3, RFC 7671 section 3: a server has a chain for each name.
TEST(DaneJoin, WhoNamesOneHostSaysNothingOfAnotherOfTheSameAddress) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fails()});
  const Link link{.name = "other.test"};
  EXPECT_EQ(filing.last_of(link, world.body()).published, Published::unseen);
  filing.address("other.test", 1);
  EXPECT_EQ(filing.last_of(link, world.body()).published, Published::unseen);
  EXPECT_EQ(filing.last_of(link, tls13()).published, Published::unseen);
  filing.address("other.test", 1, kInsecure);
  EXPECT_EQ(filing.last_of(link, world.body()).published, Published::address);
  filing.tlsa("other.test", {});
  EXPECT_EQ(filing.last_of(link, world.body()).published, Published::absent);
  EXPECT_EQ(filing.last_of({.name = "mx.test"}, world.body()).match, Match::mismatch);
}

TEST(DaneJoin, TheHostIsTheOneBehindItsAliases) {
  const World world;
  Filing filing;
  filing.judged(Reply("alias.test", 1)
                    .answer("alias.test", 5, 60, Reply::wire_of("mx.test"))
                    .answer("mx.test", 1, 60, {192, 0, 2, 1}));
  filing.tlsa("mx.test", {world.fits()});
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
  // Also where the name of the records is an alias.
  filing.address("other.test", 2);
  const Record record = world.fits();
  Octets rdata{3, 1, 1};
  rdata.insert(rdata.end(), record.data.begin(), record.data.end());
  filing.judged(Reply("_25._tcp.other.test", 52)
                    .answer("_25._tcp.other.test", 5, 60, Reply::wire_of("tlsa.test"))
                    .answer("tlsa.test", 52, 60, rdata));
  EXPECT_EQ(filing.last_of({.server = 2}, world.body()).match, Match::valid);
}

TEST(DaneJoin, SaysWhatIsKnownOfTheRecords) {
  const World world;
  const Record short_one{3, 1, 1, Octets(31, 7)};
  const std::vector<std::tuple<std::vector<Record>, dnssec::Bits, Published>> cases = {
      {{world.fits()}, kSecure, Published::usable},
      {{short_one}, kSecure, Published::unusable},
      {{record_of(1, 1, 1, world.leaf.get())}, kSecure, Published::unusable},
      {{world.fits()}, kInsecure, Published::insecure},
      {{world.fits()}, kBogus, Published::bogus},
      {{world.fits()}, kNotJudged, Published::not_judged},
      {{}, kSecure, Published::absent},
      {{}, kInsecure, Published::absent},
      {{}, kBogus, Published::bogus},
      {{}, {.verdict = dnssec::Security::insecure, .kind = dnssec::Kind::error}, Published::not_judged}};
  for (const auto& [records, verdict, published] : cases) {
    Filing filing;
    filing.address("mx.test", 1);
    filing.tlsa("mx.test", records, verdict);
    EXPECT_EQ(filing.last_of({}, world.body()).published, published);
    EXPECT_EQ(filing.hosts.back(), "mx.test");
  }
  Filing filing;
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::unseen);
  filing.address("mx.test", 1);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::unseen);
  filing.address("mx.test", 1, kInsecure);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::address);
  filing.tlsa("mx.test", {world.fits()}, kSecure, 3600, 465);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::address);
  EXPECT_EQ(filing.last_of({.port = 465}, world.body()).published, Published::usable);
}

TEST(DaneJoin, WhatIsSureIsNotReplacedByWhatIsLess) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fits()}, kNotJudged);
  filing.tlsa("mx.test", {world.fits()}, kSecure, 100);
  filing.tlsa("mx.test", {}, kBogus);
  filing.tlsa("mx.test", {world.fits()}, kNotJudged);
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
  filing.tlsa("mx.test", {world.fails()}, kSecure, 100);
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::mismatch);
  filing.pass(200);
  filing.tlsa("mx.test", {}, kBogus);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::bogus);
}

/// RFC 5452 section 9.1.
TEST(DaneJoin, WhatAnswersNoQueryCountsOnlyWhereItIsSecure) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1, unasked(kInsecure));
  filing.tlsa("mx.test", {world.fits()}, unasked(kSecure));
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::unseen);
  filing.address("mx.test", 1, unasked(kSecure));
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
  filing.tlsa("other.test", {world.fits()}, unasked(kInsecure));
  EXPECT_EQ(filing.last_of({.name = "other.test"}, world.body()).published, Published::unseen);
}

TEST(DaneJoin, AnAnswerServesForItsTime) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fits()}, kSecure, 100);
  filing.pass(99);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::usable);
  filing.pass(2);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::unseen);
  EXPECT_TRUE(filing.found.back().asked);
  filing.pass(200);
  EXPECT_FALSE(filing.last_of({}, world.body()).asked);
}

TEST(DaneJoin, AskedBeforeIsAskedBeforeWhateverIsAskedLater) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.end({}, tls13());
  filing.pass(1);
  filing.tlsa("mx.test", {world.fits()});
  EXPECT_EQ(filing.last().published, Published::usable);
  EXPECT_FALSE(filing.found.back().asked);
  filing.pass(1);
  filing.end({}, tls13());
  filing.pass(1);
  filing.tlsa("mx.test", {world.fits()});
  EXPECT_TRUE(filing.last().asked);
  // A verdict on an older response does not replace a newer one.
  filing.seconds -= 0.5;
  filing.tlsa("mx.test", {world.fails()});
  filing.seconds += 0.5;
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
  // After a long pause it begins anew.
  filing.pass(301);
  filing.end({}, tls13());
  filing.pass(1);
  filing.tlsa("mx.test", {world.fits()});
  EXPECT_FALSE(filing.last().asked);
}

TEST(DaneJoin, SaysHowAConnectionStayedInClear) {
  using smtp::Offer;
  using smtp::Request;
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fits()});
  const auto way = [&filing](const smtp::SessionBits& session) { return filing.last_of({}, session).way; };
  EXPECT_EQ(way(clear(Offer::absent)), Way::not_offered);
  EXPECT_EQ(way(clear(Offer::masked)), Way::masked);
  EXPECT_EQ(way(clear(Offer::offered)), Way::unused);
  EXPECT_EQ(way(clear(Offer::offered, Request::refused)), Way::refused);
  EXPECT_EQ(way(clear(Offer::offered, Request::refused_for_now)), Way::refused);
  EXPECT_EQ(way(clear(Offer::offered, Request::unanswered)), Way::lost);
  smtp::SessionBits session = clear(Offer::offered);
  session.client_lost = session.server_lost = true;
  session.why = Ending::unfinished;
  EXPECT_EQ(way(session), Way::lost) << "TLS may have begun behind the end of the capture";
  session.messages = 1;
  EXPECT_EQ(way(session), Way::unused) << "a mail was handed over without it";
  session = clear(Offer::unseen);
  session.greeting = smtp::Greeting::helo;
  EXPECT_EQ(way(session), Way::unused);
  session.ehlo_refused = true;
  EXPECT_EQ(way(session), Way::not_offered);
  session.greeting = smtp::Greeting::unseen;
  EXPECT_EQ(way(session), Way::unused) << "HELO is refused, too: the client is not wanted";
  session.server_lost = true;
  EXPECT_EQ(way(session), Way::lost);
  session.server_seen = false;
  EXPECT_EQ(way(session), Way::one_sided);
  // What TLS goes on with, or what has no start, is not answered here.
  const std::size_t before = filing.found.size();
  filing.in_clear({}, clear(Offer::offered, Request::begun));
  session = clear(Offer::unseen);
  session.started = false;
  session.greeting = smtp::Greeting::unseen;
  filing.in_clear({}, session);
  filing.join.finish(filing);
  EXPECT_EQ(filing.found.size(), before);
}

TEST(DaneJoin, SaysWhyAChainWasNotSeen) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fits()});
  const auto sight = [&filing](const tls::SessionBits& session) {
    filing.end({}, session);
    return filing.last().sight;
  };
  EXPECT_EQ(sight(tls13()), Sight::tls13);
  tls::SessionBits session = tls12();
  EXPECT_EQ(sight(session), Sight::limit);  // it showed one, which nobody kept
  session.suite = 0xa7;
  EXPECT_EQ(sight(session), Sight::none);
  session = tls12();
  session.full = false;
  EXPECT_EQ(sight(session), Sight::gap);
  session.resumed = true;
  EXPECT_EQ(sight(session), Sight::resumed);
  filing.lose({}, Ending::truncated);
  EXPECT_EQ(sight(tls12()), Sight::truncated);
}

TEST(DaneJoin, AChainSpeaksForThoseOfTheSameServerForADay) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  const auto inferred = [&filing](const Link& link = {}) {
    filing.end(link, tls13());
    return filing.last().inferred;
  };
  filing.tlsa("mx.test", {world.fits()}, kSecure, 86'400);
  EXPECT_FALSE(inferred());
  EXPECT_FALSE(filing.last_of({}, world.body()).inferred);
  EXPECT_TRUE(inferred());
  filing.address("mx.test", 2);
  EXPECT_FALSE(inferred({.server = 2}));
  // Not for other records, nor behind a chain that does not match.
  filing.tlsa("mx.test", {world.fits(), world.fails()}, kSecure, 86'400);
  EXPECT_FALSE(inferred());
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
  EXPECT_TRUE(filing.found.back().pair);
  EXPECT_TRUE(inferred());
  filing.tlsa("mx.test", {world.fails(), world.fits()}, kSecure, 86'400);  // the same, in another order
  EXPECT_TRUE(inferred());
  EXPECT_EQ(filing.last_of({}, message({world.authority.root.get()})).match, Match::mismatch);
  EXPECT_FALSE(inferred());
}

TEST(DaneJoin, NamesThatComeToDifferentThingsAreAmbiguous) {
  const World world;
  Filing filing;
  filing.address("a.test", 1);
  filing.address("b.test", 1);
  filing.tlsa("a.test", {world.fits()});
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
  filing.tlsa("b.test", {});
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
  filing.tlsa("b.test", {world.fails()});
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::ambiguous);
  EXPECT_EQ(filing.last_of({.name = "b.test"}, world.body()).match, Match::mismatch);
}

TEST(DaneJoin, WhatDoesNotFitOneNameMayBeMeantForAnother) {
  const World world;
  const Record short_one{3, 1, 1, Octets(31, 7)};
  const auto published = [&](auto of_other, const smtp::SessionBits* in_clear = nullptr) {
    Filing filing;
    filing.address("mx.test", 1);
    filing.tlsa("mx.test", {world.fails()});
    of_other(filing);
    return in_clear == nullptr ? filing.last_of({}, world.body()).published : filing.last_of({}, *in_clear).published;
  };
  const auto with = [&](const std::vector<Record>& records, const dnssec::Bits& verdict) {
    return [&, records, verdict](Filing& filing) {
      filing.address("other.test", 1);
      filing.tlsa("other.test", records, verdict);
    };
  };
  EXPECT_EQ(published([](Filing&) {}), Published::usable);
  EXPECT_EQ(published([](Filing& filing) { filing.address("other.test", 1); }), Published::ambiguous);
  EXPECT_EQ(published([](Filing& filing) { filing.address("other.test", 1, kBogus); }), Published::usable);
  EXPECT_EQ(published(with({}, kSecure)), Published::ambiguous);
  EXPECT_EQ(published(with({world.fits()}, kInsecure)), Published::ambiguous);
  EXPECT_EQ(published(with({world.fits()}, kBogus)), Published::ambiguous);
  EXPECT_EQ(published(with({world.fits()}, kNotJudged)), Published::ambiguous);
  EXPECT_EQ(published(with({short_one}, kSecure)), Published::ambiguous);
  EXPECT_EQ(published(with({world.fails()}, kSecure)), Published::usable) << "it fits neither";
  // STARTTLS stands before any name.
  const smtp::SessionBits session = clear(smtp::Offer::absent);
  EXPECT_EQ(published(with({}, kSecure), &session), Published::usable);
}

/// RFC 7671 section 7.
TEST(DaneJoin, AnAliasIsNoOtherName) {
  const World world;
  Filing filing;
  filing.judged(Reply("alias.test", 1)
                    .answer("alias.test", 5, 3600, Reply::wire_of("mx.test"))
                    .answer("mx.test", 1, 3600, {192, 0, 2, 1}));
  filing.tlsa("mx.test", {world.fails()});
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::mismatch);
  EXPECT_EQ(filing.found.back().published, Published::usable);
  filing.tlsa("alias.test", {});
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::usable);
  filing.pass(1);
  filing.tlsa("mx.test", {});
  filing.tlsa("alias.test", {world.fits()});
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
}

/// RFC 7671 section 8.4: old and new records stand together for two TTLs before the key changes.
TEST(DaneJoin, AConnectionIsJudgedByWhatWasPublishedWhenItWasMade) {
  const World world;
  const Record next{3, 1, 1, Octets(32, 7)};
  const Octets old_chain = message({world.other.get(), world.authority.root.get()});
  Filing filing;
  const auto connect = [&](std::uint16_t client, const Octets& body) {
    filing.chain({.client = client}, body);
    filing.end({.client = client}, tls12());
  };
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fails(), world.fits()}, kSecure, 60);
  filing.pass(59);
  connect(1, old_chain);
  filing.pass(3);
  filing.tlsa("mx.test", {world.fits(), next}, kSecure, 60);
  filing.pass(1);
  connect(2, world.body());
  connect(3, old_chain);
  filing.pass(10);
  ASSERT_EQ(filing.found.size(), 3U);
  EXPECT_EQ(filing.found[0].match, Match::valid);
  EXPECT_EQ(filing.found[1].match, Match::valid);
  EXPECT_EQ(filing.found[2].match, Match::mismatch);
  EXPECT_EQ(filing.join.forgotten(), 0U);
}

TEST(DaneJoin, OfMoreThanTwoAnswersWithinTheWaitTheFirstIsForgotten) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fits()});
  filing.pass(1);
  filing.chain({}, world.body());
  filing.end({}, tls12());
  filing.pass(1);
  filing.tlsa("mx.test", {world.fails()});
  filing.pass(1);
  filing.tlsa("mx.test", {});
  filing.join.finish(filing);
  EXPECT_EQ(filing.found.back().published, Published::limit);
  EXPECT_EQ(filing.join.forgotten(), 1U);
  filing.pass(1);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::absent);
}

/// The verdict on the earlier response comes later.
TEST(DaneJoin, TheOrderOfVerdictsIsNotThatOfAnswers) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.pass(1);
  filing.chain({}, world.body());
  filing.end({}, tls12());
  filing.pass(1);
  filing.tlsa("mx.test", {world.fails()});
  filing.seconds -= 1.5;
  filing.tlsa("mx.test", {world.fits()});
  filing.seconds += 1.5;
  EXPECT_EQ(filing.last().match, Match::valid);
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::mismatch);
}

TEST(DaneJoin, OfAnAddressWithMoreNamesThanAreRememberedOnlyWhatFitsIsSaid) {
  const World world;
  Filing filing;
  filing.address("mx.test", 1);
  filing.tlsa("mx.test", {world.fails()});
  for (int i = 0; i < 3; ++i) filing.address(std::to_string(i) + ".test", 1);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::ambiguous);
  filing.address("more.test", 1);
  EXPECT_EQ(filing.join.forgotten(), 0U);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::limit);
  EXPECT_EQ(filing.join.forgotten(), 1U);
  filing.address("mx.test", 1);
  EXPECT_EQ(filing.last_of({}, world.body()).published, Published::limit);
  filing.tlsa("mx.test", {world.fits()});
  EXPECT_EQ(filing.last_of({}, world.body()).match, Match::valid);
  EXPECT_EQ(filing.last_of({.name = "mx.test"}, clear(smtp::Offer::absent)).way, Way::not_offered);
  EXPECT_EQ(filing.found.back().published, Published::usable);
}

TEST(DaneJoin, ElsewhereOnlyNamesWithRecordsAreAnswered) {
  const World world;
  Filing filing({}, world.authority.pem());
  const Link web{.port = 443, .name = "mx.test"};
  filing.address("mx.test", 1);
  filing.end(web, tls12(Carrier::transport));
  filing.join.finish(filing);
  EXPECT_TRUE(filing.found.empty());
  filing.tlsa("mx.test", {record_of(1, 1, 1, world.leaf.get())}, kSecure, 3600, 443);
  EXPECT_EQ(filing.last_of(web, world.body(), tls12(Carrier::transport)).match, Match::valid);
  EXPECT_EQ(filing.found.back().usage, 1);
  EXPECT_FALSE(filing.found.back().mail);
  // A name without records is not another one of the same address.
  filing.end({.port = 443, .name = "other.test"}, tls12(Carrier::transport));
  filing.join.finish(filing);
  EXPECT_EQ(filing.found.size(), 1U);
  tls::SessionBits quic = tls13();
  quic.carrier = Carrier::quic;
  filing.end(web, quic);
  filing.join.finish(filing);
  EXPECT_EQ(filing.found.size(), 1U);
}

/// Crowd: hosts of which some fit, some do not, some have none, and connections to them, each within the wait.
class Crowd {
 public:
  explicit Crowd(std::uint16_t size) : size_(size), body_(world_.body()) {}

  /// What each connection comes to, when all is filed in the order of that seed.
  [[nodiscard]] std::map<std::uint16_t, std::uint64_t> run(unsigned seed, const Join::Bounds& bounds,
                                                           std::uint64_t* forgotten = nullptr) const {
    std::mt19937 random(seed);
    Filing filing(bounds);
    std::vector<std::pair<std::uint16_t, int>> steps;
    for (std::uint16_t i = 0; i < size_; ++i)
      for (int part = 0; part < 3; ++part) steps.emplace_back(i, part);
    if (seed != 0) std::ranges::shuffle(steps, random);
    for (const auto& [host, part] : steps) {
      step(filing, host, part);
      filing.pass(4.5 / static_cast<double>(steps.size()));
    }
    filing.join.finish(filing);
    std::map<std::uint16_t, std::uint64_t> out;
    for (std::size_t i = 0; i < filing.found.size(); ++i) {
      Bits bits = filing.found[i];
      bits.asked = false;  // that is a matter of order
      out[filing.clients[i]] = bits.pack();
    }
    if (forgotten != nullptr) *forgotten = filing.join.forgotten();
    return out;
  }

 private:
  void step(Filing& filing, std::uint16_t host, int part) const {
    const std::string name = "mx" + std::to_string(host) + ".test";
    const auto server = static_cast<std::uint8_t>(host);
    const Link link{.client = host, .server = server};
    if (part == 0) return filing.address(name, server);
    if (part == 1) {
      if (host % 5 == 0) return filing.tlsa(name, {world_.fits()});
      if (host % 5 == 1) return filing.tlsa(name, {world_.fails()});
      if (host % 5 == 2) return filing.tlsa(name, {world_.fails(), world_.fits()});
      return host % 5 == 3 ? filing.tlsa(name, {}) : filing.tlsa(name, {world_.fits()}, kInsecure);
    }
    if (host % 7 == 0) return filing.in_clear(link, clear(smtp::Offer::absent));
    if (host % 7 == 1) return filing.end(link, tls13());
    filing.chain(link, body_);
    filing.end(link, tls12());
  }

  World world_;
  std::uint16_t size_;
  Octets body_;
};

TEST(DaneJoin, TheOrderWithinTheWaitChangesNoVerdict) {
  const Crowd crowd(120);
  const auto in_order = crowd.run(0, {});
  ASSERT_EQ(in_order.size(), 120U);
  for (unsigned seed = 1; seed <= 40; ++seed) EXPECT_EQ(crowd.run(seed, {}), in_order) << seed;
}

TEST(DaneJoin, StarvedItSaysNothingThatIsWrong) {
  const Crowd crowd(250);
  const auto whole = crowd.run(0, {});
  std::mt19937 random(7);
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const auto few = [&random](std::size_t most) { return std::size_t{4} << random() % most; };
    const Join::Bounds bounds{.publications = {.answers = few(6), .answer_octets = few(9), .addresses = few(6)},
                              .flows = few(4),
                              .waiting = few(6),
                              .chain_octets = few(12),
                              .shown = few(4)};
    std::uint64_t forgotten = 0;
    const auto starved = crowd.run(seed, bounds, &forgotten);
    ASSERT_EQ(starved.size(), whole.size());
    EXPECT_GT(forgotten, 0U);
    for (const auto& [client, value] : starved) {
      const Bits bits = Bits::unpack(value);
      if (bits.published == Published::limit || bits.published == Published::unseen || bits.sight == Sight::limit)
        continue;
      EXPECT_EQ(value, whole.at(client)) << client;
    }
  }
}

}  // namespace join_test
}  // namespace uptake::dane
