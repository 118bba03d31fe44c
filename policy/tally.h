#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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
  explicit Tally(std::size_t measures) : measures_(measures), counts_(measures * Cell::kCount) {}

  [[nodiscard]] std::size_t measures() const noexcept { return measures_; }
  void add(std::size_t measure, Cell cell, Judgement judgement, std::uint64_t count) noexcept {
    used_ |= 1U << cell.index();
    counts_[cell.index() * measures_ + measure].add(judgement, count);
  }
  /// Adds another tally of the same catalogue.
  void merge(const Tally& other) noexcept;
  /// Forgets all counts; touches only the cells that have some.
  void clear() noexcept;

  [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
  [[nodiscard]] const Counts& at(std::size_t measure, Cell cell) const noexcept {
    return is_used(cell) ? counts_[cell.index() * measures_ + measure] : kNone;
  }
  /// The sum of one measure over all cells.
  [[nodiscard]] Counts total(std::size_t measure) const noexcept {
    Counts sum;
    for (std::size_t i = 0; i < Cell::kCount; ++i) sum.add(at(measure, Cell::of(i)));
    return sum;
  }

 private:
  static constexpr Counts kNone{};

  [[nodiscard]] bool is_used(Cell cell) const noexcept { return (used_ >> cell.index() & 1) != 0; }

  std::size_t measures_;
  ZeroedArray<Counts> counts_;  ///< [cell][measure]: a run mostly touches few cells
  std::uint32_t used_ = 0;      ///< a bit for each cell in which something was counted
};

}  // namespace uptake
