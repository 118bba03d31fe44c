#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "dataplane/engine.h"
#include "dataplane/flows/pages.h"
#include "dataplane/item.h"
#include "dataplane/shard.h"

namespace uptake {

/// ShardSet: the memory of all sixteen shards, taken at once and shared out to the workers.
class ShardSet {
 public:
  explicit ShardSet(const Engine& engine);
  [[nodiscard]] Shard& operator[](std::size_t index) noexcept { return shards_[index]; }
  /// Inlined, for a call that only prefetches the compiler leaves out.
  [[gnu::always_inline]] void prefetch(const Item& item) noexcept {
    const FlowId& id = item.id;
    const Shard& shard = shards_[id.shard];
    __builtin_prefetch(&shard.flows.bucket(id.flow), 1);
    __builtin_prefetch(shard.duplicates.set(id.flow, item.segment.header_digest), 1);
    if (item.segment.outer != 0) shard.twins.prefetch(id.flow);
    if (may_be_dns(item.segment)) shard.exchanges.fetch(id.flow, be16(item.segment.payload));
  }
  /// Makes the flow table of a shard resident.
  void touch(std::size_t index) noexcept;
  /// Octets of the flow table, and of the conversation pool.
  [[nodiscard]] std::size_t flow_bytes() const noexcept { return flow_pages_.bytes(); }
  [[nodiscard]] std::size_t pool_bytes() const noexcept { return pool_pages_.bytes(); }
  [[nodiscard]] std::size_t flow_capacity() const noexcept { return flow_pages_.bytes() / sizeof(Flow); }

 private:
  /// The flow and the ID of a datagram tell where its question is remembered.
  [[nodiscard]] static bool may_be_dns(const Segment& segment) noexcept {
    constexpr std::uint16_t kDomain = 53;
    return segment.protocol == frame::protocol::kUdp &&
           ((segment.source_port == kDomain) | (segment.destination_port == kDomain)) &&
           segment.payload_captured >= 2;
  }

  Pages flow_pages_;
  Pages pool_pages_;
  Pages name_pages_;
  Pages exchange_pages_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace uptake
