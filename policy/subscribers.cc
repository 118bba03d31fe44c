#include "policy/subscribers.h"

#include "policy/subscriber_ties.h"

namespace uptake {

Subscribers::Subscribers(const Digests& digests, const SubscriberLengths& lengths)
    : digests_(digests), lengths_(lengths) {
  for (unsigned length = 0; length < kLengthsOfV4; ++length) masks_.emplace_back(Family::v4, length);
  for (unsigned length = 0; length <= 128; ++length) masks_.emplace_back(Family::v6, length);
}

Subscribers::Subscriber Subscribers::of(const Address& address) const noexcept {
  const PrefixMask& own = mask(address.family, address.family == Family::v4 ? lengths_.v4 : lengths_.v6);
  if (lengths_.ties == nullptr) return {&address, &own, true, false};
  const SubscriberTies::Owner owner = lengths_.ties->owner_of(address);
  if (owner.as == nullptr) return {&address, &own, owner.customer, false};
  return {&owner.as->address, &mask(owner.as->address.family, owner.as->bits), true, true};
}

}  // namespace uptake
