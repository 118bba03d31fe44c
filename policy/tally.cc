#include "policy/tally.h"

#include <algorithm>
#include <bit>

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

/// Calls `take` with the counts of each cell in which something was counted, as the index of the first of them.
template <class Take>
void Tally::for_used(Take take) const noexcept {
  for (std::size_t group = 0; group < groups_; ++group)
    for (std::uint32_t left = used_[group]; left != 0; left &= left - 1)
      take((group * Cell::kCount + static_cast<std::size_t>(std::countr_zero(left))) * measures_);
}

void Tally::merge(const Tally& other) noexcept {
  assert(groups_ == other.groups_);
  other.for_used([&](std::size_t first) {
    for (std::size_t i = first; i < first + measures_; ++i) counts_[i].add(other.counts_[i]);
  });
  for (std::size_t group = 0; group < groups_; ++group) used_[group] |= other.used_[group];
}

void Tally::clear() noexcept {
  for_used([&](std::size_t first) { std::ranges::fill(counts_.all().subspan(first, measures_), Counts{}); });
  used_ = {};
}

}  // namespace uptake
