#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/packet_clock.h"
#include "dataplane/sources/source.h"

namespace uptake {

/// Writes the packet time of frames that follow each other in the input.
void stamp(std::span<Frame> frames, PacketClock& clock) noexcept;

/// The least ordinal behind these frames; 0 when there are none.
[[nodiscard]] inline std::uint64_t behind(const FrameList& frames) noexcept {
  return frames.empty() ? 0 : frames.back().ordinal + 1;
}

/// Part: a chunk that was read, its frames dealt to the workers by their shards, until every worker has taken its
/// own.
struct Part {
  Chunk chunk;
  std::uint64_t packet_ns = 0;           ///< the packet time at its end
  std::vector<FrameList> shares;         ///< the frames that one worker takes, by worker
  std::atomic<std::uint64_t> dealt = 0;  ///< how many parts have been dealt once this one is
  std::atomic<unsigned> to_take = 0;     ///< workers that have not taken their share yet; at 0 the part is free

  /// Copies the chunk's frames to the shares of the workers that run their shards, and fragments to all.
  void deal(const Engine& engine) noexcept;
};

}  // namespace uptake
