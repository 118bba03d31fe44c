#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// nothing  RFC 4271 section 5.1.6, RFC 7606 section 7.6
inline constexpr Attribute kAtomicAggregate{6, kTransitive, Flaw::discard, of_size<0, Flaw::discard>};

}  // namespace uptake::bgp
