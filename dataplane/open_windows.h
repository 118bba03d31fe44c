#pragma once

#include <cstdint>

#include "policy/ledger.h"

namespace uptake {

/// OpenWindows: which two windows of one worker are open, by their indices and by the time that they cover. It is
/// read for every frame, so what follows from the indices is kept, and nothing is divided.
class OpenWindows {
 public:
  /// `span_ns` 0: one window covers all time.
  explicit OpenWindows(std::uint64_t span_ns) noexcept : span_(span_ns) {}

  [[nodiscard]] std::uint64_t span() const noexcept { return span_; }
  [[nodiscard]] std::uint64_t oldest() const noexcept { return oldest_; }
  [[nodiscard]] std::uint64_t newest() const noexcept { return newest_; }
  /// Where the oldest and the newest end.
  [[nodiscard]] std::uint64_t oldest_end_ns() const noexcept { return oldest_from_ns_ + span_; }
  [[nodiscard]] std::uint64_t newest_end_ns() const noexcept { return newest_from_ns_ + span_; }
  /// The place, 0 or 1, of the window with this index. Two that are open at once have different places.
  [[nodiscard]] static unsigned place(std::uint64_t index) noexcept { return static_cast<unsigned>(index & 1); }

  /// From now on these two are open, which may be one.
  void set(std::uint64_t oldest, std::uint64_t newest) noexcept {
    oldest_ = oldest;
    newest_ = newest;
    oldest_place_ = place(oldest);
    newest_place_ = place(newest);
    oldest_from_ns_ = oldest * span_;
    newest_from_ns_ = newest * span_;
    open_ns_ = newest_from_ns_ + span_ - oldest_from_ns_;
  }
  /// The place of the window that covers `time_ns`; of the nearest one when that is closed, or not yet open.
  [[nodiscard]] unsigned place_at(std::uint64_t time_ns) const noexcept {
    return time_ns >= newest_from_ns_ ? newest_place_ : oldest_place_;
  }
  /// The window that covers `time_ns` is open.
  [[nodiscard]] bool hold(std::uint64_t time_ns) const noexcept {
    return time_ns >= oldest_from_ns_ && time_ns - oldest_from_ns_ < open_ns_;
  }
  /// Why it is not.
  [[nodiscard]] Limit why_not(std::uint64_t time_ns) const noexcept {
    return time_ns < oldest_from_ns_ ? Limit::late : Limit::early;
  }

 private:
  const std::uint64_t span_;
  std::uint64_t oldest_ = 0;
  std::uint64_t newest_ = 0;
  unsigned oldest_place_ = 0;
  unsigned newest_place_ = 0;
  std::uint64_t oldest_from_ns_ = 0;
  std::uint64_t newest_from_ns_ = 0;
  std::uint64_t open_ns_ = ~std::uint64_t{0};  ///< from the start of the oldest to the end of the newest
};

}  // namespace uptake
