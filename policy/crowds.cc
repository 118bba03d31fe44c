#include "policy/crowds.h"

#include <algorithm>
#include <bit>

namespace uptake {

void Gate::add(std::span<const std::uint64_t> seen) noexcept {
  for (const std::uint64_t digest : seen) {
    if (open()) return;
    const auto end = digests.begin() + static_cast<std::ptrdiff_t>(count);
    if (std::find(digests.begin(), end, digest) == end) digests[count++] = digest;
  }
}

void Crowd::add(const Crowd& other) noexcept {
  gate.add(std::span(other.gate.digests).first(other.gate.count));
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] += other.groups[i];
}

/// Calls `take` with the first and the number of the crowds of each cell in which something was counted.
template <class Take>
void Crowds::for_used(Take take) const noexcept {
  const std::size_t size = measures_ * kOutcomes;
  for (std::size_t group = 0; group < groups_; ++group)
    for (std::uint32_t left = used_[group]; left != 0; left &= left - 1)
      take((group * Cell::kCount + static_cast<std::size_t>(std::countr_zero(left))) * size, size);
}

void Crowds::merge(const Crowds& other) noexcept {
  other.for_used([&](std::size_t first, std::size_t size) {
    for (std::size_t i = first; i < first + size; ++i) crowds_[i].add(other.crowds_[i]);
  });
  for (std::size_t group = 0; group < groups_; ++group) used_[group] |= other.used_[group];
}

void Crowds::clear() noexcept {
  for_used(
      [&](std::size_t first, std::size_t size) { std::ranges::fill(crowds_.all().subspan(first, size), Crowd{}); });
  used_ = {};
}

Crowd Crowds::over_groups(std::size_t measure, Cell cell, Judgement::Outcome outcome) const noexcept {
  Crowd sum;
  for (cell.group = 0; cell.group < groups_; ++cell.group)
    if ((used_[cell.group] >> cell.in_group() & 1) != 0) sum.add(crowds_[at(measure, cell, outcome)]);
  return sum;
}

}  // namespace uptake
