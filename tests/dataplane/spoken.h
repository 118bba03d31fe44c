#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "dataplane/tracking/tracker.h"
#include "dataplane/worker.h"

namespace uptake::test {

/// Spoken: flows spoken segment by segment to the real tracker and its listener, without frames. Each payload is an
/// exact copy on the heap, so that a sanitizer sees a read past its end. One flow at a time; end() makes it as new.
class Spoken {
 public:
  /// `hear` gets every observation and its subject.
  using Hear = std::function<void(FactId, std::uint64_t value, const Subject&)>;

  Spoken(std::vector<Row> rows, Hear hear)
      : registry_(std::move(rows)),
        catalogue_(standard_catalogue(registry_, default_profile(), {})),
        digests_(Digests::published()),
        engine_{registry_, catalogue_, digests_, customers_, FlowHash({1, 2, 3}), {}, 0, 1, true},
        shards_(engine_),
        window_(std::make_unique<Window>(engine_)),
        notes_(std::make_unique<Notes>()),
        tracker_(std::make_unique<Tracker>(
            engine_, *notes_, [](void* self) noexcept { static_cast<Spoken*>(self)->keep(); }, this)),
        hear_(std::move(hear)) {}

  [[nodiscard]] FactId base(std::string_view dissector) const { return registry_.base(dissector); }
  std::uint16_t server_port = 443;

  /// One segment or datagram; `cut` octets of it were not captured.
  void tcp(Side from, std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgement, Bytes payload = {},
           std::uint32_t cut = 0) {
    Segment segment = between(from, frame::protocol::kTcp, payload.size() + 40);
    segment.tcp_flags = flags;
    segment.sequence = sequence;
    segment.acknowledgement = acknowledgement;
    track(segment, payload, cut);
  }
  void udp(Side from, Bytes payload, std::uint32_t cut = 0) {
    track(between(from, frame::protocol::kUdp, payload.size() + 28), payload, cut);
  }
  /// Ends the flow and forgets it.
  void end() {
    Item item;
    item.frame = &frame_;
    for (std::size_t shard = 0; shard < kShards; ++shard) tracker_->finish(shards_[shard], item, *window_);
    keep();
    frame_.packet_ns = frame_.time_ns += 61'000'000'000;
  }
  [[nodiscard]] std::uint64_t limit(Limit which) const { return window_->limits[static_cast<std::size_t>(which)]; }
  /// Nothing of the pools is in use.
  [[nodiscard]] bool all_given_back() {
    for (std::size_t shard = 0; shard < kShards; ++shard)
      if (shards_[shard].pool.in_use() != 0 || shards_[shard].pool.free_chunks() != ConversationPool::kChunks)
        return false;
    return true;
  }

 private:
  [[nodiscard]] Segment between(Side from, std::uint8_t protocol, std::size_t length) const {
    Segment segment;
    Address client;
    Address server;
    client.octets[0] = 10;
    server.octets[0] = 203;
    const bool is_client = from == Side::client;
    segment.has_ip = segment.has_ports = true;
    segment.source = is_client ? client : server;
    segment.destination = is_client ? server : client;
    segment.source_port = is_client ? std::uint16_t{40000} : server_port;
    segment.destination_port = is_client ? server_port : std::uint16_t{40000};
    segment.protocol = protocol;
    segment.ip_length = static_cast<std::uint32_t>(length);
    return segment;
  }
  void track(Segment segment, Bytes payload, std::uint32_t cut) {
    const auto exact = std::make_unique<std::uint8_t[]>(payload.size());
    std::copy(payload.begin(), payload.end(), exact.get());
    segment.payload = exact.get();
    segment.payload_captured = static_cast<std::uint32_t>(payload.size());
    segment.payload_wire = segment.payload_captured + cut;
    frame_.packet_ns = frame_.time_ns += 1'000'000;
    ++frame_.ordinal;
    Item item;
    item.segment = segment;
    item.frame = &frame_;
    engine_.hash.identify(item.segment, item.id);
    (void)tracker_->track(shards_[item.id.shard], item, *window_);
    keep();
  }
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
  Frame frame_;
  Hear hear_;
};

}  // namespace uptake::test
