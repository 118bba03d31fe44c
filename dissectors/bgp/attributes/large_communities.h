#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint32 global administrator; uint32 data; uint32 data; ...  RFC 8092 sections 3 and 6
[[nodiscard]] inline Flaw read_large_communities(Bytes value, Attributes& into) noexcept {
  if (value.empty() || value.size() % 12 != 0) return Flaw::withdraw;
  into.large = value;
  return Flaw::none;
}
inline constexpr Attribute kLargeCommunities{32, kOptional | kTransitive, Flaw::withdraw, read_large_communities};

}  // namespace uptake::bgp
