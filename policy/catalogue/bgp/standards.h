#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kBgp{"bgp", "BGP-4", "RFC 4271, RFC 4760, RFC 5492, RFC 9072", Theme::routes};
inline constexpr Standard kBgpErrors{"bgp-errors", "Error handling of BGP", "RFC 7606, RFC 7607", Theme::routes};
inline constexpr Standard kBgpGuard{"bgp-guard", "Protected BGP sessions", "RFC 5925, RFC 2385", Theme::routes};
inline constexpr Standard kGtsm{"gtsm", "TTL security (GTSM)", "RFC 5082", Theme::routes};
inline constexpr Standard kBgpRoles{"bgp-roles", "BGP roles and Only to Customer", "RFC 9234", Theme::routes};
inline constexpr Standard kAs4{"as4", "AS numbers of four octets", "RFC 6793", Theme::routes};
inline constexpr Standard kAddPath{"add-path", "Several paths (ADD-PATH)", "RFC 7911", Theme::routes};
inline constexpr Standard kExtendedMessage{"bgp-extended-message", "Extended messages", "RFC 8654", Theme::routes};
inline constexpr Standard kGracefulRestart{"bgp-graceful-restart", "Graceful restart", "RFC 4724, RFC 9494",
                                           Theme::routes};
inline constexpr Standard kRouteRefresh{"bgp-route-refresh", "Route refresh", "RFC 2918, RFC 7313", Theme::routes};
inline constexpr Standard kExtendedNextHop{"bgp-extended-next-hop", "IPv4 routes with IPv6 next hops", "RFC 8950",
                                           Theme::routes};
inline constexpr Standard kBgpSec{"bgpsec", "BGPsec", "RFC 8205", Theme::routes};
inline constexpr Standard kShutdown{"bgp-shutdown", "Shutdown communication", "RFC 9003", Theme::routes};
inline constexpr Standard kCommunities{"bgp-communities", "Communities", "RFC 1997, RFC 4360, RFC 8092",
                                       Theme::routes};
inline constexpr Standard kOriginState{"origin-state", "Origin validation state community", "RFC 8097",
                                       Theme::routes};
inline constexpr Standard kNoAsSet{"no-as-set", "End of AS_SET", "RFC 9774", Theme::routes};
inline constexpr Standard kReservedAs{"reserved-as", "Reserved AS numbers", "RFC 6996, RFC 5398, RFC 7300",
                                      Theme::routes};
inline constexpr Standard kBlackhole{"blackhole", "BLACKHOLE community", "RFC 7999", Theme::routes};
inline constexpr Standard kGracefulShutdown{"graceful-shutdown", "Graceful BGP session shutdown", "RFC 8326",
                                            Theme::routes};

}  // namespace uptake::standards
