#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kIpv6{"ipv6", "IPv6", "RFC 8200", Theme::modern_address};
inline constexpr Standard kIpv4{"ipv4", "IPv4", "RFC 791", Theme::modern_address};
inline constexpr Standard kSixInFour{"6in4", "IPv6 in IPv4 tunnels", "RFC 4213", Theme::modern_address};
inline constexpr Standard kIpv6InTunnels{"6-in-tunnel", "IPv6 in GRE or L2TP over IPv4", "RFC 7676, RFC 5571",
                                         Theme::modern_address};
inline constexpr Standard kSixToFour{"6to4", "6to4", "RFC 3056, RFC 7526", Theme::modern_address};
inline constexpr Standard kTeredo{"teredo", "Teredo", "RFC 4380", Theme::modern_address};
inline constexpr Standard kNat64{"nat64", "NAT64", "RFC 6146, RFC 6052", Theme::modern_address};
inline constexpr Standard kIpv6Privacy{"ipv6-privacy", "IPv6 address privacy", "RFC 8981, RFC 8064, RFC 7217",
                                       Theme::modern_address};

}  // namespace uptake::standards
