#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

/// Flow specifications have no next hop (RFC 8955 section 4).
[[nodiscard]] constexpr bool is_flow_specification(std::uint8_t safi) noexcept { return safi == 133 || safi == 134; }

// uint16 AFI; uint8 SAFI; uint8 length; next hop; uint8 reserved; NLRI  RFC 4760 section 3, RFC 7606 section 7.11
[[nodiscard]] inline Flaw read_mp_reach_nlri(Bytes value, Attributes& into) noexcept {
  Cursor at(value);
  const std::uint16_t afi = at.u16();
  const std::uint8_t safi = at.u8();
  const Bytes next_hop = at.bytes(at.u8());
  at.skip(1);
  if (at.failed() || (next_hop.empty() && !is_flow_specification(safi))) return Flaw::reset;
  into.reach = {afi, safi, true, at.rest()};
  return Flaw::none;
}
inline constexpr Attribute kMpReachNlri{14, kOptional, Flaw::reset, read_mp_reach_nlri};

}  // namespace uptake::bgp
