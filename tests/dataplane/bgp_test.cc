// Whole runs over BGP: long sessions, gaps, floods, and what routes come to.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "dataplane/correlation.h"
#include "policy/catalogue/bgp/words.h"
#include "policy/correlate/correlators.h"
#include "tests/dataplane/conversation.h"
#include "tests/dissectors/bgp/table.h"

namespace uptake {
namespace bgp_test {

using namespace bgp::test;
using bgp::kRoutes;
using bgp::kSessions;
using bgp::kUpdates;
using test::Conversation;
using test::Readout;
using test::Traffic;

constexpr std::uint16_t kBgp = 179;

std::string text(const Wire& wire) { return {wire.begin(), wire.end()}; }
const std::string kClientOpens = text(open(64496, families() + as4(64496)));
const std::string kServerOpens = text(open(64497, families() + as4(64497)) + keepalive());
const std::string kAlive = text(keepalive());

/// Both OPENs and KEEPALIVEs.
Conversation& establish(Conversation& talk) { return talk.open().ask(kClientOpens).tell(kServerOpens).ask(kAlive); }
std::string announce(unsigned number, bool otc = false) {
  const Wire more = otc ? attribute(0xc0, 35, u32(64496)) : Wire{};
  return text(update(usual(sequence4({3320, number + 1})) + more,
                     v4_24(10 + (number >> 16), number >> 8 & 0xff, number & 0xff)));
}
std::string withdraw(unsigned number) {
  return text(update({}, {}, v4_24(10 + (number >> 16), number >> 8 & 0xff, number & 0xff)));
}

/// What a run with the joins of uptake counts.
Readout read_joined(const Traffic& traffic, unsigned workers = 1, std::uint64_t window_ns = 0) {
  static const std::vector<CorrelatorRow> kJoins = correlators();
  static const Registry kRegistry(dissectors(), fact_rows(correlators()));
  static const Catalogue kCatalogue = standard_catalogue(kRegistry);
  Engine engine = test::engine_of(test::own_kit());
  const Digests digests = Digests::published();
  const Engine whole{.registry = kRegistry,
                     .catalogue = kCatalogue,
                     .digests = digests,
                     .customers = engine.customers,
                     .hash = engine.hash,
                     .subscriber = {},
                     .window_ns = window_ns,
                     .max_flows = 1U << 18};
  ShardSet shards(whole);
  Readout out;
  Publisher publisher(whole, workers, Publisher::Pace::of_sink, [&](const WindowCard& window) {
    for (std::size_t i = 0; i < kCatalogue.measures().size(); ++i) {
      const Measure& measure = kCatalogue.measures()[i];
      if (!is_entity(measure.unit))
        out.totals[{std::string(measure.id), measure.unit}].add(window.figures->tally().total(i));
    }
    for (std::size_t i = 0; i < kLimits; ++i) out.limits[i] += window.limits[i];
  });
  const auto correlation = start_correlation(whole, kJoins, workers, publisher, Correlation::Pace::of_joins);
  FileRun run(whole, shards, workers, publisher, nullptr, nullptr, correlation.get());
  test::MemorySource source(traffic.packets, 64);
  const std::atomic<bool> stop{false};
  EXPECT_EQ(run.run(source, stop), traffic.packets.size());
  publisher.finish();
  EXPECT_TRUE(publisher.ledger().closes());
  return out;
}

TEST(Bgp, ASessionOfMoreThanTwentyThousandSegmentsIsReadToItsEnd) {
  constexpr unsigned kCount = 25'000;
  Traffic traffic;
  traffic.step_ns = 1'000'000;
  Conversation talk(traffic, {.server_port = kBgp}, 0xfff00000, 0xffe00000);
  establish(talk);
  for (unsigned i = 0; i < kCount; ++i) talk.ask(announce(i));
  const Readout got = read_joined(traffic);
  EXPECT_EQ(got.of("bgp.update.sound", kUpdates).pass, kCount);
  EXPECT_EQ(got.of("bgp.route.ip6", kRoutes).fail, kCount);
  EXPECT_EQ(got.of("bgp.session.established", kSessions).pass, 1U);
}

TEST(Bgp, ATableOfAMillionRoutesIsCountedExactly) {
#ifdef UPTAKE_SANITIZED
  constexpr std::uint32_t kCount = 100'000;
#else
  constexpr std::uint32_t kCount = 1'000'000;
#endif
  Traffic traffic;
  traffic.step_ns = 20'000;
  Conversation talk(traffic, {.server_port = kBgp});
  establish(talk);
  std::string pending;
  for (std::uint32_t i = 0; i < kCount / kRoutesPerUpdate; ++i) {
    pending += text(table_update(i));
    for (; pending.size() >= 1448; pending.erase(0, 1448)) talk.ask(pending.substr(0, 1448), 1448);
  }
  talk.ask(pending);
  const Readout got = read_joined(traffic);
  EXPECT_EQ(got.of("bgp.route.ip6", kRoutes).pass, kCount / (kV4PerV6 + 1));
  EXPECT_EQ(got.of("bgp.route.ip6", kRoutes).fail, kCount - kCount / (kV4PerV6 + 1));
  EXPECT_EQ(got.of("bgp.update.sound", kUpdates).pass, kCount / kRoutesPerUpdate);
  EXPECT_EQ(got.limit(Limit::join_forgotten), 0U);
}

TEST(Bgp, EverySizeOfSegmentSaysTheSame) {
  std::string stream;
  for (unsigned i = 0; i < 40; ++i) stream += announce(i, i % 2 == 0);
  for (const std::size_t mss : {1400U, 53U, 1U}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = kBgp});
    establish(talk).ask(stream, mss);
    const Readout got = read_joined(traffic);
    EXPECT_EQ(got.of("bgp.update.sound", kUpdates).pass, 40U) << mss;
    EXPECT_EQ(got.of("bgp.route.otc", kRoutes).pass, 20U) << mss;
    EXPECT_EQ(got.of("bgp.unread", kSessions).hidden(), 0U) << mss;
  }
}

