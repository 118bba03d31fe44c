#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dissectors/address.h"

namespace uptake {

/// Prefix: the first `bits` of an address.
struct Prefix {
  Address address;
  std::uint8_t bits = 0;
};

/// PrefixSet: tells whether one of its prefixes holds an address. Read-only once built.
class PrefixSet {
 public:
  PrefixSet() = default;
  explicit PrefixSet(const std::vector<Prefix>& prefixes);

  [[nodiscard]] bool empty() const noexcept { return v4_.empty() && v6_.empty(); }
  [[nodiscard]] bool holds(const Address& address) const noexcept {
    return uptake::holds(address.family == Family::v4 ? v4_ : v6_, address.octets);
  }
  /// The IPv6 addresses in it: disjoint and in order.
  [[nodiscard]] std::span<const AddressRange> v6() const noexcept { return v6_; }

 private:
  std::vector<AddressRange> v4_;
  std::vector<AddressRange> v6_;
};

}  // namespace uptake
