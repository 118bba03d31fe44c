#include "dataplane/flows/conversation_pool.h"

#include <memory>

#include "dataplane/flows/stream_prefix.h"

namespace uptake {

ConversationPool::ConversationPool(std::byte* memory, std::span<std::uint8_t> names) noexcept
    : conversations_(reinterpret_cast<Conversation*>(memory)),
      carriages_(reinterpret_cast<Carriage*>(memory + kPlaces * sizeof(Conversation))),
      chunks_(reinterpret_cast<std::uint8_t*>(carriages_ + kCarriages)),
      names_(names) {
  free_.fill();
  free_chunks_.fill();
  free_carriages_.fill();
}

std::uint32_t ConversationPool::take(std::uint32_t flow, Standing standing) noexcept {
  const bool doubtful = standing == Standing::doubtful;
  const std::uint32_t used = doubtful ? order(standing).count : sure();
  if (used >= (doubtful ? kDoubtful : kConversations)) return kNone;
  const std::uint32_t place = free_.take();
  // Made only now, so that a place that is never used costs no memory.
  std::construct_at(&conversations_[place]);
  conversations_[place].flow = flow;
  conversations_[place].standing = standing;
  link_newest(place);
  ++in_use_;
  return place;
}

std::uint32_t ConversationPool::oldest(Standing standing) const noexcept {
  if (standing == Standing::doubtful) return oldest_of(standing);
  for (const Standing one : {Standing::brief, Standing::datagrams, Standing::lasting})
    if (order(one).oldest != 0) return oldest_of(one);
  return kNone;
}

void ConversationPool::give(std::uint32_t place) noexcept {
  Conversation& conversation = conversations_[place];
  for (StreamSide& side : conversation.sides) StreamPrefix(*this, side).drop();
  if (conversation.carriage != 0) free_carriages_.give(conversation.carriage - 1U);
  unlink(conversation);
  free_.give(place);
  --in_use_;
}

Carriage* ConversationPool::carriage_of(Conversation& conversation) noexcept {
  if (conversation.carriage == 0) {
    if (free_carriages_.empty()) return nullptr;
    const std::uint16_t place = free_carriages_.take();
    std::construct_at(&carriages_[place]);
    conversation.carriage = static_cast<std::uint16_t>(place + 1);
  }
  return &carriages_[conversation.carriage - 1];
}

std::uint32_t ConversationPool::oldest_with_chunks(std::uint32_t except) const noexcept {
  // The oldest mostly hold chunks, so the search is short; the bound holds for input that is made to prevent that.
  constexpr int kSteps = 64;
  for (const Order& order : orders_) {
    std::uint16_t next = order.oldest;
    for (int i = 0; i < kSteps && next != 0; ++i) {
      const Conversation& conversation = conversations_[next - 1];
      const auto& sides = conversation.sides;
      const bool holds = (sides[0].whole | sides[1].whole | sides[0].island_count | sides[1].island_count) != 0;
      if (holds && next - 1U != except) return next - 1U;
      next = conversation.newer;
    }
  }
  return kNone;
}

void ConversationPool::touch(std::uint32_t place) noexcept {
  Conversation& conversation = conversations_[place];
  if (order(conversation.standing).newest == place + 1) return;
  unlink(conversation);
  link_newest(place);
}

void ConversationPool::put(std::uint32_t place, Standing standing) noexcept {
  Conversation& conversation = conversations_[place];
  if (conversation.standing == standing) return;
  unlink(conversation);
  conversation.standing = standing;
  link_newest(place);
}

std::uint32_t ConversationPool::beyond(Standing standing) const noexcept {
  const std::uint32_t share = standing == Standing::lasting ? kLasting : kDatagrams;
  if (order(standing).count > share) return oldest_of(standing);
  return sure() > kConversations ? oldest() : kNone;
}

void ConversationPool::retire(std::uint32_t place) noexcept {
  Conversation& conversation = conversations_[place];
  unlink(conversation);
  conversation.standing = Standing::brief;  // it has ended
  Order& order = orders_[0];
  const auto link = static_cast<std::uint16_t>(place + 1);
  conversation.older = 0;
  conversation.newer = order.oldest;
  (order.oldest != 0 ? conversations_[order.oldest - 1].older : order.newest) = link;
  order.oldest = link;
  ++order.count;
}

std::uint16_t ConversationPool::take_chunk() noexcept {
  return free_chunks_.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(free_chunks_.take() + 1);
}

void ConversationPool::give_chunk(std::uint16_t chunk) noexcept { free_chunks_.give(chunk - 1U); }

void ConversationPool::unlink(Conversation& conversation) noexcept {
  Order& order = orders_[static_cast<std::size_t>(conversation.standing)];
  (conversation.newer != 0 ? conversations_[conversation.newer - 1].older : order.newest) = conversation.older;
  (conversation.older != 0 ? conversations_[conversation.older - 1].newer : order.oldest) = conversation.newer;
  --order.count;
}

void ConversationPool::link_newest(std::uint32_t place) noexcept {
  Conversation& conversation = conversations_[place];
  Order& order = orders_[static_cast<std::size_t>(conversation.standing)];
  const auto link = static_cast<std::uint16_t>(place + 1);
  conversation.newer = 0;
  conversation.older = order.newest;
  (order.newest != 0 ? conversations_[order.newest - 1].newer : order.oldest) = link;
  order.newest = link;
  ++order.count;
}

}  // namespace uptake
