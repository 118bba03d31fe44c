#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "policy/crowds.h"
#include "policy/zeroed_array.h"

namespace uptake {

/// PendingCrowds: who stands behind sightings that are not yet judged: beside each slot of Figures its client groups,
/// and the digests of subscribers, asked for only until there are enough.
class PendingCrowds {
 public:
  static constexpr std::uint8_t kEnough = Gate::kEnough;
  using Groups = std::array<std::uint32_t, ClientGroups::kGroups>;

  explicit PendingCrowds(std::size_t slots) : groups_(slots), digests_(slots) { groups_.prefer_huge(); }

  /// Counts sightings in a group. False: the counter could not hold them as well; flush the slot and add again.
  [[nodiscard]] bool add(std::size_t slot, std::uint8_t group, std::uint64_t count) noexcept {
    std::uint32_t& counter = groups_[slot][group];
    if (count > std::numeric_limits<std::uint32_t>::max() - counter) [[unlikely]]
      return false;
    counter += static_cast<std::uint32_t>(count);
    return true;
  }
  /// Adds a digest behind the `known` ones, which are fewer than kEnough, unless it is among them. Returns how many
  /// there are now.
  [[nodiscard]] std::uint8_t see(std::size_t slot, std::uint8_t known, std::uint64_t digest) noexcept {
    Digests& digests = digests_[slot];
    for (std::uint8_t i = 0; i < known; ++i)
      if (digests[i] == digest) return known;
    digests[known] = digest;
    return static_cast<std::uint8_t>(known + 1);
  }

  [[nodiscard]] Groups& groups(std::size_t slot) noexcept { return groups_[slot]; }
  [[nodiscard]] std::span<const std::uint64_t> digests(std::size_t slot, std::uint8_t known) const noexcept {
    return std::span(digests_[slot]).first(known);
  }

 private:
  using Digests = std::array<std::uint64_t, kEnough>;
  ZeroedArray<Groups> groups_;
  ZeroedArray<Digests> digests_;
};

}  // namespace uptake
