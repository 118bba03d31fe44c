#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "policy/client_groups.h"
#include "policy/grouping.h"
#include "policy/measure.h"
#include "policy/zeroed_array.h"

namespace uptake {

/// Gate: whether at least kEnough distinct subscribers were seen: their digests, until there are as many. Exact up to
/// kEnough for any order and any split.
struct Gate {
  static constexpr std::size_t kEnough = 10;

  std::array<std::uint64_t, kEnough> digests{};
  std::uint64_t count = 0;

  [[nodiscard]] constexpr bool open() const noexcept { return count == kEnough; }
  void add(std::span<const std::uint64_t> seen) noexcept;
};

/// How many sightings each client group has.
using GroupCounts = std::array<std::uint64_t, ClientGroups::kGroups>;

/// Crowd: who stands behind one count. Sightings of which nobody is known are in no group.
struct Crowd {
  Gate gate;
  GroupCounts groups{};

  void add(const Crowd& other) noexcept;
};

/// Crowds: the Crowd of each measure, cell and outcome. Memory is taken once and only touched where something was
/// counted; merging commutes.
class Crowds {
 public:
  static constexpr std::size_t kOutcomes = 4;  ///< of Judgement::Outcome: all but `ignored`

  /// As Tally; no measures: it holds nothing.
  Crowds(std::size_t measures, std::size_t groups = 0)
      : measures_(measures), groups_(groups + 1), crowds_(measures * kOutcomes * Cell::kCount * groups_) {}

  [[nodiscard]] Crowd& to_add(std::size_t measure, Cell cell, Judgement::Outcome outcome) noexcept {
    used_[cell.group] |= 1U << cell.in_group();
    return crowds_[at(measure, cell, outcome)];
  }
  void merge(const Crowds& other) noexcept;
  /// Forgets all of them; touches only the cells that have some.
  void clear() noexcept;

  /// The sum over all groups of a Grouping: of the cells that differ from `cell` in nothing else.
  [[nodiscard]] Crowd over_groups(std::size_t measure, Cell cell, Judgement::Outcome outcome) const noexcept;

 private:
  [[nodiscard]] std::size_t at(std::size_t measure, Cell cell, Judgement::Outcome outcome) const noexcept {
    return (cell.index() * measures_ + measure) * kOutcomes + static_cast<std::size_t>(outcome);
  }
  template <class Take>
  void for_used(Take take) const noexcept;

  std::size_t measures_;
  std::size_t groups_;
  ZeroedArray<Crowd> crowds_;                              ///< [cell][measure][outcome]
  std::array<std::uint32_t, 1 + Grouping::kMost> used_{};  ///< as in Tally
};

}  // namespace uptake
