#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "dissectors/smtp/commands.h"

namespace uptake::smtp {

/// Awaited: the commands whose replies have not come, in their order (RFC 2920): replies name no command. Those alike
/// in a row share a place, so that any number of RCPT takes two.
class Awaited {
 public:
  static constexpr std::size_t kPlaces = 8;

  /// One: what waits.
  struct One {
    Kind kind = Kind::other;
    std::uint8_t envelope = 0;  ///< Envelope
  };

  [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
  void clear() noexcept { used_ = 0; }
  /// False when there is no place left.
  [[nodiscard]] bool push(One one) noexcept {
    if (used_ > 0 && runs_[used_ - 1U].is(one) && runs_[used_ - 1U].count < kMost) {
      ++runs_[used_ - 1U].count;
      return true;
    }
    if (used_ == kPlaces) return false;
    runs_[used_++] = {one.kind, one.envelope, 1};
    return true;
  }
  /// The one that has waited longest. Requires !empty().
  [[nodiscard]] One pop() noexcept {
    const One one{runs_[0].kind, runs_[0].envelope};
    if (--runs_[0].count == 0) {
      std::copy(runs_.begin() + 1, runs_.begin() + used_, runs_.begin());
      --used_;
    }
    return one;
  }

 private:
  static constexpr std::uint16_t kMost = 0xffff;
  struct Run {
    Kind kind = Kind::other;
    std::uint8_t envelope = 0;
    std::uint16_t count = 0;
    [[nodiscard]] bool is(One one) const noexcept { return kind == one.kind && envelope == one.envelope; }
  };
  std::array<Run, kPlaces> runs_{};
  std::uint8_t used_ = 0;
};

}  // namespace uptake::smtp
