#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "dataplane/part.h"

namespace uptake {

/// PartReader: reads a source into parts, one worker at a time and in input order, because records and packet time
/// depend on what came before.
class PartReader {
 public:
  /// All outlive it. Once `stop` is set the input ends.
  PartReader(Source& source, PacketClock& clock, const std::atomic<bool>& stop) noexcept
      : source_(source), clock_(clock), stop_(stop) {}

  /// The right to read, unless another worker has it. The following are for who has it.
  [[nodiscard]] std::unique_lock<std::mutex> try_lock() { return {mutex_, std::try_to_lock}; }
  /// read() would not wait for whoever writes.
  [[nodiscard]] bool ready() const noexcept { return source_.ready(); }
  /// Reads and stamps a chunk; false at the end of the input.
  [[nodiscard]] bool read(Part& part) {
    const bool more = (!stop_.load(std::memory_order_relaxed) || source_.held()) && source_.next(part.chunk);
    if (!more) return false;
    stamp(part.chunk.frames, clock_);
    part.packet_ns = clock_.now();
    frames_ += part.chunk.frames.size();
    return true;
  }
  /// Frames that were read.
  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }

 private:
  std::mutex mutex_;  ///< guards all that follows
  Source& source_;
  PacketClock& clock_;
  const std::atomic<bool>& stop_;
  std::uint64_t frames_ = 0;
};

}  // namespace uptake
