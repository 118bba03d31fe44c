#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "dataplane/tracking/tracker.h"
#include "dataplane/worker.h"

namespace uptake::test {

/// Tracked: the real tracker and its listener over any dissectors. What they note is handed on instead of counted.
class Tracked {
 public:
  /// `hear` gets every observation and its subject.
  using Hear = std::function<void(FactId, std::uint64_t value, const Subject&)>;

  Tracked(std::vector<Row> rows, std::uint64_t max_flows, Hear hear)
      : registry_(std::move(rows)),
        catalogue_(standard_catalogue(registry_)),
        digests_(Digests::published()),
        engine_{.registry = registry_,
                .catalogue = catalogue_,
                .digests = digests_,
                .customers = customers_,
                .hash = FlowHash({0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0}),
                .subscriber = {},
                .max_flows = max_flows,
                .keep_names = true},
        shards_(engine_),
        window_(std::make_unique<Window>(engine_)),
        notes_(std::make_unique<Notes>()),
        tracker_(std::make_unique<Tracker>(
            engine_, *notes_, [](void* self) noexcept { static_cast<Tracked*>(self)->keep(); }, this)),
        hear_(std::move(hear)) {}
  Tracked(const Tracked&) = delete;
  Tracked& operator=(const Tracked&) = delete;

  [[nodiscard]] FactId base(std::string_view dissector) const { return registry_.base(dissector); }
  /// One packet with ports.
  Disposition track(const Frame& frame, const Segment& segment) {
    Item item;
    item.segment = segment;
    item.frame = &frame;
    engine_.hash.identify(item.segment, item.id);
    const Disposition how = tracker_->track(shards_[item.id.shard], item, *window_).how;
    keep();
    return how;
  }
  /// Ends all flows and forgets them.
  void end(const Frame& last) {
    Item item;
    item.frame = &last;
    for (std::size_t shard = 0; shard < kShards; ++shard) tracker_->finish(shards_[shard], item, *window_);
    keep();
  }
  [[nodiscard]] std::uint64_t limit(Limit which) const { return window_->limits[static_cast<std::size_t>(which)]; }
  /// Conversations in use.
  [[nodiscard]] std::uint32_t pending() {
    std::uint32_t all = 0;
    for (std::size_t shard = 0; shard < kShards; ++shard) all += shards_[shard].pool.in_use();
    return all;
  }
  [[nodiscard]] std::uint32_t free_chunks() {
    std::uint32_t all = 0;
    for (std::size_t shard = 0; shard < kShards; ++shard) all += shards_[shard].pool.free_chunks();
    return all;
  }

 private:
  void keep() {
    for (const Observation& one : notes_->observations()) hear_(one.fact, one.value, notes_->subjects()[one.subject]);
    notes_->clear();
  }

  Registry registry_;
  Catalogue catalogue_;
  Digests digests_;
  PrefixSet customers_;
  Engine engine_;
  ShardSet shards_;
  std::unique_ptr<Window> window_;
  std::unique_ptr<Notes> notes_;
  std::unique_ptr<Tracker> tracker_;
  Hear hear_;
};

}  // namespace uptake::test
