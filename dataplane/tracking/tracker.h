#pragma once

#include <cstdint>

#include "dataplane/tracking/tcp.h"
#include "dataplane/tracking/udp.h"

namespace uptake {

/// Tracker: follows the flows of one worker's shards: finds or makes each, and ends those whose place another takes.
/// What follows frames neither allocates nor throws.
class Tracker {
 public:
  /// How a frame with ports ended, who sent it, and what it carries when no dissector reads its flow.
  struct Tracked {
    Disposition how = Disposition::no_interest;
    Direction direction = Direction::unknown;
    Unread unread = Unread::none;
  };

  /// `absorb(context)` empties the notes; it is called when they may not hold what a dissector notes next.
  /// Throws what a dissector's Workspace throws.
  Tracker(const Engine& engine, Notes& notes, void (*absorb)(void*) noexcept, void* context);
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;

  /// A burst begins, where what a burst costs is bounded.
  void begin_burst() const noexcept { listener_.begin_burst(); }
  /// Follows a frame with ports. `window` is the frame's.
  [[nodiscard]] Tracked track(Shard& shard, const Item& item, Window& window) noexcept;
  /// Counts the conversation of a packet of which transport_cut() holds: once, as one that could not be seen.
  void track_cut(Shard& shard, const Item& item, Window& window) noexcept;
  /// The direction that the addresses of a packet give.
  [[nodiscard]] Direction direction_of(const Segment& segment) const noexcept;
  /// Ends what is pending in a shard, and of which nothing was heard since the packet time `before_ns`; true when
  /// something was. `window` is about to close.
  [[nodiscard]] bool end_silent(Shard& shard, const Item& item, Window& window, std::uint64_t before_ns) noexcept;
  /// Ends the flows of a shard, in the order of its places; nothing is tracked after that.
  void finish(Shard& shard, const Item& last, Window& window) noexcept;
  /// Flows begun so far.
  [[nodiscard]] std::uint64_t flows() const noexcept { return flows_; }

 private:
  void evict(const Now& now, Flow& flow) noexcept;

  const Engine& engine_;
  Scribe scribe_;
  Listener listener_;
  Streams streams_;
  Tcp tcp_;
  Udp udp_;
  std::uint64_t flows_ = 0;
};

}  // namespace uptake
