#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/engine.h"
#include "dataplane/item.h"

namespace uptake {

/// Frames that a worker decodes, and then runs, at once: as many Items as stay in the first cache.
inline constexpr std::size_t kBurst = 32;

/// Decodes items.size() frames, which have their packet times, and prefetches the frames behind them. Any worker may
/// do it.
void decode_items(const Engine& engine, std::span<const Frame> frames, std::span<Item> items) noexcept;

/// Whether a frame touches its shard. One that does not is only counted, so any worker may take it.
[[nodiscard]] inline bool needs_its_shard(Disposition how, const Segment& segment) noexcept {
  return how == Disposition::parsed || transport_cut(how, segment);
}

/// Place: where a frame is run.
struct Place {
  std::uint32_t shard = 0;   ///< of a frame that touches none, any
  bool is_fragment = false;  ///< one that is parsed
};
/// The place of a frame that is not decoded yet.
[[nodiscard]] Place place_of(const Engine& engine, const Frame& frame) noexcept;

/// The frame has more in front of its IP packet than its link layer, or other IP packets.
[[nodiscard]] bool is_wrapped(const Frame& frame, const Segment& segment) noexcept;

}  // namespace uptake
