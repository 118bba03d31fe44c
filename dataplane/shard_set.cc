#include "dataplane/shard_set.h"

#include <algorithm>
#include <span>

namespace uptake {
namespace {

constexpr std::size_t kMinBuckets = 64;  // of one shard

std::size_t buckets_per_shard(std::uint64_t max_flows) {
  const std::uint64_t places = max_flows * 2 / kShards;
  return std::max<std::size_t>(kMinBuckets, (places + 3) / 4);
}

}  // namespace

ShardSet::ShardSet(const Engine& engine)
    : flow_pages_(buckets_per_shard(engine.max_flows) * kShards * sizeof(FlowBucket), Pages::Size::huge),
      pool_pages_(ConversationPool::kBytes * kShards, engine.touch_pool ? Pages::Size::huge : Pages::Size::small),
      exchange_pages_(sizeof(Exchanges::Set) * Exchanges::kSets * kShards, Pages::Size::huge),
      shards_(std::make_unique<Shard[]>(kShards)) {
  if (engine.touch_pool) {
    pool_pages_.touch(0, pool_pages_.bytes());
    exchange_pages_.touch(0, exchange_pages_.bytes());
  }
  const std::size_t buckets = buckets_per_shard(engine.max_flows);
  const std::size_t name_bytes = ConversationPool::kPlaces * ConversationPool::kNameBytes;
  const bool keeps_names = engine.keep_names || engine.join_names;
  if (keeps_names) name_pages_ = Pages(name_bytes * kShards, Pages::Size::small);
  for (std::size_t i = 0; i < kShards; ++i) {
    Shard& shard = shards_[i];
    if (engine.grouping != nullptr) shard.classes = ByteClasses(ByteClasses::kCapacityGrouped);
    shard.flows = FlowTable({flow_pages_.as<FlowBucket>() + i * buckets, buckets});
    using Sets = std::span<Exchanges::Set, Exchanges::kSets>;
    shard.exchanges = Exchanges(Sets(exchange_pages_.as<Exchanges::Set>() + i * Exchanges::kSets, Exchanges::kSets));
    std::span<std::uint8_t> names;
    if (keeps_names) names = {name_pages_.as<std::uint8_t>() + i * name_bytes, name_bytes};
    shard.pool = ConversationPool(pool_pages_.as<std::byte>(i * ConversationPool::kBytes), names);
  }
}

void ShardSet::touch(std::size_t index) noexcept {
  const std::size_t bytes = flow_pages_.bytes() / kShards;
  flow_pages_.touch(index * bytes, bytes);
}

}  // namespace uptake
