#include "policy/subscribers.h"

#include "policy/subscriber_ties.h"

namespace uptake {

Subscribers::Subscribers(const Digests& digests, const SubscriberLengths& lengths)
    : digests_(digests), lengths_(lengths) {
  for (unsigned length = 0; length < kLengthsOfV4; ++length) masks_.emplace_back(Family::v4, length);
  for (unsigned length = 0; length <= 128; ++length) masks_.emplace_back(Family::v6, length);
  own_ = {&mask(Family::v4, lengths.v4), &mask(Family::v6, lengths.v6)};
}

Subscribers::Subscriber Subscribers::by_ties(const Address& address) const noexcept {
  const SubscriberTies::Owner owner = lengths_.ties->owner_of(address);
  if (owner.as == nullptr) return {&address, own_[static_cast<std::size_t>(address.family)], owner.customer, false};
  return {&owner.as->address, &mask(owner.as->address.family, owner.as->bits), true, true};
}

}  // namespace uptake
