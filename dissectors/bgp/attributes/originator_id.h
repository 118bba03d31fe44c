#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint32  RFC 4456 section 8, RFC 7606 section 7.9
inline constexpr Attribute kOriginatorId{9, kOptional, Flaw::withdraw, of_size<4, Flaw::withdraw>, true};

}  // namespace uptake::bgp
