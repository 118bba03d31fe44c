#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <iterator>
#include <span>

#include "dissectors/big_endian.h"

namespace uptake {

/// Family: the version of an IP packet.
enum class Family : std::uint8_t { v4, v6 };

/// Address: an IPv4 or IPv6 address in network order; IPv4 stands in the first four octets, the rest zero.
struct Address {
  std::array<std::uint8_t, 16> octets{};
  Family family = Family::v4;

  friend constexpr auto operator<=>(const Address&, const Address&) = default;
};

/// The first four octets of the prefixes that translators share.
inline constexpr std::uint32_t kTranslatedFront = 0x0064ff9b;
/// Whether a translator made the IPv6 address of an IPv4 one, as its prefix alone says: 64:ff9b::/96 (RFC 6052 §2.1)
/// or 64:ff9b:1::/48 (RFC 8215).
[[nodiscard]] inline bool is_translated(const std::uint8_t* octets) noexcept {
  return be32(octets) == kTranslatedFront && (be16(octets + 4) == 1 || be64(octets + 4) == 0);
}

/// AddressRange: addresses of one family from `first` to `last`, both included.
struct AddressRange {
  std::array<std::uint8_t, 16> first;
  std::array<std::uint8_t, 16> last;
};

/// Whether one of `ranges`, disjoint and in order, holds the address.
[[nodiscard]] inline bool holds(std::span<const AddressRange> ranges,
                                const std::array<std::uint8_t, 16>& octets) noexcept {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), octets,
                                      [](const auto& one, const AddressRange& range) { return one < range.first; });
  return after != ranges.begin() && octets <= std::prev(after)->last;
}

}  // namespace uptake
