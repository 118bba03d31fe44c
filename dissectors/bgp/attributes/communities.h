#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

/// Well-known communities that are asked about (RFC 7999 section 5, RFC 8326 section 5).
inline constexpr std::uint32_t kBlackhole = 0xffff029a;
inline constexpr std::uint32_t kGracefulShutdown = 0xffff0000;

// uint16 AS; uint16 value; ...  RFC 1997, RFC 7606 section 7.8
[[nodiscard]] inline Flaw read_communities(Bytes value, Attributes& into) noexcept {
  if (value.empty() || value.size() % 4 != 0) return Flaw::withdraw;
  into.communities = value;
  return Flaw::none;
}
inline constexpr Attribute kCommunities{8, kOptional | kTransitive, Flaw::withdraw, read_communities};

}  // namespace uptake::bgp
