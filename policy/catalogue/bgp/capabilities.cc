#include "dissectors/bgp/capabilities.h"

#include <array>

#include "policy/catalogue/bgp/judges.h"
#include "policy/catalogue/bgp/measures.h"
#include "policy/catalogue/bgp/standards.h"

namespace uptake {
namespace {

using namespace bgp;

template <Capability kWhich>
bool both_list(const SessionBits& s) {
  return (s.capabilities >> kWhich & 1) != 0;
}
bool both_list_ip6(const SessionBits& s) { return s.ip6; }
bool capabilities_are_sound(const SessionBits& s) { return !s.broken_capability; }

constexpr std::string_view kPasses = "Both OPENs list the capability.";

template <Capability kWhich>
constexpr Measure capability(std::string_view id, const Standard& standard, std::string_view question) {
  return session(id, standard, among_opened<both_list<kWhich>>, question, kPasses);
}

constexpr std::array kRows = {
    capability<kMultiprotocol>("bgp.capability.multiprotocol", standards::kBgp,
                               "How many BGP sessions negotiate address families?"),
    session("bgp.capability.ip6", standards::kBgp, among_opened<both_list_ip6>,
            "How many BGP sessions carry IPv6 routes?", "Both OPENs list IPv6 unicast."),
    capability<kAs4>("bgp.capability.as4", standards::kAs4, "How many BGP sessions have AS numbers of four octets?"),
    capability<kRole>("bgp.capability.role", standards::kBgpRoles, "How many BGP sessions have roles?")
        .first_screen("BGP sessions with roles", 2),
    capability<kAddPath>("bgp.capability.add_path", standards::kAddPath,
                         "How many BGP sessions negotiate several paths?"),
    capability<kExtendedMessage>("bgp.capability.extended_message", standards::kExtendedMessage,
                                 "How many BGP sessions may have messages of 65,535 octets?"),
    capability<kGracefulRestart>("bgp.capability.graceful_restart", standards::kGracefulRestart,
                                 "How many BGP sessions have graceful restart?"),
    capability<kLongLivedRestart>("bgp.capability.long_lived_graceful_restart", standards::kGracefulRestart,
                                  "How many BGP sessions have long-lived graceful restart?"),
    capability<kRouteRefresh>("bgp.capability.route_refresh", standards::kRouteRefresh,
                              "How many BGP sessions have route refresh?"),
    capability<kEnhancedRefresh>("bgp.capability.enhanced_refresh", standards::kRouteRefresh,
                                 "How many BGP sessions have enhanced route refresh?"),
    capability<kExtendedNextHop>("bgp.capability.extended_next_hop", standards::kExtendedNextHop,
                                 "How many BGP sessions may route IPv4 over IPv6 next hops?"),
    capability<kBgpSec>("bgp.capability.bgpsec", standards::kBgpSec, "How many BGP sessions have BGPsec?"),
    session("bgp.capability.sound", standards::kBgp, among_opened<capabilities_are_sound>,
            "How many BGP sessions have capabilities without fault?",
            "No capability of either OPEN breaks its bounds or its own format. What does is skipped."),
};

}  // namespace

std::span<const Measure> bgp_capability_measures() noexcept { return kRows; }

}  // namespace uptake
