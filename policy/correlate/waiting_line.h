#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "policy/zeroed_array.h"

namespace uptake {

/// WaitingLine: findings that wait for what later packets say, in the order in which they came; `about` says when.
/// Memory is taken at start.
template <class Waiting>
class WaitingLine {
 public:
  WaitingLine(std::size_t most, std::uint64_t wait_ns) : places_(most), wait_ns_(wait_ns) { places_.prefer_huge(); }

  [[nodiscard]] bool empty() const noexcept { return first_ == next_; }
  [[nodiscard]] bool full() const noexcept { return next_ - first_ == places_.size(); }
  /// Requires !full().
  void push(const Waiting& waiting) noexcept {
    assert(!full());
    places_[place_of(next_++)] = waiting;
  }
  /// The one that has waited for longest. Requires !empty().
  [[nodiscard]] const Waiting& front() const noexcept {
    assert(!empty());
    return places_[place_of(first_)];
  }
  /// Takes the front out. Requires !empty(). Valid until push().
  const Waiting& pop() noexcept {
    assert(!empty());
    return places_[place_of(first_++)];
  }
  /// Whether there is a front that has waited long enough.
  [[nodiscard]] bool is_due(std::uint64_t packet_ns) const noexcept {
    return !empty() && front().about.packet_ns + wait_ns_ <= packet_ns;
  }

 private:
  [[nodiscard]] std::size_t place_of(std::uint64_t number) const noexcept {
    return static_cast<std::size_t>(number % places_.size());
  }

  ZeroedArray<Waiting> places_;
  std::uint64_t wait_ns_;
  std::uint64_t first_ = 0;
  std::uint64_t next_ = 0;
};

}  // namespace uptake
