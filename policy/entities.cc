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
    __builtin_prefetch(&entities_[place - (place != 0 ? 1 : 0)], 1);
  }
  for (std::size_t i = 0; i < waiting_count_; ++i)
    // The threshold may have fallen since the mark was queued.
    if (waiting_[i].digest <= highest_) mark_kept(waiting_[i].digest, waiting_[i].marks);
  waiting_count_ = 0;
}

// Its cost is amortised over the k digests that it cuts off; the index is rebuilt in place. Digests are spread evenly
// below the highest, so the k-th smallest is searched in one of some equal parts of that span, among few others.
void Entities::prune() noexcept {
  constexpr std::size_t kParts = 256;
  Entity* const first = entities_.all().data();
  Entity* const last = first + count_;
  const auto bits = static_cast<unsigned>(std::bit_width(highest_));
  const unsigned shift = bits - std::min(bits, static_cast<unsigned>(std::bit_width(kParts - 1)));
  // A merge may have lowered the highest below what is at hand.
  const auto part_of = [shift](const Entity& entity) {
    return std::min<std::uint64_t>(entity.digest >> shift, kParts - 1);
  };
  std::array<std::size_t, kParts> sizes{};
  for (const Entity* entity = first; entity != last; ++entity) ++sizes[part_of(*entity)];
  std::size_t part = 0;
  for (std::size_t below = sizes[0]; below < kept_; below += sizes[part]) ++part;
  Entity* const from = std::partition(first, last, [=](const Entity& entity) { return part_of(entity) < part; });
  Entity* const to = std::partition(from, last, [=](const Entity& entity) { return part_of(entity) == part; });
  std::nth_element(from, first + (kept_ - 1), to,
                   [](const Entity& one, const Entity& other) { return one.digest < other.digest; });
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

// Its searches go on past empty places: clearing one entity may have emptied the path to the next.
void Entities::clear() noexcept {
  if (count_ > mask_ / 8) {
    std::ranges::fill(index_.all(), 0U);
  } else {
    for (std::size_t i = 0; i < count_; ++i) {
      std::size_t at = entities_[i].digest & mask_;
      while (index_[at] != i + 1) at = (at + 1) & mask_;
      index_[at] = 0;
    }
  }
  count_ = waiting_count_ = 0;
  highest_ = ~std::uint64_t{0};
}

std::uint64_t Entities::distinct() const noexcept {
  if (!sampled()) return count_;
  // k-minimum-values estimator: (k - 1) / U(k), U the k-th smallest digest as a fraction of the digest space.
  const double fraction = static_cast<double>(highest_) / 0x1p64;
  const double estimate = static_cast<double>(kept_ - 1) / fraction;
  return estimate < 0x1p63 ? static_cast<std::uint64_t>(estimate) : ~std::uint64_t{0};
}

void EntityCounts::add(const Marks& marks, unsigned bit) noexcept {
  const bool passed = (marks.pass >> bit & 1) != 0;
  const bool failed = (marks.fail >> bit & 1) != 0;
  const bool hidden = (marks.unobservable >> bit & 1) != 0;
  fail += failed ? 1 : 0;
  pass += passed && !failed ? 1 : 0;
  best_pass += passed ? 1 : 0;
  best_fail += failed && !passed ? 1 : 0;
  unobservable += hidden && !passed && !failed ? 1 : 0;
}

EntityCounts Entities::count(unsigned bit) const noexcept {
  EntityCounts counts;
  for (std::size_t i = 0; i < count_; ++i) counts.add(entities_[i].marks, bit);
  return counts;
}

void Entities::count_by_last_bits(unsigned bit, std::span<EntityCounts> counts) const noexcept {
  assert(std::has_single_bit(counts.size()));
  for (std::size_t i = 0; i < count_; ++i)
    counts[entities_[i].digest & (counts.size() - 1)].add(entities_[i].marks, bit);
}

}  // namespace uptake
