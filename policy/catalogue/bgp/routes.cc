#include <array>

#include "policy/catalogue/bgp/judges.h"
#include "policy/catalogue/bgp/measures.h"
#include "policy/catalogue/bgp/standards.h"
#include "policy/correlate/routes/facts.h"

namespace uptake {
namespace {

using namespace bgp;
using namespace standards;

template <bool UpdateBits::*kFlag>
Judgement has(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(UpdateBits::unpack(v).*kFlag);
}

/// Of routes whose AS path could be read.
template <bool UpdateBits::*kFlag>
Judgement path_lacks(std::uint64_t v, const Profile&) noexcept {
  const UpdateBits u = UpdateBits::unpack(v);
  return u.path ? Judgement::pass_if(!(u.*kFlag)) : Judgement::unobservable(kAsOctets);
}

Judgement state_is_told(std::uint64_t v, const Profile&) noexcept {
  const UpdateBits u = UpdateBits::unpack(v);
  if (u.scope == Scope::unknown) return Judgement::unobservable(kNoOpen);
  if (u.scope == Scope::external) return Judgement::not_applicable();
  return Judgement::pass_if(u.origin_state != OriginState::absent && u.origin_state != OriginState::other);
}

template <OriginState kState>
Judgement state_is(std::uint64_t v, const Profile& profile) noexcept {
  const Judgement told = state_is_told(v, profile);
  if (is_fail(told)) return Judgement::not_applicable();
  if (told.outcome != Judgement::Outcome::pass) return told;
  return Judgement::pass_if(UpdateBits::unpack(v).origin_state == kState);
}

Judgement is_no_leak(std::uint64_t v, const Profile&) noexcept {
  const UpdateBits u = UpdateBits::unpack(v);
  return u.otc && u.has_role ? Judgement::pass_if(!u.leak) : Judgement::not_applicable();
}

constexpr std::string_view kHidden =
    "Nothing of the routes that were read; those in gaps of the capture stand under bgp.unread.";
constexpr std::string_view kPathHidden = "Routes whose AS path can be read with AS numbers of two and four octets.";
constexpr std::string_view kScopeHidden = "Routes of which neither OPEN nor LOCAL_PREF tells who is told.";
constexpr std::string_view kExternal = "Routes between different ASes.";

constexpr Measure route(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                        std::string_view passes, std::string_view hidden = kHidden) {
  return Measure{id, &standard, kRoutes, "routes", uptake::routes::kRoute, judge, question, passes, hidden}
      .from_join()
      .beware(
          "A route (one end, prefix and Path Identifier) counts once in each session, with what was announced for it "
          "in its first five seconds. One that is withdrawn, however soon, counts, and does not again when it comes "
          "back.");
}

constexpr std::array kRows = {
    route("bgp.route.ip6", kBgp, has<&UpdateBits::v6>, "How many routes are IPv6?", "The prefix is IPv6."),
    route("bgp.route.otc", kBgpRoles, has<&UpdateBits::otc>, "How many routes are marked Only to Customer?",
          "The attribute Only to Customer is there."),
    route("bgp.route.otc.kept", kBgpRoles, is_no_leak, "How many routes Only to Customer come from whom they may?",
          "From a provider, a route server, or a peer that marked them itself.",
          "Routes of sessions whose OPENs were not read: they have no known role.")
        .fails_if("From a customer, a route server's client, or a peer with another's mark: a leak.")
        .leaves_out("Routes without the mark, and sessions without roles."),
    route("bgp.route.no_as_set", kNoAsSet, path_lacks<&UpdateBits::as_set>, "How many routes are without AS_SET?",
          "Neither AS_SET nor AS_CONFED_SET is in the AS path.", kPathHidden),
    route("bgp.route.public_as", kReservedAs, path_lacks<&UpdateBits::reserved_as>,
          "How many routes have public AS numbers only?",
          "No AS number of the path is reserved, private or for documentation.", kPathHidden),
    route("bgp.route.validation_state", kOriginState, state_is_told,
          "How many routes inside an AS tell their validation state?", "A community tells one of the three states.",
          kScopeHidden)
        .leaves_out(kExternal),
    route("bgp.route.validation_state.valid", kOriginState, state_is<OriginState::valid>,
          "How many validation states are valid?", "The state told is valid.", kScopeHidden)
        .leaves_out("Routes that tell no state, and those between different ASes."),
    route("bgp.route.validation_state.invalid", kOriginState, state_is<OriginState::invalid>,
          "How many validation states are invalid?", "The state told is invalid.", kScopeHidden)
        .low_is_good()
        .leaves_out("Routes that tell no state, and those between different ASes."),
    route("bgp.route.community", kCommunities, has<&UpdateBits::communities>, "How many routes have communities?",
          "COMMUNITIES is there.")
        .neutral(),
    route("bgp.route.extended_community", kCommunities, has<&UpdateBits::extended>,
          "How many routes have extended communities?", "EXTENDED COMMUNITIES is there.")
        .neutral(),
    route("bgp.route.large_community", kCommunities, has<&UpdateBits::large>,
          "How many routes have large communities?", "LARGE_COMMUNITY is there."),
    route("bgp.route.blackhole", kBlackhole, has<&UpdateBits::blackhole>, "How many routes ask for a black hole?",
          "The community BLACKHOLE is there.")
        .neutral(),
    route("bgp.route.graceful_shutdown", kGracefulShutdown, has<&UpdateBits::graceful_shutdown>,
          "How many routes announce their end?", "The community GRACEFUL_SHUTDOWN is there.")
        .neutral(),
};

}  // namespace

std::span<const Measure> bgp_route_measures() noexcept { return kRows; }

}  // namespace uptake
