#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dissectors/cursor.h"

namespace uptake::certificates {

/// HeldChains: copies of the last chains, for what comes behind them. Memory is taken at start.
class HeldChains {
 public:
  HeldChains() {
    for (Held& held : held_) held.octets.reserve(kLongest);
  }
  /// Copies a chain, or the first octets of one that is longer than kLongest; the oldest goes.
  void hold(std::uint64_t digest, Bytes octets) noexcept {
    Held& held = held_[next_];
    next_ = (next_ + 1) % held_.size();
    held.digest = digest;
    const std::size_t size = std::min(octets.size(), kLongest);
    held.octets.assign(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
  }
  /// The octets of the chain with that digest; empty: it is not held. Valid until hold().
  [[nodiscard]] Bytes find(std::uint64_t digest) const noexcept {
    const auto held = std::ranges::find(held_, digest, &Held::digest);
    return held == held_.end() ? Bytes{} : Bytes{held->octets};
  }

 private:
  static constexpr std::size_t kChains = 64;
  static constexpr std::size_t kLongest = std::size_t{16} * 1024;

  struct Held {
    std::uint64_t digest = 0;
    std::vector<std::uint8_t> octets;
  };

  std::array<Held, kChains> held_;
  std::size_t next_ = 0;
};

}  // namespace uptake::certificates
