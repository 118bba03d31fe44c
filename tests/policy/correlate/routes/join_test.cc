// The join of routes with the VRPs that routers hold.

#include "policy/correlate/routes/join.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "dissectors/rtr/facts.h"
#include "tests/dissectors/bgp/builder.h"
#include "tests/dissectors/rtr/reading.h"

namespace uptake::rov {
namespace join_test {

using namespace rtr::test;
using bgp::test::Wire;
using bgp::test::operator+;  // Wire is the standard library's

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr std::uint8_t kRouter = 3;
constexpr std::uint8_t kElsewhere = 77;
constexpr std::uint8_t kCache = 9;

Address host(std::uint8_t last) {
  Address address;
  address.octets = {198, 18, 0, last};
  return address;
}

/// Found: what routes come to, in order, one for each.
struct Found final : Findings {
  void note(std::uint16_t, std::uint64_t value, const About&, std::uint32_t count) noexcept override {
    all.insert(all.end(), count, validity_of(value));
  }
  void show(std::uint16_t kind, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {
    shown += kind == routes::kJudged ? 1 : 0;
  }
  std::vector<Validity> all;
  unsigned shown = 0;
};

/// Filing: sessions of routers with caches, read by the dissector, and UPDATEs, filed with the join.
class Filing {
 public:
  explicit Filing(const HeldTables::Bounds& bounds = {}) : join(digests_, bounds) {}

  /// One session of a router with a cache.
  struct Session {
    std::uint8_t router = kRouter;
    std::uint8_t cache = kCache;
    std::uint16_t port = 40000;
    rtr::test::Conversation talk;
    std::size_t filed = 0;
  };
  Filing& ask(Session& session, const Octets& octets) {
    session.talk.ask(octets);
    return file(session);
  }
  Filing& tell(Session& session, const Octets& octets) {
    session.talk.tell(octets);
    return file(session);
  }
  /// The whole of a table: 192.0.`third`.0/24 up to /24 of AS `third` each.
  Filing& whole(Session& session, std::initializer_list<std::uint8_t> thirds) {
    ask(session, reset_query());
    Octets all = cache_response(99);
    for (const std::uint8_t third : thirds) all = joined({all, ipv4(third, third)});
    return tell(session, joined({all, end_of_data(99, 7)}));
  }
  /// What the route 192.0.`third`.0/24 comes to that a router is given.
  Validity route(std::uint8_t third, std::uint32_t origin, std::uint8_t receiver = kRouter) {
    return path(third, bgp::test::sequence4({3320, origin}), receiver);
  }
  Validity path(std::uint8_t third, const Wire& segments, std::uint8_t receiver = kRouter,
                bgp::Octets octets = bgp::Octets::four, const Wire& more = {}) {
    const std::size_t before = found.all.size();
    const Wire whole = bgp::test::update(bgp::test::usual(segments) + more, bgp::test::v4_24(192, 0, third));
    Filed filed;
    filed.about = about(kElsewhere, receiver, ++client_port_, 179);
    filed.value = bgp::UpdateBits{.as_octets = octets, .announces = true, .path = true}.pack();
    filed.bytes = Bytes{whole}.subspan(19);
    join.file(0, filed, found);
    pass(10);
    return found.all.size() == before + 1 ? found.all.back() : Validity::count_;
  }
  void pass(std::uint64_t seconds) {
    now_ += seconds * kSecondNs;
    join.advance(now_, found);
  }
  void file_raw(std::size_t which, std::uint64_t value, Bytes bytes, const About& about) {
    Filed filed;
    filed.about = about;
    filed.value = value;
    filed.bytes = bytes;
    join.file(which, filed, found);
  }
  [[nodiscard]] About about(std::uint8_t client, std::uint8_t server, std::uint16_t client_port,
                            std::uint16_t server_port) const {
    About made;
    made.packet_ns = now_;
    made.subject.client = host(client);
    made.subject.server = host(server);
    made.subject.client_port = client_port;
    made.subject.server_port = server_port;
    return made;
  }
  /// Of the next Exhibits of sessions, those for which this is true are lost on their way.
  std::function<bool()> loses = [] { return false; };

 private:
  Filing& file(Session& session) {
    for (; session.filed < session.talk.shown.size(); ++session.filed) {
      const auto& one = session.talk.shown[session.filed];
      if (loses()) continue;
      file_raw(1U + one.kind, one.value, one.bytes, about(session.router, session.cache, session.port, 323));
    }
    return *this;
  }

  Digests digests_ = Digests::published();
  std::uint64_t now_ = 1'700'000'000 * kSecondNs;
  std::uint16_t client_port_ = 1000;

