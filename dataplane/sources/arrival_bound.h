#pragma once

#include <algorithm>
#include <cstdint>

namespace uptake {

/// ArrivalBound: how long the frames of a poll may have waited in a receive queue that stamps nothing. They came
/// after the last poll that left the queue empty; and, as each reused a descriptor, after an earlier frame was polled
/// from it.
class ArrivalBound {
 public:
  ArrivalBound() = default;
  /// `descriptors`: the most frames that the queue holds.
  ArrivalBound(std::uint32_t descriptors, std::uint64_t opened_ns) noexcept
      : descriptors_(descriptors), empty_ns_(opened_ns), mark_ns_(opened_ns), before_mark_ns_(opened_ns) {}

  /// Of the frames of the poll at `now_ns`. Call before polled() tells of that poll.
  [[nodiscard]] std::uint32_t uncertain_us(std::uint64_t now_ns) const noexcept {
    const std::uint64_t since = std::max(empty_ns_, before_mark_ns_);
    return now_ns <= since ? 0 : static_cast<std::uint32_t>(std::min<std::uint64_t>((now_ns - since) / 1000, kMost));
  }
  /// A poll that was to take up to `asked` frames took `count`.
  void polled(std::uint64_t now_ns, std::uint32_t count, std::uint32_t asked) noexcept {
    if (count < asked) empty_ns_ = now_ns;
    since_mark_ += count;
    if (since_mark_ < descriptors_) return;
    since_mark_ = 0;
    before_mark_ns_ = mark_ns_;
    mark_ns_ = now_ns;
  }

 private:
  static constexpr std::uint64_t kMost = 600'000'000;  // ten minutes: far beyond what anyone asks

  std::uint32_t descriptors_ = 1;
  std::uint32_t since_mark_ = 0;
  std::uint64_t empty_ns_ = 0;
  std::uint64_t mark_ns_ = 0;         ///< when at least `descriptors_` frames before now had been polled ...
  std::uint64_t before_mark_ns_ = 0;  ///< ... and as many again before that
};

}  // namespace uptake
