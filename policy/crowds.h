#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "policy/cell_array.h"
#include "policy/client_groups.h"
#include "policy/measure.h"

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

/// Crowds: the Crowd of each measure, cell and outcome. Merging commutes.
class Crowds {
 public:
  static constexpr std::size_t kOutcomes = 4;  ///< of Judgement::Outcome: all but `ignored`

  /// As Tally; no measures: it holds nothing.
  Crowds(std::size_t measures, std::size_t groups = 0) : crowds_(measures * kOutcomes, groups) {}

  [[nodiscard]] Crowd& to_add(std::size_t measure, Cell cell, Judgement::Outcome outcome) noexcept {
    return crowds_.to_add(at(measure, outcome), cell);
  }
  void merge(const Crowds& other) noexcept { crowds_.merge(other.crowds_); }
  void clear() noexcept { crowds_.clear(); }

  /// The sum over all groups of a Grouping: of the cells that differ from `cell` in nothing else.
  [[nodiscard]] Crowd over_groups(std::size_t measure, Cell cell, Judgement::Outcome outcome) const noexcept {
    return crowds_.over_groups(at(measure, outcome), cell);
  }

 private:
  [[nodiscard]] static std::size_t at(std::size_t measure, Judgement::Outcome outcome) noexcept {
    return measure * kOutcomes + static_cast<std::size_t>(outcome);
  }

  CellArray<Crowd> crowds_;  ///< [measure][outcome] in each cell
};

}  // namespace uptake