TEST(Bgp, PickedUpInsideAMessage) {
  std::string stream;
  for (unsigned i = 0; i < 40; ++i) stream += announce(i);
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kBgp});
  talk.ask(stream.substr(20), 1400).tell(kAlive);
  const Readout got = read_joined(traffic);
  EXPECT_EQ(got.of("bgp.update.sound", kUpdates).pass, 39U);
  EXPECT_EQ(got.of("bgp.session.established", kSessions).pass, 1U);
  EXPECT_EQ(got.of("bgp.capability.as4", kSessions).hidden(), 1U);
  EXPECT_EQ(got.of("bgp.unread", kSessions).hidden(), 1U);
}

TEST(Bgp, BehindAGapTheMarkerIsTheWayBack) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kBgp});
  establish(talk).ask(announce(1) + announce(2).substr(0, 30)).lose(true, announce(2).size() - 30 + 10);
  talk.ask(announce(3).substr(10) + announce(4));
  for (unsigned i = 5; i < 30; ++i) talk.segment(false, tcp::kAck).ask(announce(i));
  const Readout got = read_joined(traffic);
  EXPECT_EQ(got.of("bgp.update.sound", kUpdates).pass, 27U) << "all but the second and the third";
  EXPECT_EQ(got.of("bgp.unread", kSessions).unobservable[static_cast<std::size_t>(Reason::gap)], 1U);
  EXPECT_EQ(got.of("bgp.session.established", kSessions).pass, 1U);
}

TEST(Bgp, ALyingLengthCostsItsMessage) {
  std::string lying = announce(2);
  lying[17] = static_cast<char>(lying[17] + 5);
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kBgp});
  establish(talk).ask(announce(1)).ask(lying).ask(announce(3)).ask(announce(4)).ask(announce(5));
  const Readout got = read_joined(traffic);
  EXPECT_GE(got.of("bgp.update.sound", kUpdates).pass, 3U);
  EXPECT_GE(got.of("bgp.unread", kSessions).hidden(), 1U);
}

TEST(Bgp, ARouteCountsOnceHoweverOftenItIsTold) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kBgp});
  establish(talk);
  for (int times = 0; times < 3; ++times)
    for (unsigned i = 0; i < 100; ++i) talk.ask(announce(i));
  talk.tell(announce(1));  // the other way it is another route
  EXPECT_EQ(read_joined(traffic).of("bgp.route.ip6", kRoutes).fail, 101U);
}

TEST(Bgp, ARouteThatIsReplacedAtOnceCountsAsItStandsThen) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kBgp});
  establish(talk).ask(announce(1)).ask(announce(2)).ask(announce(1, true));
  traffic.now_ns += 60'000'000'000;
  talk.ask(announce(2, true));  // too late
  const Readout got = read_joined(traffic);
  EXPECT_EQ(got.of("bgp.route.otc", kRoutes).pass, 1U);
  EXPECT_EQ(got.of("bgp.route.otc", kRoutes).fail, 1U);
}

TEST(Bgp, ARouteThatFlapsCountsOnce) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kBgp});
  establish(talk).ask(announce(1)).ask(withdraw(1)).ask(withdraw(1)).ask(announce(1)).ask(withdraw(7));
  for (int times = 0; times < 3; ++times) {
    traffic.now_ns += 60'000'000'000;
    talk.ask(withdraw(1)).ask(announce(1, true));
  }
  const Readout got = read_joined(traffic);
  EXPECT_EQ(got.of("bgp.route.otc", kRoutes).fail, 1U);
  EXPECT_EQ(got.of("bgp.route.otc", kRoutes).pass, 0U);
}

TEST(Bgp, ARouteThatIsWithdrawnAtOnceWasAnnounced) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kBgp});
  establish(talk).ask(announce(1)).ask(withdraw(1));
  EXPECT_EQ(read_joined(traffic).of("bgp.route.ip6", kRoutes).fail, 1U);
}

TEST(Bgp, ASessionThatBeganBeforeShowsHowItIsProtected) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kBgp});
  for (unsigned i = 0; i < 50; ++i) talk.ask(announce(i));
  talk.tell(kAlive);
  const Readout got = read_joined(traffic);
  EXPECT_EQ(got.of("bgp.session.established", kSessions).pass, 1U);
  for (const std::string id : {"bgp.session.guarded", "bgp.session.gtsm"}) {
    EXPECT_EQ(got.of(id, kSessions).fail, 1U) << id;
    EXPECT_EQ(got.of(id, kSessions).hidden(), 0U) << id;
  }
}

