#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "dataplane/clock.h"

namespace uptake {

/// LoopWatch: measures how much of its core a polling loop gets. Anything else that runs on the core takes time from
/// the loop, and frames wait or are lost meanwhile.
class LoopWatch {
 public:
  /// Share: of the core since the loop began, and the longest time between two rounds.
  struct Share {
    double of_core = 1;
    std::uint64_t longest_pause_ns = 0;
    /// Less than a loop needs that shall not lose frames.
    [[nodiscard]] bool too_little() const noexcept { return of_core < 0.9 || longest_pause_ns > 100'000'000; }
  };

  /// On the loop's own thread, as is round().
  void start(std::uint64_t monotonic_ns) noexcept {
    start_ns_ = last_ns_ = sampled_ns_ = monotonic_ns;
    start_cpu_ns_ = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  }
  void round(std::uint64_t monotonic_ns) noexcept {
    const std::uint64_t pause = monotonic_ns - last_ns_;
    last_ns_ = monotonic_ns;
    if (pause > longest_ns_.load(std::memory_order_relaxed)) longest_ns_.store(pause, std::memory_order_relaxed);
    if (monotonic_ns - sampled_ns_ < kSampleNs) return;
    sampled_ns_ = monotonic_ns;
    const double used = static_cast<double>(clock_ns(CLOCK_THREAD_CPUTIME_ID) - start_cpu_ns_);
    of_core_.store(std::min(1.0, used / static_cast<double>(monotonic_ns - start_ns_)), std::memory_order_relaxed);
  }
  /// From any thread.
  [[nodiscard]] Share share() const noexcept {
    return {of_core_.load(std::memory_order_relaxed), longest_ns_.load(std::memory_order_relaxed)};
  }

 private:
  static constexpr std::uint64_t kSampleNs = 500'000'000;

  std::uint64_t start_ns_ = 0;
  std::uint64_t start_cpu_ns_ = 0;
  std::uint64_t last_ns_ = 0;
  std::uint64_t sampled_ns_ = 0;
  std::atomic<double> of_core_{1};
  std::atomic<std::uint64_t> longest_ns_{0};
};

}  // namespace uptake
