#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/burst_notes.h"
#include "dataplane/correlation.h"
#include "dataplane/decoding.h"
#include "dataplane/engine.h"
#include "dataplane/event_log.h"
#include "dataplane/item.h"
#include "dataplane/own_shards.h"
#include "dataplane/packet_clock.h"
#include "dataplane/packet_run.h"
#include "dataplane/pulse.h"
#include "dataplane/shard_set.h"
#include "dataplane/tracking/tracker.h"
#include "dataplane/windows.h"
#include "dataplane/worker_pulse.h"

namespace uptake {

/// Worker: one core's loop: decodes frames, then runs those of its own shards in their order. Between two bursts
/// nothing is allocated, unless events are asked for.
class Worker {
 public:
  /// Runs the shards s with s % workers == index. `events` and `correlation` may be null.
  Worker(const Engine& engine, ShardSet& shards, unsigned index, unsigned workers, ClosedWindows& closed,
         const Events* events, Correlation* correlation = nullptr, FragmentsOf fragments = FragmentsOf::own_shards);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Which worker of `workers` runs an item.
  [[nodiscard]] static unsigned owner(const Item& item, unsigned workers) noexcept { return item.id.shard % workers; }

  /// Makes the flow tables of its shards resident; before the first frame.
  void start() noexcept { own_.touch(); }
  /// Runs decoded frames, those that `own` lists: frames of its own shards, in frame order.
  void run(std::span<const Item> items, std::span<const std::uint16_t> own) noexcept;
  /// Decodes and runs frames of its own shards, burst by burst, so that what was decoded is still in the first cache.
  /// Frames that decode_items() does not parse may come to any worker, fragments to all where they are given all.
  /// `part` is all that was read with them, frames of other workers too.
  void take(std::span<const Frame> frames, std::span<const Frame> part) noexcept;
  void take(std::span<const Frame> frames) noexcept { take(frames, frames); }

  /// Packet time has come so far: windows close, though this worker may have had no frame.
  void advance(std::uint64_t packet_ns) noexcept {
    if (windows_.moves(packet_ns)) [[unlikely]]
      move_to(packet_ns);
  }
  /// Lets the joins go on: every later frame has at least this ordinal and this packet time.
  void come_to(std::uint64_t ordinal, std::uint64_t packet_ns) noexcept { notes_.come_to(ordinal, packet_ns); }
  /// Ends all flows and closes all windows. `last` is the last frame of the whole input.
  void finish(const Frame& last) noexcept;
  /// What its caller had to drop, counted in the newest window.
  void limit(Limit which, std::uint64_t count) noexcept { notes_.limit(which, count); }
  /// What was counted when the worker last looked up; from any thread. It looks up between two chunks, when asked.
  [[nodiscard]] Pulse pulse() noexcept { return pulse_.ask(); }
  /// Looks up; on the worker's own thread, between two chunks. `waits`: it may be long until the next one.
  void look_up(bool waits = false) noexcept {
    if (waits || pulse_.wanted()) [[unlikely]]
      pulse_.take(windows_, tracker_->flows());
  }
  /// Events since the last call; the caller takes them.
  [[nodiscard]] std::vector<Event>& events() noexcept { return notes_.events(); }

 private:
  void end(const Item& item) noexcept;
  void move_to(std::uint64_t packet_ns) noexcept;
  void end_silent(Window& window, std::uint64_t silent_ns, std::uint64_t now_ns) noexcept;

  const Engine& engine_;
  const OwnShards own_;
  Windows windows_;
  BurstNotes notes_;
  std::unique_ptr<Tracker> tracker_;
  PacketRun packets_;
  WorkerPulse pulse_;
  std::span<const Frame> part_;                     ///< of take()
  std::uint64_t last_ordinal_ = 0;                  ///< of finish()
  std::array<std::array<Item, kBurst>, 2> bursts_;  ///< of take()
};

}  // namespace uptake
