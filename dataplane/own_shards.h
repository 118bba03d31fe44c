#pragma once

#include <cstddef>
#include <cstdint>

#include "dataplane/shard_set.h"

namespace uptake {

/// OwnShards: the shards that one worker runs: every s with s % workers == worker.
class OwnShards {
 public:
  /// `shards` outlives it.
  OwnShards(ShardSet& shards, unsigned worker, unsigned workers) noexcept
      : shards_(shards), worker_(worker), workers_(workers) {
    for (std::size_t s = worker; s < kShards; s += workers) own_ |= 1U << s;
  }

  [[nodiscard]] bool hold(std::uint32_t shard) const noexcept { return (own_ >> shard & 1) != 0; }
  [[nodiscard]] Shard& operator[](std::size_t index) const noexcept { return shards_[index]; }
  [[gnu::always_inline]] void prefetch(const Item& item) const noexcept { shards_.prefetch(item); }
  /// Calls visit(index, shard) for each, in order.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t s = worker_; s < kShards; s += workers_) visit(s, shards_[s]);
  }
  /// Makes their flow tables resident.
  void touch() const noexcept {
    for (std::size_t s = worker_; s < kShards; s += workers_) shards_.touch(s);
  }

 private:
  ShardSet& shards_;
  unsigned worker_;
  unsigned workers_;
  std::uint32_t own_ = 0;  ///< one bit each
};

}  // namespace uptake
