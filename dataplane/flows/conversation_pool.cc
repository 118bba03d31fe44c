#include "dataplane/flows/conversation_pool.h"

#include <memory>

namespace uptake {

ConversationPool::ConversationPool(std::byte* memory, std::span<std::uint8_t> names) noexcept
    : conversations_(reinterpret_cast<Conversation*>(memory)),
      chunks_(reinterpret_cast<std::uint8_t*>(memory + kConversations * sizeof(Conversation))),
      names_(names) {
  // Taken from the end: low places first, so that few pages stay warm.
  for (std::uint32_t i = 0; i < kConversations; ++i) free_[i] = static_cast<std::uint16_t>(kConversations - 1 - i);
  free_count_ = kConversations;
  for (std::uint32_t i = 0; i < kChunks; ++i) free_chunks_[i] = static_cast<std::uint16_t>(kChunks - i);
  free_chunk_count_ = kChunks;
}

std::uint32_t ConversationPool::take(std::uint32_t flow) noexcept {
  if (free_count_ == 0) return kNone;
  const std::uint32_t place = free_[--free_count_];
  // Made only now, so that a place that is never used costs no memory.
  std::construct_at(&conversations_[place]);
  conversations_[place].flow = flow;
  link_newest(place);
  ++in_use_;
  return place;
}

void ConversationPool::give(std::uint32_t place) noexcept {
  Conversation& conversation = conversations_[place];
  for (StreamSide& side : conversation.sides)
    for (std::uint16_t& chunk : side.chunks)
      if (chunk != 0) give_chunk(chunk);
  unlink(conversation);
  free_[free_count_++] = static_cast<std::uint16_t>(place);
  --in_use_;
}

std::uint32_t ConversationPool::oldest_with_chunks(std::uint32_t except) const noexcept {
  // Those behind have been idle longest and mostly hold chunks; a bound keeps the search short all the same.
  constexpr int kSteps = 64;
  std::uint32_t next = oldest_;
  for (int i = 0; i < kSteps && next != 0; ++i) {
    const Conversation& conversation = conversations_[next - 1];
    const bool holds = conversation.sides[0].chunks[0] != 0 || conversation.sides[1].chunks[0] != 0;
    if (holds && next - 1 != except) return next - 1;
    next = conversation.newer;
  }
  return kNone;
}

void ConversationPool::touch(std::uint32_t place) noexcept {
  if (newest_ == place + 1) return;
  unlink(conversations_[place]);
  link_newest(place);
}

void ConversationPool::retire(std::uint32_t place) noexcept {
  Conversation& conversation = conversations_[place];
  unlink(conversation);
  conversation.older = 0;
  conversation.newer = oldest_;
  if (oldest_ != 0) conversations_[oldest_ - 1].older = place + 1;
  oldest_ = place + 1;
  if (newest_ == 0) newest_ = place + 1;
}

std::uint16_t ConversationPool::take_chunk() noexcept {
  return free_chunk_count_ == 0 ? std::uint16_t{0} : free_chunks_[--free_chunk_count_];
}

void ConversationPool::give_chunk(std::uint16_t chunk) noexcept { free_chunks_[free_chunk_count_++] = chunk; }

void ConversationPool::unlink(Conversation& conversation) noexcept {
  (conversation.newer != 0 ? conversations_[conversation.newer - 1].older : newest_) = conversation.older;
  (conversation.older != 0 ? conversations_[conversation.older - 1].newer : oldest_) = conversation.newer;
}

void ConversationPool::link_newest(std::uint32_t place) noexcept {
  Conversation& conversation = conversations_[place];
  conversation.newer = 0;
  conversation.older = newest_;
  if (newest_ != 0) conversations_[newest_ - 1].newer = place + 1;
  newest_ = place + 1;
  if (oldest_ == 0) oldest_ = place + 1;
}

}  // namespace uptake
