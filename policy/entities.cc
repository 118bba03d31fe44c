#include "policy/entities.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace uptake {

Entities::Entities(std::size_t kept)
    : kept_(std::max<std::size_t>(kept, 2)),
      mask_(std::bit_ceil(kept_ * 4) - 1),
      entities_(kept_ * 2),
      index_(mask_ + 1) {
  assert(kept_ < (std::size_t{1} << 28));
  entities_.touch();
  index_.touch();
}

void Entities::mark_kept(std::uint64_t digest, const Marks& marks) noexcept {
  std::size_t at = digest & mask_;
  for (; index_[at] != 0; at = (at + 1) & mask_) {
    Entity& entity = entities_[index_[at] - 1];
    if (entity.digest != digest) continue;
    entity.marks.add(marks);
    return;
  }
  entities_[count_++] = {digest, marks};
  index_[at] = static_cast<std::uint32_t>(count_);
  if (count_ == kept_ * 2) prune();
}

void Entities::mark_waiting() noexcept {
  for (std::size_t i = 0; i < waiting_count_; ++i) {
    const std::uint32_t place = index_[waiting_[i].digest & mask_];
    if (place != 0) __builtin_prefetch(&entities_[place - 1], 1);
  }
  for (std::size_t i = 0; i < waiting_count_; ++i)
    // The threshold may have fallen since the mark was queued.
    if (waiting_[i].digest <= highest_) mark_kept(waiting_[i].digest, waiting_[i].marks);
  waiting_count_ = 0;
}

// Amortised: the k digests cut off paid for it, and the index is rebuilt in place.
void Entities::prune() noexcept {
  Entity* const first = entities_.all().data();
  std::nth_element(first, first + (kept_ - 1), first + count_,
                   [](const Entity& a, const Entity& b) { return a.digest < b.digest; });
  count_ = kept_;
  highest_ = first[kept_ - 1].digest;
  std::ranges::fill(index_.all(), 0U);
  for (std::size_t i = 0; i < count_; ++i) {
    std::size_t at = first[i].digest & mask_;
    while (index_[at] != 0) at = (at + 1) & mask_;
    index_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

void Entities::settle() noexcept {
  mark_waiting();
  if (count_ > kept_) prune();
}

void Entities::merge(const Entities& other) noexcept {
  assert(kept_ == other.kept_ && other.waiting_count_ == 0);
  for (std::size_t i = 0; i < other.count_; ++i) mark(other.entities_[i].digest, other.entities_[i].marks);
  // What the other rejected is above k digests that it kept, so it cannot be among the k smallest of both.
  if (other.sampled()) highest_ = std::min(highest_, other.highest_);
  settle();
}

std::uint64_t Entities::distinct() const noexcept {
  if (!sampled()) return count_;
  // k-minimum-values estimator: (k - 1) / U(k), U the k-th smallest digest as a fraction of the digest space.
  const double fraction = static_cast<double>(highest_) / 0x1p64;
  const double estimate = static_cast<double>(kept_ - 1) / fraction;
  return estimate < 0x1p63 ? static_cast<std::uint64_t>(estimate) : ~std::uint64_t{0};
}

EntityCounts Entities::count(unsigned bit) const noexcept {
  EntityCounts counts;
  for (std::size_t i = 0; i < count_; ++i) {
    const Marks& marks = entities_[i].marks;
    const bool pass = (marks.pass >> bit & 1) != 0;
    const bool fail = (marks.fail >> bit & 1) != 0;
    const bool unobservable = (marks.unobservable >> bit & 1) != 0;
    counts.fail += fail ? 1 : 0;
    counts.pass += pass && !fail ? 1 : 0;
    counts.best_pass += pass ? 1 : 0;
    counts.best_fail += fail && !pass ? 1 : 0;
    counts.unobservable += unobservable && !pass && !fail ? 1 : 0;
  }
  return counts;
}

}  // namespace uptake
