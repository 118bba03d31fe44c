#include "policy/tally.h"

#include <algorithm>

namespace uptake {

void Counts::add(Judgement judgement, std::uint64_t count) noexcept {
  switch (judgement.outcome) {
    case Judgement::Outcome::pass:
      pass += count;
      return;
    case Judgement::Outcome::fail:
      fail += count;
      return;
    case Judgement::Outcome::unobservable:
      unobservable[static_cast<std::size_t>(judgement.reason)] += count;
      return;
    case Judgement::Outcome::not_applicable:
      not_applicable += count;
      return;
    case Judgement::Outcome::ignored:
      return;
  }
}

void Counts::add(const Counts& other) noexcept {
  pass += other.pass;
  fail += other.fail;
  not_applicable += other.not_applicable;
  for (std::size_t i = 0; i < kReasons; ++i) unobservable[i] += other.unobservable[i];
}

void Tally::merge(const Tally& other) noexcept {
  used_ |= other.used_;
  for (std::size_t cell = 0; cell < Cell::kCount; ++cell) {
    if (!other.is_used(Cell::of(cell))) continue;
    for (std::size_t i = cell * measures_; i < (cell + 1) * measures_; ++i) counts_[i].add(other.counts_[i]);
  }
}

void Tally::clear() noexcept {
  for (std::size_t cell = 0; cell < Cell::kCount; ++cell)
    if (is_used(Cell::of(cell))) std::ranges::fill(counts_.all().subspan(cell * measures_, measures_), Counts{});
  used_ = 0;
}

}  // namespace uptake
