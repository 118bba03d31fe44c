#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <string>
#include <thread>

#include "dataplane/correlation.h"
#include "dataplane/runtime.h"
#include "policy/report/json.h"
#include "policy/scorecard.h"
#include "policy/tally.h"
#include "tests/dataplane/traffic.h"
#include "tests/dissectors/dns/builder.h"
#include "tests/toy/toy_join.h"

namespace uptake {
namespace correlations_test {

using test::MemorySource;
using test::Traffic;

constexpr std::uint64_t kSecond = 1'000'000'000;

struct How {
  unsigned workers = 1;
  std::uint64_t window_ns = 0;
  std::uint64_t grace_ns = 0;
  std::size_t per_chunk = 64;
  std::vector<CorrelatorRow> joins = {correlator_row<toy::Join<1 << 14>>()};
};

struct Outcome {
  Counts told;
  Counts late;
  Counts echo;
  Counts echo_late;
  LimitCounts limits{};
  std::size_t windows = 0;
  std::string json;
};

/// House: what an Engine borrows.
struct House {
  explicit House(const std::vector<CorrelatorRow>& joins)
      : registry(toy::showing_dissectors(), fact_rows(joins)),
        catalogue(standard_catalogue(registry, default_profile(),
                                     joins.empty()       ? kNoJoin
                                     : joins.size() == 1 ? kJoin
                                                         : kEcho)) {}
  [[nodiscard]] Engine engine(const How& how) const {
    return {.registry = registry,
            .catalogue = catalogue,
            .digests = digests,
            .customers = customers,
            .hash = FlowHash({0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0}),
            .subscriber = {},
            .window_ns = how.window_ns,
            .max_flows = 1U << 14,
            .grace_ns = how.grace_ns};
  }
  static constexpr std::span<const Area> kJoin = toy::kJoinAreas;
  static constexpr std::span<const Area> kEcho = toy::kEchoAreas;
  static constexpr std::span<const Area> kNoJoin = toy::kAreas;
  Registry registry;
  Catalogue catalogue;
  Digests digests = Digests::published();
  PrefixSet customers;
};

Outcome run(const Traffic& traffic, const How& how = {}) {
  const House house(how.joins);
  const Engine engine = house.engine(how);
  const Catalogue& catalogue = house.catalogue;
  Outcome outcome;
  ShardSet shards(engine);
  ScoreCard card;
  ScoreCardJson json(card, catalogue);
  outcome.json = json.begin();
  Publisher publisher(engine, how.workers, Publisher::Pace::of_sink, [&](const WindowCard& window) {
    const auto total = [&](std::string_view id) {
      return window.figures->tally().total(catalogue.find(id, Unit::connections));
    };
    if (!how.joins.empty()) {
      outcome.told.add(total("toy.told"));
      outcome.late.add(total("toy.told_late"));
    }
    if (how.joins.size() > 1) {
      outcome.echo.add(total("toy.echo"));
      outcome.echo_late.add(total("toy.echo_late"));
    }
    for (std::size_t i = 0; i < kLimits; ++i) outcome.limits[i] += window.limits[i];
    ++outcome.windows;
    outcome.json += json.window(window);
  });
  const auto correlation = start_correlation(engine, how.joins, how.workers, publisher, Correlation::Pace::of_joins);
  FileRun run(engine, shards, how.workers, publisher, nullptr, nullptr, correlation.get());
  MemorySource source(traffic.packets, how.per_chunk);
  const std::atomic<bool> stop{false};
  EXPECT_EQ(run.run(source, stop), traffic.packets.size());
  publisher.finish();
  EXPECT_TRUE(publisher.ledger().closes());
  outcome.json += json.end();
  return outcome;
}

std::uint64_t limit(const Outcome& outcome, Limit which) { return outcome.limits[static_cast<std::size_t>(which)]; }

/// An answer to `client` that `server` has its address.
void tell(Traffic& traffic, std::uint32_t client, std::uint32_t server) {
  dns::test::Builder answer(dns::test::kQr, traffic.packets.size() & 0xffff);
  const dns::test::Octets address = {203, 0, static_cast<std::uint8_t>(113 + (server >> 8)),
                                     static_cast<std::uint8_t>(server)};
  answer.question("n" + std::to_string(server) + ".example", 1).record(1, 1, address);
  const auto octets = answer.done();
  traffic.udp({.client = client,
               .server = 200,
               .client_port = static_cast<std::uint16_t>(20'000 + traffic.packets.size() % 9000),
               .server_port = 53},
              false, {reinterpret_cast<const char*>(octets.data()), octets.size()});
}

/// A talk; an unanswered one ends with the window or the input.
void talk(Traffic& traffic, std::uint32_t client, std::uint32_t server, bool answered, std::uint16_t port) {
  const Traffic::Ends ends{.client = client, .server = server, .client_port = port};
  traffic.open(ends);
  traffic.tcp(ends, true, tcp::kAck | tcp::kPsh, 1001, 5001, "TOY\x01\x02");
  if (answered) traffic.tcp(ends, false, tcp::kAck | tcp::kPsh, 5001, 1006, "TOY\x01\x02");
}

/// Answers and talks of some clients, told before, late or never; with pauses, frozen clocks and leaps.
Traffic mixed(unsigned seed) {
  Traffic traffic;
  std::mt19937 random(seed);
  const auto any = [&](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); };
  for (unsigned i = 0; i < 3000; ++i) {
    traffic.step_ns = any(50) == 0 ? 0 : any(4'000'000);
    if (any(400) == 0) traffic.now_ns += any(90) * kSecond;
    const std::uint32_t client = 1 + any(60);
    const std::uint32_t server = 1 + any(30);
    if (any(2) == 0)
      tell(traffic, client, server);
    else
      talk(traffic, client, server, any(3) != 0, static_cast<std::uint16_t>(10'000 + i));
  }
  return traffic;
}

TEST(Correlations, ATalkBehindAnAnswerWasTold) {
  Traffic traffic;
  tell(traffic, 1, 7);
  talk(traffic, 1, 7, true, 1000);
  talk(traffic, 1, 8, true, 1001);
  talk(traffic, 2, 7, false, 1002);
  talk(traffic, 3, 9, false, 1003);
  const Outcome one = run(traffic);
  EXPECT_EQ(one.told.pass, 2U);
  EXPECT_EQ(one.told.fail, 4U);
  EXPECT_EQ(one.late.pass, 0U);
  EXPECT_EQ(one.late.fail, 2U);
}

TEST(Correlations, WhatWaitsIsAnsweredInTheWindowOfItsExhibit) {
  for (const bool in_time : {true, false}) {
    Traffic traffic;
    traffic.now_ns = 100 * kSecond;
    talk(traffic, 1, 7, false, 1000);  // ends with its window, 10 s behind the end of that
    traffic.now_ns = 121 * kSecond;
    if (!in_time) traffic.now_ns += 5 * kSecond;
    tell(traffic, 1, 7);
    traffic.now_ns = 160 * kSecond;
    talk(traffic, 9, 9, true, 1000);
    const Outcome one = run(traffic, {.window_ns = 10 * kSecond});
    EXPECT_EQ(one.late.pass, in_time ? 1U : 0U);
    EXPECT_EQ(one.late.fail, in_time ? 0U : 1U);
  }
}

TEST(Correlations, FiguresAreEqualForAnyNumberOfWorkers) {
  for (unsigned seed = 0; seed < 2; ++seed) {
    const Traffic traffic = mixed(seed);
    for (const std::uint64_t window_ns : {std::uint64_t{0}, kSecond / 2, 10 * kSecond}) {
      const Outcome one = run(traffic, {.window_ns = window_ns});
      EXPECT_GT(one.told.pass, 100U);
      EXPECT_GT(one.told.fail, 100U);
      EXPECT_GT(one.late.pass + one.late.fail, 100U);
      for (const unsigned workers : {1U, 2U, 3U, 4U, 16U}) {
        const std::size_t per_chunk = (workers + seed) % 2 == 0 ? 7 : 2000;
        const Outcome more = run(traffic, {.workers = workers, .window_ns = window_ns, .per_chunk = per_chunk});
        EXPECT_EQ(more.json, one.json) << workers << " workers, window " << window_ns << ", chunk " << per_chunk;
      }
      const Outcome brief = run(traffic, {.window_ns = window_ns, .grace_ns = kSecond / 5});
      const Outcome more = run(traffic, {.workers = 3, .window_ns = window_ns, .grace_ns = kSecond / 5});
      EXPECT_EQ(more.json, brief.json);
    }
  }
}

TEST(Correlations, EveryWindowAddsUpToTheWholeRun) {
  const Traffic traffic = mixed(7);
  const Outcome whole = run(traffic);
  const Outcome parts = run(traffic, {.workers = 2, .window_ns = 30 * kSecond});
  EXPECT_GT(parts.windows, 2U);
  EXPECT_EQ(limit(whole, Limit::flow_evicted), 0U);
  EXPECT_EQ(parts.told.pass, whole.told.pass);
  EXPECT_EQ(parts.told.fail, whole.told.fail);
}

TEST(Correlations, WhatOneShowsTheOneBelowItReads) {
  const Traffic traffic = mixed(3);
  for (const std::uint64_t window_ns : {std::uint64_t{0}, 10 * kSecond}) {
    How how{.window_ns = window_ns};
    how.joins.push_back(correlator_row<toy::Echo>());
    const Outcome one = run(traffic, how);
    EXPECT_GT(one.late.pass, 10U);
    EXPECT_EQ(one.echo.pass, one.told.pass);
    EXPECT_EQ(one.echo.fail, one.told.fail);
    EXPECT_EQ(one.echo_late.pass, one.late.pass);
    EXPECT_EQ(one.echo_late.fail, one.late.fail);
    how.workers = 3;
    EXPECT_EQ(run(traffic, how).json, one.json);
    // Nothing is shown upwards.
    how.joins = {correlator_row<toy::Echo>(), correlator_row<toy::Join<1 << 14>>()};
    EXPECT_EQ(run(traffic, how).echo.pass, 0U);
  }
}

TEST(Correlations, WhenNobodyWantsAnythingTheRestIsTheSame) {
  const Traffic traffic = mixed(1);
  const Outcome without = run(traffic, {.joins = {}});
  EXPECT_EQ(run(traffic, {.workers = 4, .joins = {}}).json, without.json);
  EXPECT_EQ(limit(without, Limit::exhibits_full), 0U);
}

TEST(Correlations, ATableThatForgetsSaysSo) {
  Traffic traffic;
  for (std::uint32_t server = 1; server <= 100; ++server) tell(traffic, 1, server);
  const How small{.joins = {correlator_row<toy::Join<64>>()}};
  const Outcome one = run(traffic, small);
  EXPECT_GE(limit(one, Limit::join_forgotten), 36U);
  EXPECT_LT(limit(one, Limit::join_forgotten), 100U);
  How more = small;
  more.workers = 4;
  EXPECT_EQ(run(traffic, more).json, one.json);
  EXPECT_EQ(limit(run(traffic), Limit::join_forgotten), 0U);
}

TEST(Correlations, AMessageWithTooMuchToShowSaysSo) {
  Traffic traffic;
  const Traffic::Ends ends;
  traffic.open(ends);
  traffic.tcp(ends, true, tcp::kAck | tcp::kPsh, 1001, 5001, "TOY\x01\xff");
  const Outcome one = run(traffic);
  EXPECT_EQ(limit(one, Limit::exhibits_full), ExhibitRoom::kExhibits);
  EXPECT_EQ(one.told.fail, ExhibitRoom::kExhibits);
  EXPECT_EQ(run(traffic, {.workers = 2}).json, one.json);
}

/// Gate: a correlator that stands still until it is let through.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  std::uint64_t filed = 0;
};
Gate* gate = nullptr;

struct Halting {
  static constexpr std::string_view kName = "halting";
  static constexpr std::uint64_t kWaitNs = 0;
  static std::span<const FactRow> facts() noexcept { return {}; }
  static std::span<const Wanted> reads() noexcept {
    static constexpr std::array<Wanted, 1> kReads{{{"dns", 0}}};
    return kReads;
  }
  explicit Halting(const Digests&) {}
  void file(std::size_t, const Filed&, Findings&) noexcept {
    std::unique_lock lock(gate->mutex);
    gate->changed.wait(lock, [] { return gate->open; });
    ++gate->filed;
  }
  void advance(std::uint64_t, Findings&) noexcept {}
  void finish(Findings&) noexcept {}
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return 0; }
};

/// What two workers file faster than a join that stands still takes it.
std::uint64_t dropped_of(Correlation::Pace pace, std::uint64_t count) {
  Gate own;
  gate = &own;
  const std::vector<CorrelatorRow> joins = {correlator_row<Halting>()};
  const House house({});
  const Registry registry(toy::showing_dissectors(), fact_rows(joins));
  const Catalogue catalogue = standard_catalogue(registry);
  const Engine engine{.registry = registry,
                      .catalogue = catalogue,
                      .digests = house.digests,
                      .customers = house.customers,
                      .hash = FlowHash({1, 2, 3}),
                      .subscriber = {}};
  Publisher publisher(engine, 2, Publisher::Pace::of_clock, [](const WindowCard&) {});
  Correlation correlation(engine, joins, 2, publisher, pace);
  const auto open = [&] {
    const std::lock_guard lock(own.mutex);
    own.open = true;
    own.changed.notify_all();
  };
  const std::vector<std::uint8_t> bytes(100, 7);
  const Subject subject;
  std::uint64_t dropped = 0;
  std::thread later;
  if (pace == Correlation::Pace::of_joins)
    later = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      open();
    });
  correlation.come_to(1, count, count);
  for (std::uint64_t i = 0; i < count; ++i) {
    Subject about = subject;
    about.ordinal = i;
    const Exhibit exhibit{bytes, 0, i, static_cast<FactId>(registry.base("dns")), 0};
    dropped += correlation.file(0, {&exhibit, 1}, {&about, 1}, Filed::kOfFrame);
    if (i % 64 == 0) correlation.come_to(0, i, i);
  }
  if (later.joinable()) later.join();
  open();
  for (unsigned worker : {0U, 1U}) correlation.come_to(worker, kInputEnd, kInputEnd);
  correlation.finish();
  publisher.finish();
  EXPECT_EQ(own.filed + dropped, count);
  return dropped;
}

TEST(Correlations, LiveWhatTheJoinsDoNotTakeInTimeIsDroppedAndCounted) {
  EXPECT_GT(dropped_of(Correlation::Pace::of_clock, 20'000), 10'000U);
}

TEST(Correlations, FilesWaitForTheJoinsAndDropNothing) {
  EXPECT_EQ(dropped_of(Correlation::Pace::of_joins, 20'000), 0U);
}

TEST(Correlations, ARunThatNeverBeginsLeavesNoThreadBehind) {
  const House house({});
  const std::vector<CorrelatorRow> joins = {correlator_row<Halting>()};
  const Registry registry(toy::showing_dissectors(), fact_rows(joins));
  const Catalogue catalogue = standard_catalogue(registry);
  const Engine engine{.registry = registry,
                      .catalogue = catalogue,
                      .digests = house.digests,
                      .customers = house.customers,
                      .hash = FlowHash({1, 2, 3}),
                      .subscriber = {}};
  Publisher publisher(engine, 4, Publisher::Pace::of_sink, [](const WindowCard&) {});
  const auto correlation = start_correlation(engine, joins, 4, publisher, Correlation::Pace::of_joins);
  EXPECT_NE(correlation, nullptr);
}

}  // namespace correlations_test
}  // namespace uptake
