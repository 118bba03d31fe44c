#include "policy/tally.h"

#include <new>
#include <type_traits>

namespace uptake {

static_assert(std::is_trivially_copyable_v<Counts>, "zeroed memory is an array of empty Counts");

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

Tally::Tally(std::size_t measures) : measures_(measures) {
  // calloc leaves untouched pages unbacked; most of the 24 cells stay empty in most runs.
  void* zeroed = std::calloc(measures * Cell::kCount + 1, sizeof(Counts));
  if (zeroed == nullptr) throw std::bad_alloc();
  counts_.reset(static_cast<Counts*>(zeroed));
}

void Tally::merge(const Tally& other) noexcept {
  const std::size_t count = measures_ * Cell::kCount;
  for (std::size_t i = 0; i < count; ++i)
    if (!other.counts_[i].empty()) counts_[i].add(other.counts_[i]);
}

}  // namespace uptake
