#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "policy/grouping.h"
#include "policy/measure.h"
#include "policy/zeroed_array.h"

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

/// Tally: the counts of every measure in every cell. Memory is taken once, at construction, and is only touched
/// where something was counted. Not for measures in entities: those stand in Entities.
class Tally {
 public:
  /// `groups` of clients, beside the cells that stand for none.
  explicit Tally(std::size_t measures, std::size_t groups = 0)
      : measures_(measures), groups_(1 + groups), counts_(measures * Cell::kCount * groups_) {
    assert(groups <= Grouping::kMost);
  }

  [[nodiscard]] std::size_t measures() const noexcept { return measures_; }
  void add(std::size_t measure, Cell cell, Judgement judgement, std::uint64_t count) noexcept {
    used_[cell.group] |= 1U << cell.in_group();
    counts_[cell.index() * measures_ + measure].add(judgement, count);
  }
  /// Adds another tally of the same catalogue and of as many groups.
  void merge(const Tally& other) noexcept;
  /// Forgets all counts; touches only the cells that have some.
  void clear() noexcept;

  [[nodiscard]] bool empty() const noexcept {
    return std::ranges::all_of(used_, [](std::uint32_t cells) { return cells == 0; });
  }
  [[nodiscard]] const Counts& at(std::size_t measure, Cell cell) const noexcept {
    return is_used(cell) ? counts_[cell.index() * measures_ + measure] : kNone;
  }
  /// The sum of one measure over all groups: of the cells that differ from `cell` in nothing else.
  [[nodiscard]] Counts over_groups(std::size_t measure, Cell cell) const noexcept {
    Counts sum;
    for (cell.group = 0; cell.group < groups_; ++cell.group)
      if (is_used(cell)) sum.add(at(measure, cell));
    return sum;
  }
  /// The sum of one measure over all cells.
  [[nodiscard]] Counts total(std::size_t measure) const noexcept {
    Counts sum;
    for (std::size_t i = 0; i < Cell::kCount; ++i) sum.add(over_groups(measure, Cell::of(i)));
    return sum;
  }

 private:
  static constexpr Counts kNone{};

  static_assert(Cell::kCount <= 32);
  [[nodiscard]] bool is_used(Cell cell) const noexcept { return (used_[cell.group] >> cell.in_group() & 1) != 0; }
  template <class Take>
  void for_used(Take take) const noexcept;

  std::size_t measures_;
  std::size_t groups_;
  ZeroedArray<Counts> counts_;                             ///< [cell][measure]: a run mostly touches few cells
  std::array<std::uint32_t, 1 + Grouping::kMost> used_{};  ///< by group: a bit for each cell that holds something
};

}  // namespace uptake
