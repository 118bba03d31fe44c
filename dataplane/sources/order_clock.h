#pragma once

#include <cstdint>
#include <span>

#include "dataplane/packet_clock.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// OrderClock: the time by which frames of several captures are put in one order. Within a capture it never runs
/// back, and a stamp more than an hour ahead moves it only when one of the two frames behind it, or the one refused
/// before, says the same.
class OrderClock {
 public:
  /// Writes each frame's order time into its `packet_ns`, which is free until packet time is made.
  void stamp(std::span<Frame> frames) noexcept {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const std::uint64_t time = frames[i].time_ns;
      if (time > now_ && (time - now_ < PacketClock::kLeapNs || believed(frames, i))) now_ = time;
      frames[i].packet_ns = now_;
    }
  }
  [[nodiscard]] std::uint64_t now() const noexcept { return now_; }

 private:
  [[nodiscard]] bool believed(std::span<const Frame> frames, std::size_t i) noexcept {
    const std::uint64_t time = frames[i].time_ns;
    for (std::size_t next = i + 1; next < frames.size() && next <= i + 2; ++next)
      if (frames[next].time_ns >= time - PacketClock::kLeapNs) return true;
    if (refused_ != 0 && PacketClock::near(time, refused_)) return true;
    if (i + 1 == frames.size() && now_ == 0) return true;  // there is nothing to compare it with
    refused_ = time;
    return false;
  }

  std::uint64_t now_ = 0;
  std::uint64_t refused_ = 0;  ///< the last stamp that was not believed
};

}  // namespace uptake
