#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dissectors/observation.h"
#include "policy/client_groups.h"
#include "policy/digests.h"
#include "policy/figures.h"

namespace uptake {

/// Subscribers: which subscriber an address belongs to, as a prefix, and the digests that stand for it in memory.
class Subscribers {
 public:
  Subscribers(const Digests& digests, const SubscriberLengths& lengths);

  /// Subscriber: the prefix that stands for one; borrowed from the address asked for, or from the ties.
  struct Subscriber {
    const Address* address;
    const PrefixMask* mask;
    bool customer;  ///< or customers are not known
    bool tied;      ///< a line of the customers names it: one prefix stands for both families
  };
  [[nodiscard]] Subscriber of(const Address& address) const noexcept {
    if (lengths_.ties != nullptr) return by_ties(address);
    return {&address, own_[static_cast<std::size_t>(address.family)], true, false};
  }
  /// The subscriber whose traffic a sighting is: the client, or the server where clients are beyond the customers'
  /// edge.
  [[nodiscard]] Subscriber of(const Subject& subject) const noexcept {
    return of(subject.direction == Direction::toward_customer ? subject.server : subject.client);
  }

  /// Subscribers are put into groups.
  [[nodiscard]] bool grouped() const noexcept { return lengths_.groups != nullptr; }
  /// The group of a subscriber. Requires grouped().
  [[nodiscard]] std::uint8_t group(const Subscriber& subscriber) const noexcept {
    return lengths_.groups->of(*subscriber.address, *subscriber.mask);
  }
  /// The digest of a subscriber under the key of the run; where there are groups its last bits are its group.
  [[nodiscard]] std::uint64_t digest(const Subscriber& subscriber) const noexcept {
    return with_group(digests_.prefix(*subscriber.address, *subscriber.mask), subscriber);
  }
  /// The digest of what belongs to a subscriber, with the group of that where there are groups.
  [[nodiscard]] std::uint64_t with_group(std::uint64_t digest, const Subscriber& subscriber) const noexcept {
    return grouped() ? (digest & ~ClientGroups::kBits) | group(subscriber) : digest;
  }

 private:
  [[nodiscard]] Subscriber by_ties(const Address& address) const noexcept;

  const Digests& digests_;
  const SubscriberLengths lengths_;
  std::array<const PrefixMask*, 2> own_;  ///< by family: where no line names a subscriber
};

}  // namespace uptake
