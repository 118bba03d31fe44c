#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "policy/grouping.h"
#include "policy/measure.h"
#include "policy/zeroed_array.h"

namespace uptake {

/// CellArray: a number of values in each cell, where add() adds one Value to another in any order. Memory is taken
/// once, at construction, and is only touched where something was added.
template <class Value>
class CellArray {
 public:
  /// `groups` of clients, beside the cells that stand for none.
  CellArray(std::size_t in_cell, std::size_t groups)
      : in_cell_(in_cell), groups_(1 + groups), values_(in_cell * Cell::kCount * groups_) {
    assert(groups <= Grouping::kMost);
  }

  [[nodiscard]] Value& to_add(std::size_t index, Cell cell) noexcept {
    used_[cell.group] |= 1U << cell.in_group();
    return values_[cell.index() * in_cell_ + index];
  }
  /// nullptr: nothing was added in the cell.
  [[nodiscard]] const Value* find(std::size_t index, Cell cell) const noexcept {
    const bool is_used = (used_[cell.group] >> cell.in_group() & 1) != 0;
    return is_used ? &values_[cell.index() * in_cell_ + index] : nullptr;
  }
  /// The sum over all groups: of the cells that differ from `cell` in nothing else.
  [[nodiscard]] Value over_groups(std::size_t index, Cell cell) const noexcept {
    Value sum{};
    for (cell.group = 0; cell.group < groups_; ++cell.group)
      if (const Value* const value = find(index, cell)) sum.add(*value);
    return sum;
  }
  /// Requires an array of as many values and groups.
  void merge(const CellArray& other) noexcept {
    assert(in_cell_ == other.in_cell_ && groups_ == other.groups_);
    other.each_used([&](std::size_t first) {
      for (std::size_t i = first; i < first + in_cell_; ++i) values_[i].add(other.values_[i]);
    });
    for (std::size_t group = 0; group < groups_; ++group) used_[group] |= other.used_[group];
  }
  /// Forgets all values; touches only the cells that have some.
  void clear() noexcept {
    each_used([&](std::size_t first) { std::ranges::fill(values_.all().subspan(first, in_cell_), Value{}); });
    used_ = {};
  }
  [[nodiscard]] bool empty() const noexcept {
    return std::ranges::all_of(used_, [](std::uint32_t cells) { return cells == 0; });
  }

 private:
  static_assert(Cell::kCount <= 32);
  /// Calls `take` with the index of the first value of each cell that has some.
  template <class Take>
  void each_used(Take take) const noexcept {
    for (std::size_t group = 0; group < groups_; ++group)
      for (std::uint32_t left = used_[group]; left != 0; left &= left - 1)
        take((group * Cell::kCount + static_cast<std::size_t>(std::countr_zero(left))) * in_cell_);
  }

  std::size_t in_cell_;
  std::size_t groups_;
  ZeroedArray<Value> values_;                              ///< [cell][index]: a run mostly touches few cells
  std::array<std::uint32_t, 1 + Grouping::kMost> used_{};  ///< by group: a bit for each cell that holds something
};

}  // namespace uptake
