#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint8 type; uint8 subtype; 6 octets; ...  RFC 4360 section 2, RFC 7606 section 7.14
[[nodiscard]] inline Flaw read_extended_communities(Bytes value, Attributes& into) noexcept {
  if (value.empty() || value.size() % 8 != 0) return Flaw::withdraw;
  into.extended = value;
  return Flaw::none;
}
inline constexpr Attribute kExtendedCommunities{16, kOptional | kTransitive, Flaw::withdraw,
                                                read_extended_communities};

/// The validation state among extended communities: type 0x43, subtype 0, 5 octets, uint8 state (RFC 8097 section 2).
[[nodiscard]] constexpr OriginState origin_state_of(Bytes extended) noexcept {
  for (Cursor at(extended); !at.empty();) {
    const std::uint16_t type = at.u16();
    at.skip(5);
    const std::uint8_t state = at.u8();
    if (type != 0x4300) continue;
    return state <= 2 ? static_cast<OriginState>(static_cast<unsigned>(OriginState::valid) + state)
                      : OriginState::other;
  }
  return OriginState::absent;
}

}  // namespace uptake::bgp
