#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace uptake {

/// Family: the version of an IP packet.
enum class Family : std::uint8_t { v4, v6 };

/// Address: an IPv4 or IPv6 address in network order; IPv4 stands in the first four octets, the rest zero.
struct Address {
  std::array<std::uint8_t, 16> octets{};
  Family family = Family::v4;

  friend constexpr auto operator<=>(const Address&, const Address&) = default;
};

}  // namespace uptake
