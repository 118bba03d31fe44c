#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/cell_array.h"
#include "policy/measure.h"

namespace uptake {

/// Counts: how the sightings of one measure came out. Plain sums: adding in any order gives the same.
struct Counts {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t not_applicable = 0;
  std::array<std::uint64_t, kReasons> unobservable{};

  [[nodiscard]] constexpr std::uint64_t hidden() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : unobservable) sum += n;
    return sum;
  }
  /// Sightings that could be judged.
  [[nodiscard]] constexpr std::uint64_t judged() const noexcept { return pass + fail; }
  [[nodiscard]] constexpr bool empty() const noexcept {
    return judged() == 0 && not_applicable == 0 && hidden() == 0;
  }
  void add(Judgement judgement, std::uint64_t count) noexcept;
  void add(const Counts& other) noexcept;
};

/// Tally: the counts of every measure in every cell. Not for measures in entities: those stand in Entities.
class Tally {
 public:
  /// `groups` of clients, beside the cells that stand for none.
  explicit Tally(std::size_t measures, std::size_t groups = 0) : counts_(measures, groups) {}

  void add(std::size_t measure, Cell cell, Judgement judgement, std::uint64_t count) noexcept {
    counts_.to_add(measure, cell).add(judgement, count);
  }
  /// Adds another tally of the same catalogue and of as many groups.
  void merge(const Tally& other) noexcept { counts_.merge(other.counts_); }
  void clear() noexcept { counts_.clear(); }

  [[nodiscard]] bool empty() const noexcept { return counts_.empty(); }
  [[nodiscard]] const Counts& at(std::size_t measure, Cell cell) const noexcept {
    const Counts* const counts = counts_.find(measure, cell);
    return counts != nullptr ? *counts : kNone;
  }
  /// The sum of one measure over all groups: of the cells that differ from `cell` in nothing else.
  [[nodiscard]] Counts over_groups(std::size_t measure, Cell cell) const noexcept {
    return counts_.over_groups(measure, cell);
  }
  /// The sum of one measure over all cells.
  [[nodiscard]] Counts total(std::size_t measure) const noexcept {
    Counts sum;
    for (std::size_t i = 0; i < Cell::kCount; ++i) sum.add(over_groups(measure, Cell::of(i)));
    return sum;
  }

 private:
  static constexpr Counts kNone{};
  CellArray<Counts> counts_;
};

}  // namespace uptake