TEST(Bgp, WhatIsMissingAtTheEndIsTold) {
  const auto unread = [](auto end) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = kBgp});
    establish(talk).ask(announce(1));
    end(talk);
    return read_joined(traffic).of("bgp.unread", kSessions).hidden();
  };
  EXPECT_EQ(unread([](Conversation& talk) { talk.close(); }), 0U);
  EXPECT_EQ(unread([](Conversation& talk) { talk.ask(announce(2).substr(0, 30)); }), 1U) << "the capture ends";
  EXPECT_EQ(unread([](Conversation& talk) { talk.ask(announce(2).substr(0, 30)).close(); }), 1U);
  EXPECT_EQ(unread([](Conversation& talk) { talk.lose(true, 60).ask(announce(3).substr(0, 12)); }), 1U)
      << "nothing begins behind the hole";
  EXPECT_EQ(unread([](Conversation& talk) { talk.lose(true, 60).ask(announce(3)); }), 1U) << "told once";
}

/// Ten sessions with routes.
std::vector<Conversation> neighbours(Traffic& traffic) {
  std::vector<Conversation> talks;
  for (std::uint32_t i = 0; i < 10; ++i)
    talks.emplace_back(traffic, Traffic::Ends{.client = i + 1, .server_port = kBgp});
  for (Conversation& talk : talks) establish(talk).ask(announce(1));
  return talks;
}
void go_on(std::vector<Conversation>& talks) {
  for (Conversation& talk : talks) talk.ask(announce(2)).tell(announce(3, true));
}

/// How a session goes on behind the end of a capture, or a hole, nobody knows.
TEST(Bgp, ASessionThatIsNotSeenToItsEndIsNoFailure) {
  const auto opened = [](bool closed, bool hole) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = kBgp});
    talk.open().ask(kClientOpens).tell(text(open(64497, families() + as4(64497))));
    if (hole) {
      talk.lose(true, kAlive.size()).lose(false, kAlive.size());
      for (int i = 0; i < 3; ++i) talk.ask(kAlive).lose(false, kAlive.size());
    }
    if (closed) talk.close();
    return test::read(traffic).of("bgp.session.established", kSessions);
  };
  EXPECT_EQ(opened(true, false).fail, 1U);
  const Counts cut = opened(false, false);
  EXPECT_EQ(cut.fail, 0U);
  EXPECT_EQ(cut.unobservable[static_cast<std::size_t>(Reason::unfinished)], 1U);
  EXPECT_EQ(opened(true, true).fail, 0U);
}

TEST(Bgp, OpensWithoutEndLeaveTheFiguresBesideThemAlone) {
  Traffic quiet;
  quiet.step_ns = 1000;
  auto talks = neighbours(quiet);
  go_on(talks);
  Traffic flooded;
  flooded.step_ns = 1000;
  talks = neighbours(flooded);
  constexpr std::uint32_t kFlood = 3 * kShards * ConversationPool::kConversations;
  for (std::uint32_t i = 0; i < kFlood; ++i) {
    Conversation opens(flooded, {.client = 1000 + i, .server_port = kBgp});
    opens.open().ask(kClientOpens);
  }
  go_on(talks);
  const Readout before = read_joined(quiet);
  const Readout after = read_joined(flooded);
  for (const auto& [key, counts] : before.totals) {
    if (!key.first.starts_with("bgp.")) continue;
    const Counts& with = after.totals.at(key);
    EXPECT_EQ(with.pass, counts.pass) << key.first;
    EXPECT_EQ(with.fail, counts.fail) << key.first;
  }
  const std::uint64_t told = after.of("bgp.session.established", kSessions).hidden();
  EXPECT_LE(told, kFlood) << "told, none of them judged";
  EXPECT_GT(told, kFlood - 10) << "but those whose flows gave up their places";
}

TEST(Bgp, AnyNumberOfWorkersAndWindowsCountsTheSame) {
  Traffic traffic;
  traffic.step_ns = 50'000'000;
  auto talks = neighbours(traffic);
  for (unsigned i = 0; i < 200; ++i) talks[i % talks.size()].ask(announce(i, i % 3 == 0)).tell(announce(i / 2));
  const Readout one = read_joined(traffic);
  for (const unsigned workers : {2U, 4U})
    for (const std::uint64_t window_ns : {std::uint64_t{0}, std::uint64_t{1'000'000'000}}) {
      const Readout other = read_joined(traffic, workers, window_ns);
      for (const auto& [key, counts] : one.totals) {
        if (!key.first.starts_with("bgp.")) continue;
        EXPECT_EQ(other.totals.at(key).pass, counts.pass) << key.first << ' ' << workers;
        EXPECT_EQ(other.totals.at(key).fail, counts.fail) << key.first << ' ' << workers;
      }
    }
}

}  // namespace bgp_test
}  // namespace uptake
