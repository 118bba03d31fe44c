#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint16 AFI; uint8 SAFI; withdrawn routes  RFC 4760 section 4, RFC 7606 section 7.12
[[nodiscard]] inline Flaw read_mp_unreach_nlri(Bytes value, Attributes& into) noexcept {
  Cursor at(value);
  const std::uint16_t afi = at.u16();
  const std::uint8_t safi = at.u8();
  if (at.failed()) return Flaw::reset;
  into.unreach = {afi, safi, true, at.rest()};
  return Flaw::none;
}
inline constexpr Attribute kMpUnreachNlri{15, kOptional, Flaw::reset, read_mp_unreach_nlri};

}  // namespace uptake::bgp
