#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "dataplane/correlation.h"
#include "dataplane/engine.h"
#include "dataplane/event_log.h"
#include "dataplane/flows/pages.h"
#include "dataplane/item.h"
#include "dataplane/packet_clock.h"
#include "dataplane/pulse.h"
#include "dataplane/shard.h"
#include "dataplane/tracking/tracker.h"
#include "dataplane/windows.h"
#include "dissectors/observation.h"
#include "policy/events/events.h"

namespace uptake {

/// ShardSet: the memory of all sixteen shards, taken at once and shared out to the workers.
class ShardSet {
 public:
  explicit ShardSet(const Engine& engine);
  [[nodiscard]] Shard& operator[](std::size_t index) noexcept { return shards_[index]; }
  /// Inlined, for a call that only prefetches the compiler leaves out.
  [[gnu::always_inline]] void prefetch(const Item& item) noexcept {
    const FlowId& id = item.id;
    const Shard& shard = shards_[id.shard];
    __builtin_prefetch(&shard.flows.bucket(id.flow), 1);
    __builtin_prefetch(shard.duplicates.set(id.flow, item.segment.header_digest), 1);
    if (item.segment.outer != 0) shard.twins.prefetch(id.flow);
    if (may_be_dns(item.segment)) shard.exchanges.fetch(id.flow, be16(item.segment.payload));
  }
  /// Makes the flow table of a shard resident.
  void touch(std::size_t index) noexcept;
  /// Octets of the flow table, and of the conversation pool.
  [[nodiscard]] std::size_t flow_bytes() const noexcept { return flow_pages_.bytes(); }
  [[nodiscard]] std::size_t pool_bytes() const noexcept { return pool_pages_.bytes(); }
  [[nodiscard]] std::size_t flow_capacity() const noexcept { return flow_pages_.bytes() / sizeof(Flow); }

 private:
  /// The flow and the ID of a datagram tell where its question is remembered.
  [[nodiscard]] static bool may_be_dns(const Segment& segment) noexcept {
    constexpr std::uint16_t kDomain = 53;
    return segment.protocol == frame::protocol::kUdp &&
           ((segment.source_port == kDomain) | (segment.destination_port == kDomain)) &&
           segment.payload_captured >= 2;
  }

  Pages flow_pages_;
  Pages pool_pages_;
  Pages name_pages_;
  Pages exchange_pages_;
  std::unique_ptr<Shard[]> shards_;
};

/// Worker: one core's loop: decode, then run its own shards in frame order. Between two bursts nothing is allocated,
/// unless events are asked for.
class Worker {
 public:
  static constexpr std::size_t kBurst = 32;

  /// Runs the shards s with s % workers == index. `events` and `correlation` may be null.
  Worker(const Engine& engine, ShardSet& shards, unsigned index, unsigned workers, ClosedWindows& closed,
         const Events* events, Correlation* correlation = nullptr);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Makes the flow tables of its shards resident; before the first frame.
  void start() noexcept;
  /// Reads the headers of frames that have their packet times; any worker may do it. As many as `items` holds: of
  /// what follows in `frames` the octets are asked for.
  static void decode(const Engine& engine, std::span<const Frame> frames, std::span<Item> items) noexcept;
  /// Runs decoded frames, those that `own` lists: frames of its own shards, in frame order.
  void run(std::span<const Item> items, std::span<const std::uint16_t> own) noexcept;
  /// Decodes and runs frames of its own shards, burst by burst, so that what was decoded is still in the first cache.
  /// Any worker may take what decode() will not parse.
  /// `part` is all that was read with them, frames of other workers too.
  void take(std::span<const Frame> frames, std::span<const Frame> part) noexcept;
  void take(std::span<const Frame> frames) noexcept { take(frames, frames); }
  /// The shard of a frame; any, of one that touches none.
  [[nodiscard]] static std::uint32_t shard_of(const Engine& engine, const Frame& frame) noexcept;
  /// Which worker of `workers` runs an item.
  /// Whether a frame touches its shard: all that is only counted, any worker may take.
  [[nodiscard]] static bool needs_its_shard(Disposition how, const Segment& segment) noexcept {
    return how == Disposition::parsed || transport_cut(how, segment);
  }
  [[nodiscard]] static unsigned owner(const Item& item, unsigned workers) noexcept { return item.id.shard % workers; }

