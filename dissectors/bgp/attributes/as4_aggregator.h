#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint32 AS number; IPv4 address  RFC 6793 sections 3 and 6
inline constexpr Attribute kAs4Aggregator{18, kOptional | kTransitive, Flaw::discard, of_size<8, Flaw::discard>};

}  // namespace uptake::bgp
