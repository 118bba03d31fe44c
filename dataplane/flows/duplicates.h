#pragma once

#include <array>
#include <cstdint>

namespace uptake {

/// Duplicates: recognises the second copy of a frame that a mirror port delivers: the same flow and the same
/// headers stamped within 2 ms. Remembers the last four frames of every set of flows, headers only.
class Duplicates {
 public:
  static constexpr std::uint64_t kSpanNs = 2'000'000;
  static constexpr std::size_t kSets = 256;
  struct alignas(32) Set {
    std::array<std::uint32_t, 4> digest;
    std::array<std::uint32_t, 4> time;  ///< capture time in units of 1024 ns
  };

  [[nodiscard]] const Set* set(std::uint64_t flow_hash) const noexcept {
    return &sets_[flow_hash >> 40 & (kSets - 1)];
  }

  /// True when the frame is a copy; else remembers it.
  [[nodiscard]] bool is_copy(std::uint64_t flow_hash, std::uint32_t header_digest, bool from_low,
                             std::uint64_t time_ns) noexcept {
    Set& set = sets_[flow_hash >> 40 & (kSets - 1)];
    const auto now = static_cast<std::uint32_t>(time_ns >> 10);
    const std::uint32_t digest =
        (header_digest ^ static_cast<std::uint32_t>(flow_hash)) + (from_low ? 0x9e3779b9U : 0U);
    // Bitwise on purpose: four compares without a branch each.
    unsigned hit = 0;
    for (unsigned i = 0; i < 4; ++i)
      hit |= static_cast<unsigned>(set.digest[i] == digest) &
             static_cast<unsigned>(now - set.time[i] <= (kSpanNs >> 10));
    if (hit != 0) [[unlikely]]
      return true;
    set.digest = {digest, set.digest[0], set.digest[1], set.digest[2]};
    set.time = {now, set.time[0], set.time[1], set.time[2]};
    return false;
  }

  Duplicates() noexcept {
    for (Set& set : sets_) {
      set.digest.fill(0);
      set.time.fill(0x80000000U);
    }
  }

 private:
  std::array<Set, kSets> sets_;
};

}  // namespace uptake
