#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

/// Whether an AS number and an IPv4 address tell an AS: 0 is nobody's (RFC 7607 section 2).
[[nodiscard]] constexpr bool names_as(Bytes value) noexcept {
  Cursor at(value);
  return (value.size() == 8 ? at.u32() : at.u16()) != 0;
}

// AS number of two or four octets; IPv4 address  RFC 4271 section 5.1.7, RFC 7606 section 7.7
[[nodiscard]] inline Flaw read_aggregator(Bytes value, Attributes& into) noexcept {
  const bool two = value.size() == 6 && into.as_octets != Octets::four;
  const bool four = value.size() == 8 && into.as_octets != Octets::two;
  return (two || four) && names_as(value) ? Flaw::none : Flaw::discard;
}
inline constexpr Attribute kAggregator{7, kOptional | kTransitive, Flaw::discard, read_aggregator};

}  // namespace uptake::bgp
