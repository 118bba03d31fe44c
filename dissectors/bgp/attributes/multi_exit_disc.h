#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint32  RFC 4271 section 5.1.4, RFC 7606 section 7.4
inline constexpr Attribute kMultiExitDisc{4, kOptional, Flaw::withdraw, of_size<4, Flaw::withdraw>};

}  // namespace uptake::bgp
