#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/tracking/tracker.h"
#include "dataplane/worker.h"
#include "dissectors/frame/decode.h"
#include "policy/scorecard.h"
#include "tests/dataplane/traffic.h"

namespace uptake::test {

/// Listening: what is noted of a Traffic by any dissectors: frames go through decoding, the flow table and the real
/// tracker with its listener; notes are kept instead of counted.
class Listening {
 public:
  struct Noted {
    std::uint64_t value = 0;
    std::string name;
    bool from_low_port = false;
  };

  explicit Listening(std::vector<Row> rows)
      : registry_(std::move(rows)),
        catalogue_(standard_catalogue(registry_, default_profile(), {})),
        digests_(Digests::published()),
        engine_{registry_,
                catalogue_,
                digests_,
                customers_,
                FlowHash({0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0}),
                {},
                0,
                1U << 14,
                true},
        shards_(engine_),
        window_(std::make_unique<Window>(engine_)),
        notes_(std::make_unique<Notes>()),
        tracker_(std::make_unique<Tracker>(
            engine_, *notes_, [](void* self) noexcept { static_cast<Listening*>(self)->keep(); }, this)) {}

  Listening& hear(const Traffic& traffic) {
    for (const Traffic::Packet& packet : traffic.packets) {
      const auto size = static_cast<std::uint32_t>(packet.bytes.size());
      last_ = {packet.bytes.data(), size, size, packet.time_ns, ordinal_++, LinkType::ethernet};
      last_.packet_ns = packet.time_ns;
      Item item;
      item.frame = &last_;
      item.disposition = decode(last_, item.segment);
      engine_.hash.identify(item.segment, item.id);
      if (item.disposition == Disposition::parsed)
        how.push_back(tracker_->track(shards_[item.id.shard], item, *window_).how);
      keep();
    }
    return *this;
  }
  Listening& end() {
    Item item;
    item.frame = &last_;
    for (std::size_t shard = 0; shard < kShards; ++shard) tracker_->finish(shards_[shard], item, *window_);
    keep();
    return *this;
  }
  /// Values of a dissector's own fact, in order.
  [[nodiscard]] std::vector<std::uint64_t> values(std::string_view dissector, std::uint16_t fact) const {
    std::vector<std::uint64_t> found;
    for (const auto& [id, noted] : noted_)
      if (id == registry_.base(dissector) + fact) found.push_back(noted.value);
    return found;
  }
  [[nodiscard]] std::uint64_t limit(Limit which) const { return window_->limits[static_cast<std::size_t>(which)]; }
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

  std::vector<Disposition> how;

 private:
  void keep() {
    for (const Observation& one : notes_->observations()) {
      const Subject& subject = notes_->subjects()[one.subject];
      noted_.push_back({one.fact,
                        {one.value, std::string(subject.name.begin(), subject.name.end()),
                         subject.client_port < subject.server_port}});
    }
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
  std::vector<std::pair<FactId, Noted>> noted_;
  Frame last_;
  std::uint64_t ordinal_ = 0;
};

}  // namespace uptake::test
