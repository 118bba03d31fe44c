#include "policy/subscribers.h"

#include <cstddef>
#include <vector>

#include "policy/subscriber_ties.h"

namespace uptake {
namespace {

/// The mask of a length. All of them are made at the first call, which may throw.
const PrefixMask& mask(Family family, unsigned length) {
  constexpr std::size_t kLengthsOfV4 = 33;
  static const std::vector<PrefixMask> masks = [] {
    std::vector<PrefixMask> all;
    for (unsigned bits = 0; bits < kLengthsOfV4; ++bits) all.emplace_back(Family::v4, bits);
    for (unsigned bits = 0; bits <= 128; ++bits) all.emplace_back(Family::v6, bits);
    return all;
  }();
  return masks[family == Family::v4 ? length : kLengthsOfV4 + length];
}

}  // namespace

Subscribers::Subscribers(const Digests& digests, const SubscriberLengths& lengths)
    : digests_(digests), lengths_(lengths), own_{&mask(Family::v4, lengths.v4), &mask(Family::v6, lengths.v6)} {}

Subscribers::Subscriber Subscribers::by_ties(const Address& address) const noexcept {
  const SubscriberTies::Owner owner = lengths_.ties->owner_of(address);
  if (owner.as == nullptr) return {&address, own_[static_cast<std::size_t>(address.family)], owner.customer, false};
  return {&owner.as->address, &mask(owner.as->address.family, owner.as->bits), true, true};
}

}  // namespace uptake
