#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "dataplane/sources/chunk_store.h"
#include "dataplane/sources/record.h"

namespace uptake {

/// MergedChunk: fills a chunk with frames of several files; it holds a copy of their octets.
class MergedChunk {
 public:
  MergedChunk(Chunk& chunk, std::uint64_t first_ordinal) : frames_(chunk.frames), ordinal_(first_ordinal) {
    at_ = ChunkStore::of(chunk).buffer(kBytes, 0);
    frames_.clear();
  }
  /// False when there is no room left for it.
  [[nodiscard]] bool add(Frame frame) noexcept {
    if (frames_.room() == 0 || frame.captured > room_) return false;
    if (frame.captured > 0) std::memcpy(at_, frame.data, frame.captured);
    frame.data = at_;
    frame.ordinal = ordinal_++;
    at_ += frame.captured;
    room_ -= frame.captured;
    frames_.push_back(frame);
    return true;
  }

 private:
  static constexpr std::size_t kBytes = 1U << 20;
  static_assert(kBytes >= kMaxCaptured);

  FrameList& frames_;
  std::uint8_t* at_ = nullptr;
  std::size_t room_ = kBytes;
  std::uint64_t ordinal_;
};

}  // namespace uptake
