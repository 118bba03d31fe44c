#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "policy/zeroed_array.h"

namespace uptake {

/// Marks: what one entity was seen to do: bit i belongs to the i-th measure of the entity's kind.
struct Marks {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t unobservable = 0;

  [[nodiscard]] constexpr bool any() const noexcept { return (pass | fail | unobservable) != 0; }
  constexpr void add(const Marks& other) noexcept {
    pass |= other.pass;
    fail |= other.fail;
    unobservable |= other.unobservable;
  }
};

/// EntityCounts: how many kept entities passed one measure, at their worst and at their best. An entity that
/// failed once counts as fail at its worst; one that passed once as pass at its best; unobservable means never
/// judged.
struct EntityCounts {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t unobservable = 0;
  std::uint64_t best_pass = 0;
  std::uint64_t best_fail = 0;

  /// Counts one more, by its Marks of the measure with bit `bit`.
  void add(const Marks& marks, unsigned bit) noexcept;
};

/// Entities: the k smallest keyed digests of one kind with their Marks. Exact while at most k were seen, then a
/// uniform sample of them. Memory is fixed; the result is the same for any order and any split of the input.
class Entities {
 public:
  static constexpr std::size_t kDefaultKept = 8192;

  explicit Entities(std::size_t kept = kDefaultKept);

  /// Marks the entity. A rejected digest stays rejected, because the threshold only falls. Marks go through a short
  /// queue, so that the prefetch of their memory has time to finish.
  void mark(std::uint64_t digest, const Marks& marks) noexcept {
    if (digest > highest_) return;
    waiting_[waiting_count_] = {digest, marks};
    __builtin_prefetch(&index_[digest & mask_]);
    if (++waiting_count_ == kQueue) mark_waiting();
  }
  /// Leaves exactly the k smallest. Call before reading.
  void settle() noexcept;
  /// Adds those of another sample with the same k. Union commutes and associates.
  void merge(const Entities& other) noexcept;
  /// Forgets all of them; touches what they took.
  void clear() noexcept;

  /// More than k distinct entities were seen.
  [[nodiscard]] bool sampled() const noexcept { return highest_ != ~std::uint64_t{0}; }
  /// Entities at hand: the denominator of the sample.
  [[nodiscard]] std::size_t kept() const noexcept { return count_; }
  /// Distinct entities seen: exact unless sampled(), else an estimate (standard error about 1/sqrt(k)).
  [[nodiscard]] std::uint64_t distinct() const noexcept;
  /// Counts of the measure with bit `bit`, among the kept entities.
  [[nodiscard]] EntityCounts count(unsigned bit) const noexcept;
  /// The same by the last bits of their digests, one count for each.
  void count_by_last_bits(unsigned bit, std::span<EntityCounts> counts) const noexcept;

 private:
  struct Entity {
    std::uint64_t digest;
    Marks marks;
  };
  static constexpr std::size_t kQueue = 16;
  [[gnu::noinline]] void mark_waiting() noexcept;
  void mark_kept(std::uint64_t digest, const Marks& marks) noexcept;
  void prune() noexcept;

  std::size_t kept_;
  std::size_t mask_;
  std::size_t count_ = 0;
  std::size_t waiting_count_ = 0;
  std::array<Entity, kQueue> waiting_;
  std::uint64_t highest_ = ~std::uint64_t{0};  // digests above it are not among the k smallest
  ZeroedArray<Entity> entities_;               // dense, 2k
  ZeroedArray<std::uint32_t> index_;           // open addressing by the digest's low bits: position + 1
};

}  // namespace uptake