  /// Packet time has come so far: windows close, though this worker may have had no frame.
  void advance(std::uint64_t packet_ns) noexcept {
    if (windows_.moves(packet_ns)) [[unlikely]]
      move_to(packet_ns);
  }
  /// Lets the joins go on: every later frame has at least this ordinal and this packet time.
  void come_to(std::uint64_t ordinal, std::uint64_t packet_ns) noexcept {
    if (correlation_ != nullptr) correlation_->come_to(index_, ordinal, packet_ns);
  }
  /// Ends all flows and closes all windows. `last` is the last frame of the whole input.
  void finish(const Frame& last) noexcept;
  /// What its caller had to drop, counted in the newest window.
  void limit(Limit which, std::uint64_t count) noexcept {
    if (count != 0) windows_.of(packet_ns_).limit(which, count);
  }
  /// What was counted when the worker last looked up; from any thread. It looks up between two chunks, when asked.
  [[nodiscard]] Pulse pulse() noexcept;
  /// Looks up; on the worker's own thread, between two chunks. `waits`: it may be long until the next one.
  void look_up(bool waits = false) noexcept {
    if (waits || pulse_wanted_.load(std::memory_order_relaxed)) [[unlikely]]
      take_pulse();
  }
  /// Events since the last call; the caller takes them.
  [[nodiscard]] std::vector<Event>& events() noexcept { return seen_events_; }

 private:
  [[nodiscard]] Pulse pulse_of(Window& window) const noexcept;
  void take_pulse() noexcept;
  void refuse_foreign(std::span<Item> items) const noexcept;
  void end(const Item& item) noexcept;
  void fragment(const Item& item, Shard& shard, Window& window) noexcept;
  void datagram(const Item& whole, const FragmentTable::Outcome& outcome, Shard& shard, Window& window) noexcept;
  void count(const Item& item, Window& window) noexcept;
  [[nodiscard]] static bool is_copy(const Item& item, Shard& shard) noexcept;
  [[nodiscard]] Tracker::Tracked track(const Item& item, Shard& shard, Window& window) noexcept;
  [[nodiscard]] Tracker::Tracked track_wrapped(const Item& item, Shard& shard, Window& window) noexcept;
  [[nodiscard]] Disposition packet(const Item& item, Shard& shard, Window& window) noexcept;
  void move_to(std::uint64_t packet_ns) noexcept;
  void end_silent(Window& window, std::uint64_t silent_ns, std::uint64_t now_ns) noexcept;
  void absorb() noexcept;
  void file() noexcept;
  template <class End>
  void end_shards(End end) noexcept;
  void describe(std::span<const Observation> observations, std::span<const Subject> subjects);

  const Engine& engine_;
  ShardSet& shards_;
  unsigned index_;
  unsigned workers_;
  std::uint32_t own_shards_ = 0;  ///< one bit each
  const Events* events_;
  Windows windows_;
  std::vector<std::uint8_t> named_;  ///< for Notes::name_facts()
  std::unique_ptr<Notes> notes_;
  std::unique_ptr<Tracker> tracker_;
  std::uint64_t notes_dropped_ = 0;
  std::uint64_t packet_ns_ = 0;  ///< of the frame that was run last
  Correlation* correlation_;
  std::unique_ptr<ExhibitRoom> exhibit_room_;
  std::uint64_t exhibits_dropped_ = 0;
  std::uint8_t ending_shard_ = Filed::kOfFrame;  ///< whose flows end now
  std::vector<Event> seen_events_;
  std::span<const Frame> part_;     ///< of take()
  std::uint64_t last_ordinal_ = 0;  ///< of finish()
  std::size_t tls_1_3_;             ///< the measure of it
  Pulse closed_;                    ///< of windows that are closed
  std::atomic<bool> pulse_wanted_{false};
  std::mutex pulse_mutex_;  ///< guards `pulse_`
  Pulse pulse_;
  std::array<std::array<Item, kBurst>, 2> bursts_;  ///< of take()
};

}  // namespace uptake