 public:
  Found found;
  routes::Join join;
};
using Session = Filing::Session;

TEST(Rov, WithoutATableNothingIsSaid) {
  Filing filing;
  EXPECT_EQ(filing.route(2, 2), Validity::no_table);
  EXPECT_EQ(filing.found.shown, 0U);
}

TEST(Rov, RoutesAreJudgedByAWholeTable) {
  Filing filing;
  Session session;
  filing.whole(session, {2, 3});
  EXPECT_EQ(filing.route(2, 2), Validity::valid);
  EXPECT_EQ(filing.route(3, 2), Validity::invalid_origin);
  EXPECT_EQ(filing.route(4, 2), Validity::not_found);
  EXPECT_EQ(filing.found.shown, 3U);
}

TEST(Rov, ATableCountsFromItsEndOn) {
  Filing filing;
  Session session;
  filing.ask(session, reset_query()).tell(session, joined({cache_response(99), ipv4(2, 2)}));
  EXPECT_EQ(filing.route(2, 2), Validity::no_table);
  filing.tell(session, end_of_data(99, 7));
  EXPECT_EQ(filing.route(2, 2), Validity::valid);
}

TEST(Rov, AnAnswerToNoQuestionThatWasSeenIsNoTable) {
  Filing filing;
  Session session;
  filing.tell(session, joined({cache_response(99), ipv4(2, 2), end_of_data(99, 7)}));
  EXPECT_EQ(filing.route(2, 2), Validity::no_table);
}

TEST(Rov, ADifferenceChangesWhatIsHeldWhenItEnds) {
  Filing filing;
  Session session;
  filing.whole(session, {2, 3}).ask(session, serial_query(99, 7));
  filing.tell(session, joined({cache_response(99), ipv4(2, 2, false), ipv4(4, 4)}));
  EXPECT_EQ(filing.route(2, 2), Validity::valid);
  filing.tell(session, end_of_data(99, 8));
  EXPECT_EQ(filing.route(2, 2), Validity::not_found);
  EXPECT_EQ(filing.route(3, 3), Validity::valid);
  EXPECT_EQ(filing.route(4, 4), Validity::valid);
  filing.ask(session, serial_query(99, 8)).tell(session, joined({cache_response(99), end_of_data(99, 9)}));
  EXPECT_EQ(filing.route(4, 4), Validity::valid) << "nothing changed";
}

TEST(Rov, AnotherWholeTableTakesThePlaceOfTheFirst) {
  Filing filing;
  Session session;
  filing.whole(session, {2}).whole(session, {3});
  EXPECT_EQ(filing.route(2, 2), Validity::not_found);
  EXPECT_EQ(filing.route(3, 3), Validity::valid);
  filing.whole(session, {});
  EXPECT_EQ(filing.route(3, 3), Validity::not_found) << "an empty table is one";
}

/// An Error Report ends an answer; the next one begins anew.
TEST(Rov, AnAnswerThatBreaksOffLeavesNothingBehind) {
  Filing filing;
  Session session;
  filing.whole(session, {2}).ask(session, serial_query(99, 7));
  filing.tell(session, joined({cache_response(99), ipv4(3, 3)})).ask(session, error_report(0));
  filing.whole(session, {4});
  EXPECT_EQ(filing.route(2, 2), Validity::not_found);
  EXPECT_EQ(filing.route(3, 3), Validity::not_found);
  EXPECT_EQ(filing.route(4, 4), Validity::valid);
}

TEST(Rov, WhatExpiresIsNotHeldAnyMore) {
  Filing filing;
  Session session;
  filing.whole(session, {2});
  filing.pass(7'100);
  EXPECT_EQ(filing.route(2, 2), Validity::valid);
  filing.pass(100);
  EXPECT_EQ(filing.route(2, 2), Validity::no_table);
}

TEST(Rov, AHoleEndsWhatIsKnown) {
  Filing filing;
  Session session;
  filing.whole(session, {2});
  filing.file_raw(3, static_cast<std::uint64_t>(Ending::gap), {}, filing.about(kRouter, kCache, 40000, 323));
  EXPECT_EQ(filing.route(2, 2), Validity::no_table);
}

TEST(Rov, WhatIsNotReadYetHidesItsTable) {
  Filing filing;
  Session session;
  filing.whole(session, {2});
  const auto wait = [&](bool waits) {
    filing.file_raw(1U + rtr::kWaits, waits ? 1 : 0, {}, filing.about(kRouter, kCache, 40000, 323));
  };
  wait(true);
  EXPECT_EQ(filing.route(2, 2), Validity::no_table);
  EXPECT_EQ(filing.route(2, 2, kElsewhere), Validity::no_table) << "it was what the cache told last";
  wait(false);
  EXPECT_EQ(filing.route(2, 2), Validity::valid);
  session.talk.waits = true;
  filing.whole(session, {2});
  EXPECT_EQ(filing.route(2, 2), Validity::no_table) << "its end came while something else waits";
}

/// RFC 8210 section 10: a router makes no difference between its caches.
TEST(Rov, ARouterWithTwoCachesIsJudgedByBoth) {
  Filing filing;
  Session one;
  Session other;
  other.cache = 8;
  filing.whole(one, {2, 3});
  filing.whole(other, {3, 4});
  for (const std::uint8_t third : std::initializer_list<std::uint8_t>{2, 3, 4})
    EXPECT_EQ(filing.route(third, third), Validity::valid) << third;
  EXPECT_EQ(filing.route(2, 4), Validity::invalid_origin);
  EXPECT_EQ(filing.route(9, 9), Validity::not_found);
  EXPECT_EQ(filing.route(2, 2, kElsewhere), Validity::disputed) << "of others' caches none is believed more";
  filing.file_raw(1U + rtr::kWaits, 1, {}, filing.about(kRouter, 8, 40000, 323));
  EXPECT_EQ(filing.route(2, 2), Validity::no_table) << "what one of them says is not known";
}

/// The router may drop it when another cache has told it all, and need not (RFC 8210 section 10).
TEST(Rov, WhatAnEndedSessionToldMayStillBeHeld) {
  Filing filing;
  Session one;
  Session other;
  other.cache = 8;
  filing.whole(one, {2, 3});
  filing.file_raw(1U + rtr::kEnded, 0, {}, filing.about(kRouter, kCache, 40000, 323));
  EXPECT_EQ(filing.route(2, 2), Validity::valid) << "it has nothing else";
  filing.whole(other, {3, 4});
  EXPECT_EQ(filing.route(2, 2), Validity::disputed);
  EXPECT_EQ(filing.route(2, 9), Validity::disputed);
  EXPECT_EQ(filing.route(3, 3), Validity::valid);
  EXPECT_EQ(filing.route(4, 4), Validity::valid);
  EXPECT_EQ(filing.route(4, 9), Validity::invalid_origin);
  EXPECT_EQ(filing.route(9, 9), Validity::not_found);
  filing.whole(one, {2});
  EXPECT_EQ(filing.route(2, 2), Validity::valid) << "it asked again";
}

TEST(Rov, AReceiverIsJudgedByItsOwnTableElseByWhatAllSay) {
  Filing filing;
  Session own;
  Session first;
  first.router = 4;
  Session second;
  second.router = 5;
  second.cache = 8;
  filing.whole(first, {2, 3}).whole(second, {3, 4});
  EXPECT_EQ(filing.route(3, 3, kElsewhere), Validity::valid);
  EXPECT_EQ(filing.route(9, 9, kElsewhere), Validity::not_found);
  EXPECT_EQ(filing.route(2, 2, kElsewhere), Validity::disputed);
  EXPECT_EQ(filing.route(4, 4, kElsewhere), Validity::disputed);
  EXPECT_EQ(filing.route(2, 2, 4), Validity::valid);
  EXPECT_EQ(filing.route(4, 4, 4), Validity::not_found);
  filing.whole(own, {4});
  EXPECT_EQ(filing.route(4, 4), Validity::valid);
  EXPECT_EQ(filing.route(2, 2), Validity::not_found);
}

TEST(Rov, OfACacheWhatItToldLastCounts) {
  Filing filing;
  Session first;
  first.router = 4;
  Session second;
  second.router = 5;
  filing.whole(first, {2});
  filing.pass(1);
  filing.whole(second, {3});
  EXPECT_EQ(filing.route(3, 3, kElsewhere), Validity::valid);
  EXPECT_EQ(filing.route(2, 2, kElsewhere), Validity::not_found);
  EXPECT_EQ(filing.route(2, 2, 4), Validity::valid);
}

/// A router that connects again holds one table of a cache: the one that comes now, or an unknown one.
TEST(Rov, ANewSessionOfTheSameTwoEndsTheOld) {
  Filing filing;
  Session first;
  filing.whole(first, {2});
  Session second;
  second.port = 40001;
  filing.ask(second, serial_query(99, 7));
  filing.tell(second, joined({cache_response(99), ipv4(3, 3), end_of_data(99, 8)}));
  EXPECT_EQ(filing.route(2, 2), Validity::no_table) << "the serial that it asked for was another session's";
  filing.whole(second, {3});
  EXPECT_EQ(filing.route(3, 3), Validity::valid);
}

TEST(Rov, WhoComesLateTakesNoPlaceOfATable) {
  Filing filing;
  std::vector<std::unique_ptr<Session>> sessions;
  for (std::uint8_t i = 0; i < 40; ++i) {
    sessions.push_back(std::make_unique<Session>());
    sessions.back()->router = static_cast<std::uint8_t>(100 + i);
    filing.whole(*sessions.back(), {static_cast<std::uint8_t>(i + 1)});
    filing.pass(1);
  }
  EXPECT_EQ(filing.route(8, 8, 107), Validity::valid);
  EXPECT_EQ(filing.route(9, 9, 108), Validity::not_found) << "its own had no place";
  EXPECT_GT(filing.join.forgotten(), 0U);
}

TEST(Rov, ATableThatHasNoRoomSaysSo) {
  Filing filing({.vrps = 2, .changes = 1});
  Session session;
  filing.whole(session, {2, 3});
  EXPECT_EQ(filing.route(2, 2), Validity::valid);
  filing.whole(session, {2, 3, 4});
  EXPECT_EQ(filing.route(2, 2), Validity::limit);
  EXPECT_GT(filing.join.forgotten(), 0U);
}

TEST(Rov, ADifferenceThatHasNoRoomSaysSo) {
  Filing filing({.vrps = 100, .changes = 1});
  Session session;
  filing.whole(session, {2}).ask(session, serial_query(99, 7));
  filing.tell(session, joined({cache_response(99), ipv4(3, 3), ipv4(4, 4), end_of_data(99, 8)}));
  EXPECT_EQ(filing.route(2, 2), Validity::limit);
}

/// RFC 6811 section 2: who originates a route.
TEST(Rov, TheOriginIsTheLastOfThePath) {
  using bgp::test::attribute;
  using bgp::test::sequence2;
  using bgp::test::sequence4;
  Filing filing;
  Session session;
  filing.whole(session, {2});
  EXPECT_EQ(filing.path(2, sequence4({2}) + sequence4({5, 6}, 1)), Validity::invalid_origin) << "AS_SET";
  EXPECT_EQ(filing.path(9, sequence4({5, 6}, 1)), Validity::not_found);
  EXPECT_EQ(filing.path(2, {}), Validity::no_origin) << "the sender's own AS";
  EXPECT_EQ(filing.path(2, sequence4({2}) + sequence4({65001}, 3)), Validity::no_origin) << "a confederation's";
  EXPECT_EQ(filing.path(2, sequence4({65001}, 3) + sequence4({2})), Validity::valid);
  EXPECT_EQ(filing.path(2, sequence2({9, 2}), kRouter, bgp::Octets::two), Validity::valid);
  EXPECT_EQ(filing.path(2, sequence2({9, 23456}), kRouter, bgp::Octets::two), Validity::no_origin) << "AS_TRANS";
  const Wire as4 = attribute(0xc0, 17, sequence4({2}));
  EXPECT_EQ(filing.path(2, sequence2({9, 23456}), kRouter, bgp::Octets::two, as4), Validity::valid);
  const Wire longer = attribute(0xc0, 17, sequence4({7, 8, 2}));
  EXPECT_EQ(filing.path(2, sequence2({9, 3}), kRouter, bgp::Octets::two, longer), Validity::invalid_origin)
      << "AS4_PATH is longer than the path: it counts for nothing (RFC 6793 section 4.2.3)";
}

/// Live, Exhibits are dropped where the joins are behind. Whatever is dropped, no verdict is wrong.
TEST(Rov, WhatIsDroppedOnTheWayMakesNoVerdictWrong) {
  std::mt19937 random(3);
  unsigned judged = 0;
  for (int round = 0; round < 300; ++round) {
    Filing filing({.vrps = 100, .changes = 100});
    Session session;
    filing.loses = [&] { return random() % 4 == 0; };
    filing.ask(session, reset_query()).tell(session, joined({cache_response(99), ipv4(2, 2), ipv4(3, 3)}));
    filing.tell(session, ipv4(4, 4)).tell(session, end_of_data(99, 7));
    filing.ask(session, serial_query(99, 7)).tell(session, joined({cache_response(99), ipv4(2, 2, false)}));
    filing.tell(session, ipv4(5, 5)).tell(session, end_of_data(99, 8));
    // Where an End of Data was dropped, what is held is that of before.
    const bool is_old = filing.route(5, 5) == Validity::not_found;
    const Validity first = filing.route(2, 2);
    const Validity third = filing.route(4, 4);
    if (first == Validity::no_table) continue;
    ++judged;
    EXPECT_EQ(first, is_old ? Validity::valid : Validity::not_found) << round;
    // The answer whose end was dropped is old by now.
    if (third != Validity::no_table) {
      EXPECT_EQ(third, Validity::valid) << round;
    }
  }
  EXPECT_GT(judged, 30U);
}

}  // namespace join_test
}  // namespace uptake::rov
