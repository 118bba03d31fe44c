#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint8 origin: IGP, EGP or INCOMPLETE  RFC 4271 section 5.1.1, RFC 7606 section 7.1
[[nodiscard]] inline Flaw read_origin(Bytes value, Attributes&) noexcept {
  return value.size() == 1 && value[0] <= 2 ? Flaw::none : Flaw::withdraw;
}
inline constexpr Attribute kOrigin{1, kTransitive, Flaw::withdraw, read_origin};

}  // namespace uptake::bgp
