#include "policy/correlate/dnssec/waiting_room.h"

#include <algorithm>

namespace uptake::dnssec {
namespace {

/// Who has one address of a network has them all.
constexpr unsigned kNetworkV4 = 24;
constexpr unsigned kNetworkV6 = 48;

std::uint64_t network_of(const Address& address, const Digests& digests) noexcept {
  const bool v4 = address.family == Family::v4;
  return digests.prefix(address, PrefixMask(address.family, v4 ? kNetworkV4 : kNetworkV6));
}

}  // namespace

WaitingRoom::WaitingRoom(const Digests& digests, std::size_t places, std::size_t octets)
    : digests_(digests),
      places_(places),
      octets_(octets),
      leaving_(std::make_unique<std::array<std::uint8_t, kLongest>>()) {
  places_.prefer_huge();
}

void WaitingRoom::push(const About& about, std::uint64_t said, Bytes octets) noexcept {
  std::uint32_t number = free_place_;
  if (number != 0)
    free_place_ = places_[number - 1].next;
  else
    number = ++used_places_;
  Place& place = places_[number - 1];
  place = {.about = about,
           .said = said,
           .older = newest_,
           .newer = 0,
           .next = 0,
           .first_block = octets_.keep(octets.first(std::min(octets.size(), kLongest))),
           .size = static_cast<std::uint32_t>(std::min(octets.size(), kLongest)),
           .queue = static_cast<std::uint8_t>(network_of(about.subject.server, digests_) % kQueues)};
  place.about.subject.name = {};
  (newest_ != 0 ? places_[newest_ - 1].newer : oldest_) = number;
  newest_ = number;
  Queue& queue = queues_[place.queue];
  (queue.last != 0 ? places_[queue.last - 1].next : queue.first) = number;
  queue.last = number;
  queue.blocks += OctetBlocks::blocks_of(place.size);
}

WaitingRoom::Response WaitingRoom::pop_of_longest() noexcept {
  const auto longest = std::ranges::max_element(queues_, {}, &Queue::blocks);
  return pop(static_cast<std::uint8_t>(longest - queues_.begin()));
}

WaitingRoom::Response WaitingRoom::pop(std::uint8_t which) noexcept {
  Queue& queue = queues_[which];
  const std::uint32_t number = queue.first;
  Place& place = places_[number - 1];
  queue.first = place.next;
  if (queue.first == 0) queue.last = 0;
  (place.older != 0 ? places_[place.older - 1].newer : oldest_) = place.newer;
  (place.newer != 0 ? places_[place.newer - 1].older : newest_) = place.older;
  queue.blocks -= OctetBlocks::blocks_of(place.size);
  const Response response{place.about, place.said, octets_.give(place.first_block, place.size, leaving_->data())};
  place.next = free_place_;
  free_place_ = number;
  return response;
}

}  // namespace uptake::dnssec
