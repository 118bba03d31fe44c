#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

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

/// Tally: the counts of every measure in every cell. Memory is taken once, at construction, and is only touched
/// where something was counted. Not for measures in entities: those stand in Entities.
class Tally {
 public:
  explicit Tally(std::size_t measures);

  [[nodiscard]] std::size_t measures() const noexcept { return measures_; }
  void add(std::size_t measure, Cell cell, Judgement judgement, std::uint64_t count) noexcept {
    at(measure, cell.index()).add(judgement, count);
  }
  /// Adds another tally of the same catalogue.
  void merge(const Tally& other) noexcept;

  [[nodiscard]] const Counts& at(std::size_t measure, Cell cell) const noexcept {
    return counts_[cell.index() * measures_ + measure];
  }
  /// The sum of one measure over all cells.
  [[nodiscard]] Counts total(std::size_t measure) const noexcept {
    return total_if(measure, [](Cell) { return true; });
  }
  /// The sum of one measure over the cells that `wanted` accepts.
  template <class Wanted>
  [[nodiscard]] Counts total_if(std::size_t measure, Wanted wanted) const noexcept {
    Counts sum;
    for (std::size_t i = 0; i < Cell::kCount; ++i)
      if (wanted(Cell::of(i))) sum.add(counts_[i * measures_ + measure]);
    return sum;
  }

 private:
  struct Free {
    void operator()(Counts* p) const noexcept { std::free(p); }
  };
  [[nodiscard]] Counts& at(std::size_t measure, std::size_t cell) noexcept {
    return counts_[cell * measures_ + measure];
  }
  std::size_t measures_;
  std::unique_ptr<Counts[], Free> counts_;  // [cell][measure]: a run mostly touches few cells
};

}  // namespace uptake
