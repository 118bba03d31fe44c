#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "dataplane/flows/duplicates.h"
#include "dataplane/fragments/fragment_table.h"
#include "dataplane/own_shards.h"

namespace uptake {

/// ShardFragments: the fragments of one shard, and the copies among them that a mirror made.
struct ShardFragments {
  FragmentTable table;
  Duplicates copies;
};

/// FragmentsOf: whose fragments a worker is given: those of its own shards, or all. What a tunnel's datagram holds
/// may be another shard's packet. Where every worker is given every fragment, the one whose packet that is runs it.
enum class FragmentsOf : bool { own_shards, all_shards };

/// WorkerFragments: the fragments that one worker is given, by the shard of their addresses. Memory is taken when it
/// is made.
class WorkerFragments {
 public:
  WorkerFragments(const OwnShards& own, FragmentsOf whose) : whose_(whose) {
    for (std::size_t s = 0; s < kShards; ++s)
      if (whose == FragmentsOf::all_shards || own.hold(static_cast<std::uint32_t>(s)))
        shards_[s] = std::make_unique<ShardFragments>();
  }
  /// So are all other workers given those of all shards.
  [[nodiscard]] bool are_all() const noexcept { return whose_ == FragmentsOf::all_shards; }
  /// Requires a shard whose fragments this worker is given.
  [[nodiscard]] ShardFragments& operator[](std::size_t shard) const noexcept { return *shards_[shard]; }

 private:
  FragmentsOf whose_;
  std::array<std::unique_ptr<ShardFragments>, kShards> shards_;
};

}  // namespace uptake
