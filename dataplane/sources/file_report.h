#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "dataplane/sources/source.h"

namespace uptake {

/// FileReport: how far files have been read, and their damages. Thread-safe: one thread reads and adds, any asks.
class FileReport {
 public:
  /// `bytes_total` is 0 when it is not known. `damages`: of inputs that could not be opened.
  FileReport(std::uint64_t bytes_total, std::vector<Damage> damages)
      : bytes_total_(bytes_total), damages_(std::move(damages)) {}

  void add_bytes(std::uint64_t count) noexcept { bytes_done_.fetch_add(count, std::memory_order_relaxed); }
  void add_frames(std::uint64_t count) noexcept { frames_done_.fetch_add(count, std::memory_order_relaxed); }
  void add_lost(std::uint64_t count) noexcept { lost_.fetch_add(count, std::memory_order_relaxed); }
  void add_damage(Damage damage) {
    const std::scoped_lock lock(mutex_);
    damages_.push_back(std::move(damage));
  }

  [[nodiscard]] Progress progress() const noexcept {
    return {bytes_done_.load(std::memory_order_relaxed), bytes_total_, frames_done_.load(std::memory_order_relaxed)};
  }
  /// Frames that the files say were lost before they were written.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::vector<Damage> damages() const {
    const std::scoped_lock lock(mutex_);
    return damages_;
  }

 private:
  const std::uint64_t bytes_total_;
  std::atomic<std::uint64_t> bytes_done_{0};
  std::atomic<std::uint64_t> frames_done_{0};
  std::atomic<std::uint64_t> lost_{0};
  mutable std::mutex mutex_;  ///< guards `damages_`
  std::vector<Damage> damages_;
};

}  // namespace uptake
