#pragma once

#include "dissectors/bgp/attributes/aggregator.h"

namespace uptake::bgp {

// uint32 AS number; IPv4 address  RFC 6793 sections 3 and 6
[[nodiscard]] inline Flaw read_as4_aggregator(Bytes value, Attributes&) noexcept {
  return value.size() == 8 && names_as(value) ? Flaw::none : Flaw::discard;
}
inline constexpr Attribute kAs4Aggregator{18, kOptional | kTransitive, Flaw::discard, read_as4_aggregator};

}  // namespace uptake::bgp
