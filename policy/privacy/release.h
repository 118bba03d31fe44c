#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "policy/crowds.h"
#include "policy/unit.h"

namespace uptake {

/// Release: whether a count may leave, by SDMX's letters: F free, A too few subscribers, O dominated by one, T by
/// two, D because another one could be computed from it.
enum class Release : std::uint8_t { free, few, dominated_by_one, dominated_by_two, secondary };
[[nodiscard]] constexpr std::string_view letter_of(Release release) noexcept {
  constexpr std::string_view kLetters = "FAOTD";
  return kLetters.substr(static_cast<std::size_t>(release), 1);
}

/// Sightings of which it is known by group who stands behind them: not packets and bytes, which have no subject.
[[nodiscard]] constexpr bool has_groups(const Unit& unit) noexcept {
  return unit.counts == Unit::Counts::sightings && unit != Unit::packets;
}

/// How much of a count its largest client group may have, and its two largest.
inline constexpr std::uint64_t kMostPercentOfOne = 50;
inline constexpr std::uint64_t kMostPercentOfTwo = 85;

/// A percentage of a count, rounded down. Whole hundreds apart, so that nothing overflows.
[[nodiscard]] constexpr std::uint64_t percent_of(std::uint64_t count, std::uint64_t percent) noexcept {
  return count / 100 * percent + count % 100 * percent / 100;
}

/// Whether the largest client group has at most half of `count`, and the two largest at most 85 %. Safe, because no
/// client is larger than its group; what is in no group could be of the largest one.
[[nodiscard]] inline Release dominance_of(std::uint64_t count, const GroupCounts& groups) noexcept {
  std::uint64_t largest = 0;
  std::uint64_t second = 0;
  std::uint64_t known = 0;
  for (const std::uint64_t group : groups) {
    known += group;
    second = std::max(second, std::min(largest, group));
    largest = std::max(largest, group);
  }
  largest += count - std::min(known, count);
  if (largest > percent_of(count, kMostPercentOfOne)) return Release::dominated_by_one;
  return largest + second > percent_of(count, kMostPercentOfTwo) ? Release::dominated_by_two : Release::free;
}

/// Whether `count`, behind which stand at least that many subscribers in these groups, may leave. Nothing stays
/// nothing.
[[nodiscard]] inline Release release_of(std::uint64_t count, std::uint64_t subscribers, const GroupCounts& groups,
                                        const Unit& unit) noexcept {
  if (count == 0) return Release::free;
  if (subscribers < Gate::kEnough) return Release::few;
  return has_groups(unit) ? dominance_of(count, groups) : Release::free;
}

}  // namespace uptake
