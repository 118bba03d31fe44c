#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// IPv4 address  RFC 4271 section 5.1.3, RFC 7606 section 7.3
inline constexpr Attribute kNextHop{3, kTransitive, Flaw::withdraw, of_size<4, Flaw::withdraw>};

}  // namespace uptake::bgp
