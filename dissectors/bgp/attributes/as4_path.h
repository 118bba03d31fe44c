#pragma once

#include "dissectors/bgp/attributes/as_path.h"

namespace uptake::bgp {

// As AS_PATH with four octets, from speakers of two  RFC 6793 section 3; broken, or with AS 0, it goes: section 6,
// RFC 7607 section 2
[[nodiscard]] inline Flaw read_as4_path(Bytes value, Attributes& into) noexcept {
  if (!fits(value, Octets::four) || has_as_zero(value, Octets::four)) return Flaw::discard;
  into.as4_path = value;
  return Flaw::none;
}
inline constexpr Attribute kAs4Path{17, kOptional | kTransitive, Flaw::discard, read_as4_path};

}  // namespace uptake::bgp
