#pragma once

#include <array>
#include <cstdint>
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
  [[nodiscard]] bool holds(const Address& address) const noexcept;

 private:
  /// Disjoint, sorted, both ends included; the first 64 bits of an address decide for almost all prefixes.
  struct Range {
    std::array<std::uint8_t, 16> first;
    std::array<std::uint8_t, 16> last;
  };
  std::vector<Range> v4_;
  std::vector<Range> v6_;
};

}  // namespace uptake
