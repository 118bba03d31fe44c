#include "dataplane/worker.h"

#include <algorithm>
#include <utility>

#include "dataplane/sources/filter.h"

namespace uptake {

Worker::Worker(const Engine& engine, ShardSet& shards, unsigned index, unsigned workers, ClosedWindows& closed,
               const Events* events, Correlation* correlation, FragmentsOf fragments)
    : engine_(engine),
      own_(shards, index, workers),
      windows_(engine, closed, index),
      notes_(engine, windows_, index, events, correlation),
      tracker_(std::make_unique<Tracker>(
          engine, notes_.notes(), [](void* notes) noexcept { static_cast<BurstNotes*>(notes)->absorb(); }, &notes_)),
      packets_(engine.hash, own_, fragments, *tracker_),
      pulse_(engine) {
  windows_.at_end([this](Window& window, std::uint64_t silent_ns, std::uint64_t now_ns) {
    end_silent(window, silent_ns, now_ns);
  });
  windows_.before_close([this](Window& window, unsigned place) {
    pulse_.close(window);
    own_.each([&](std::size_t, Shard& shard) {
      for (ByteClasses::Class& counted : shard.classes.in_use()) {
        const std::uint64_t bytes = std::exchange(counted.bytes[place], 0);
        const ByteClasses::Class* one = bytes > 0 ? &counted : nullptr;
        while (one != nullptr) {
          window.figures.absorb_bytes(one->fact, one->value, Cell::of(one->cell), bytes);
          one = one->also != ByteClasses::kNone ? &shard.classes.at(one->also) : nullptr;
        }
      }
    });
  });
}

/// Takes one frame to its disposition.
[[gnu::always_inline]] inline void Worker::end(const Item& item) noexcept {
  const Frame& frame = *item.frame;
  advance(frame.packet_ns);
  Window& window = windows_.of(frame.time_ns);
  notes_.set_packet_ns(frame.packet_ns);
  const bool is_fragment = item.segment.is_fragment && item.disposition == Disposition::parsed;
  if (is_fragment && !own_.hold(item.id.shard)) [[unlikely]]
    return packets_.fragment(item, window);
  if (!windows_.hold(frame.time_ns)) [[unlikely]]
    window.limit(windows_.why_not(frame.time_ns));
  Ledger& ledger = window.ledger;
  ledger.wire_bytes += frame.wire;
  ledger.captured_bytes += frame.captured;
  // A stamp that packet time does not follow is none of the span.
  if (frame.time_ns + PacketClock::kLeapNs > frame.packet_ns) [[likely]] {
    ledger.first_ns = std::min(ledger.first_ns, frame.time_ns);
    ledger.last_ns = std::max(ledger.last_ns, std::min(frame.time_ns, frame.packet_ns));
  } else if (engine_.window_ns == 0) {
    window.limit(Limit::late);
  }
  if (frame.uncertain_us > Duplicates::kSpanNs / 1000) [[unlikely]]
    window.limit(Limit::arrival_unknown);
  Disposition how = item.disposition;
  Shard& shard = own_[item.id.shard];
  if (is_fragment) [[unlikely]]
    return packets_.fragment(item, window);
  if (how == Disposition::parsed) [[likely]] {
    how = PacketRun::is_copy(item, shard) ? Disposition::duplicate : packets_.packet(item, shard, window);
  } else if (how != Disposition::filtered && item.segment.has_ip) {
    packets_.count(item, shard, window);
  }
  if (how == Disposition::filtered && is_wrapped(frame, item.segment) && !engine_.filter->looks_inside()) [[unlikely]]
    window.limit(Limit::filter_outside);
  ++ledger.frames;
  ledger.end(how);
}

void Worker::run(std::span<const Item> items, std::span<const std::uint16_t> own) noexcept {
  constexpr std::size_t kAhead = 16;
  if (engine_.bounds_bursts) tracker_->begin_burst();
  for (std::size_t i = 0; i < std::min(kAhead, own.size()); ++i) own_.prefetch(items[own[i]]);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (i + kAhead < own.size()) own_.prefetch(items[own[i + kAhead]]);
    end(items[own[i]]);
  }
  notes_.absorb();
}

// One burst is run while the memory of the next one's flows is on its way.
void Worker::take(std::span<const Frame> frames, std::span<const Frame> part) noexcept {
  part_ = part;
  std::span<Item> now;
  for (std::size_t at = 0, turn = 0; at < frames.size() || !now.empty(); turn ^= 1) {
    const std::span<Item> next{bursts_[turn].data(), std::min(frames.size() - at, kBurst)};
    decode_items(engine_, frames.subspan(at), next);
    at += next.size();
    std::size_t prefetched = 0;
    for (const Item& item : now) {
      if (prefetched < next.size()) own_.prefetch(next[prefetched++]);
      end(item);
    }
    for (; prefetched < next.size(); ++prefetched) own_.prefetch(next[prefetched]);
    notes_.absorb();
    now = next;
  }
}

/// Ends the sessions that were silent since their window ended, and tells of them in that window. Those that may only
/// pause are left alone.
void Worker::end_silent(Window& window, std::uint64_t silent_ns, std::uint64_t now_ns) noexcept {
  Frame closing;
  closing.packet_ns = now_ns;
  // The event stands where the first frame of that time does, so that its place is the same for every worker.
  if (notes_.are_ordered()) {
    const auto came = std::ranges::lower_bound(part_, now_ns, {}, &Frame::packet_ns);
    closing.ordinal = came != part_.end() ? came->ordinal : last_ordinal_;
  }
  Item item;
  item.frame = &closing;
  const std::uint64_t came_ns = notes_.packet_ns();
  notes_.set_packet_ns(now_ns - 1);  // what is filed now lies in the last moment of the window
  own_.each([&](std::size_t index, Shard& shard) {
    notes_.of_shard(index, [&] {
      if (tracker_->end_silent(shard, item, window, silent_ns)) window.open = true;
    });
  });
  notes_.absorb();
  notes_.set_packet_ns(came_ns);
  come_to(closing.ordinal, now_ns - 1);
}

/// What is still noted belongs to windows that may close now.
void Worker::move_to(std::uint64_t packet_ns) noexcept {
  notes_.absorb();
  windows_.move_to(packet_ns);
}

void Worker::finish(const Frame& last) noexcept {
  Item item;
  item.frame = &last;
  advance(last.packet_ns);
  Window& window = windows_.of(last.packet_ns);
  notes_.set_packet_ns(last.packet_ns);
  last_ordinal_ = last.ordinal;
  own_.each([&](std::size_t index, Shard& shard) {
    notes_.of_shard(index, [&] {
      tracker_->finish(shard, item, window);
      packets_.drain(index, window);
    });
  });
  notes_.absorb();
  windows_.close_all();
  come_to(kInputEnd, kInputEnd);
}

}  // namespace uptake
