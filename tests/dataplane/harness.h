#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <span>
#include <utility>
#include <vector>

#include "dataplane/publisher.h"
#include "dataplane/runtime.h"
#include "policy/scorecard.h"
#include "policy/tally.h"
#include "tests/dataplane/traffic.h"
#include "tests/toy/toy.h"

// What tests of whole runs have in common: an engine, and frames that go through it.
namespace uptake::test {

inline constexpr FlowHash::Key kHashKey = {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0};

/// Kit: dissectors with their measures, made once for all tests of a program.
struct Kit {
  explicit Kit(std::vector<Row> rows, std::span<const Area> more = {})
      : registry(std::move(rows)), catalogue(standard_catalogue(registry, default_profile(), more)) {}
  Registry registry;
  Catalogue catalogue;
};
inline const Kit& own_kit() {
  static const Kit kKit(dissectors());
  return kKit;
}
inline const Kit& toy_kit() {
  static const Kit kKit(toy::dissectors_with_toy(), toy::kAreas);
  return kKit;
}

/// An engine with published keys, no customers and one window; whoever wants another changes it.
inline Engine engine_of(const Kit& kit, std::uint64_t max_flows = 1U << 14) {
  static const Digests kDigests = Digests::published();
  static const PrefixSet kNobody;
  return {.registry = kit.registry,
          .catalogue = kit.catalogue,
          .digests = kDigests,
          .customers = kNobody,
          .hash = FlowHash(kHashKey),
          .subscriber = {},
          .max_flows = max_flows};
}

/// Way: how frames go through a run.
struct Way {
  unsigned workers = 1;
  std::size_t per_chunk = 100;
  const Events* events = nullptr;
  EventLog* log = nullptr;
};

/// Runs `packets` through an engine, each window through `sink`. Returns the ledger, which holds all of them.
inline Ledger run_through(const Engine& engine, const std::vector<Traffic::Packet>& packets, const Way& way,
                          Publisher::Sink sink) {
  ShardSet shards(engine);
  Publisher publisher(engine, way.workers, Publisher::Pace::of_sink, [&](const WindowCard& window) {
    EXPECT_TRUE(window.ledger.closes());
    sink(window);
  });
  FileRun run(engine, shards, way.workers, publisher, way.events, way.log);
  MemorySource source(packets, way.per_chunk);
  const std::atomic<bool> stop{false};
  EXPECT_EQ(run.run(source, stop), packets.size());
  publisher.finish();
  EXPECT_EQ(publisher.ledger().frames, packets.size());
  EXPECT_TRUE(publisher.ledger().closes());
  return publisher.ledger();
}

}  // namespace uptake::test
