#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint32  RFC 4271 section 5.1.5, RFC 7606 section 7.5
inline constexpr Attribute kLocalPref{5, kTransitive, Flaw::withdraw, of_size<4, Flaw::withdraw>, true};

}  // namespace uptake::bgp
