#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace uptake::bgp {

/// Capability: the capability codes that a session keeps, as bit numbers of its sets; `kOther` stands for all others.
enum Capability : std::uint8_t {
  kMultiprotocol,
  kRouteRefresh,
  kOutboundFilter,
  kExtendedNextHop,
  kExtendedMessage,
  kBgpSec,
  kMultipleLabels,
  kRole,
  kGracefulRestart,
  kAs4,
  kDynamic,
  kMultisession,
  kAddPath,
  kEnhancedRefresh,
  kLongLivedRestart,
  kHostName,
  kSoftwareVersion,
  kPathsLimit,
  kCiscoRefresh,
  kOther,
  kCapabilityCount,
};
static_assert(kCapabilityCount <= 32);

/// Codes of the IANA registry "Capability Codes", in their order.
inline constexpr std::array<std::uint8_t, kOther> kCapabilityCodes = {1,  2,  3,  5,  6,  7,  8,  9,  64, 65,
                                                                      67, 68, 69, 70, 71, 73, 75, 76, 128};

[[nodiscard]] constexpr Capability capability_of(std::uint8_t code) noexcept {
  for (std::uint8_t i = 0; i < kOther; ++i)
    if (kCapabilityCodes[i] == code) return static_cast<Capability>(i);
  return kOther;
}

/// AddressFamily: the families that a session keeps, as bit numbers; `kOtherFamily` stands for all others.
enum AddressFamily : std::uint8_t {
  kIpv4Unicast,
  kIpv4Multicast,
  kIpv4Labelled,
  kIpv4Vpn,
  kIpv4FlowSpec,
  kIpv6Unicast,
  kIpv6Multicast,
  kIpv6Labelled,
  kIpv6Vpn,
  kIpv6FlowSpec,
  kEvpn,
  kLinkState,
  kOtherFamily,
  kFamilyCount,
};
static_assert(kFamilyCount <= 16);

/// FamilyRow: one family: its AFI and SAFI, and what events call it.
struct FamilyRow {
  std::uint16_t afi;
  std::uint8_t safi;
  std::string_view name;
};
inline constexpr std::array<FamilyRow, kOtherFamily> kFamilies = {{
    {1, 1, "ipv4-unicast"},
    {1, 2, "ipv4-multicast"},
    {1, 4, "ipv4-labelled-unicast"},
    {1, 128, "ipv4-vpn"},
    {1, 133, "ipv4-flowspec"},
    {2, 1, "ipv6-unicast"},
    {2, 2, "ipv6-multicast"},
    {2, 4, "ipv6-labelled-unicast"},
    {2, 128, "ipv6-vpn"},
    {2, 133, "ipv6-flowspec"},
    {25, 70, "evpn"},
    {16388, 71, "link-state"},
}};

[[nodiscard]] constexpr AddressFamily family_of(std::uint16_t afi, std::uint8_t safi) noexcept {
  for (std::uint8_t i = 0; i < kOtherFamily; ++i)
    if (kFamilies[i].afi == afi && kFamilies[i].safi == safi) return static_cast<AddressFamily>(i);
  return kOtherFamily;
}

}  // namespace uptake::bgp
