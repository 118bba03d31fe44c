#include "policy/catalogue/rov/area.h"

#include <array>

#include "policy/catalogue/bgp/standards.h"
#include "policy/catalogue/bgp/words.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/rov/standards.h"
#include "policy/catalogue/rov/words.h"
#include "policy/correlate/routes/facts.h"
#include "policy/correlate/routes/rov/facts.h"
#include "policy/events/rov.h"

namespace uptake {
namespace {

using bgp::OriginState;
using bgp::UpdateBits;
using rov::Validity;

// --- judges ---

/// Why a route has no verdict.
Reason reason_of(Validity validity) noexcept {
  if (validity == Validity::limit) return Reason::limit;
  if (validity == Validity::disputed) return rov::kDisputed;
  return validity == Validity::no_origin ? rov::kNoOrigin : rov::kNoTable;
}

template <bool (*kPasses)(Validity)>
Judgement among_judged(std::uint64_t v, const Profile&) noexcept {
  const Validity validity = rov::validity_of(v);
  return rov::is_judged(validity) ? Judgement::pass_if(kPasses(validity))
                                  : Judgement::unobservable(reason_of(validity));
}
template <Validity kValidity>
constexpr bool is(Validity validity) noexcept {
  return validity == kValidity;
}
constexpr bool is_covered(Validity validity) noexcept { return validity != Validity::not_found; }

/// Whether the state that a community tells is the one that the VRPs give.
Judgement agrees(std::uint64_t v, const Profile& profile) noexcept {
  const OriginState told = UpdateBits::unpack(v).origin_state;
  if (told == OriginState::absent || told == OriginState::other) return Judgement::not_applicable();
  if (told == OriginState::valid) return among_judged<is<Validity::valid>>(v, profile);
  if (told == OriginState::invalid) return among_judged<rov::is_invalid>(v, profile);
  return among_judged<is<Validity::not_found>>(v, profile);
}

// --- rows ---

using namespace standards;

constexpr std::string_view kHidden =
    "Routes for which no table of VRPs was seen from its Reset Query to its End of Data, or not all that came behind "
    "it, or that came before it changed and could be read only then (no_table): also where routers ask over TLS or "
    "SSH, or asked before this capture. Routes whose AS path cannot be read, or that the sender's own AS originates "
    "(no_origin). Routes of receivers whose table was not seen, where caches disagree, and of those that may or may "
    "not still hold what a session told them that ended, where that makes a difference (disputed). Tables with more "
    "VRPs than there is room for (limit).";
constexpr std::string_view kTrap =
    "A route is judged by the VRPs that its receiver held when it came, those of all its caches together (RFC 8210), "
    "where the receiver asks its caches by the same address, else by what each cache told some router here last; "
    "never again when the VRPs change. What the receiver does with the route is not seen.";

constexpr Measure route(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                        std::string_view passes) noexcept {
  return Measure{id, &standard, bgp::kRoutes, "routes", routes::kRoute, judge, question, passes, kHidden}
      .from_join()
      .beware(kTrap);
}

constexpr std::array kRows = {
    route("rov.valid", kRov, among_judged<is<Validity::valid>>, "How many routes have a valid origin?",
          "A VRP covers the prefix, has the AS that originates it, and allows its length."),
    route("rov.invalid", kRov, among_judged<rov::is_invalid>, "How many routes have an invalid origin?",
          "VRPs cover the prefix, and none has both its origin and its length.")
        .low_is_good(),
    route("rov.not_found", kRov, among_judged<is<Validity::not_found>>, "Of how many routes do VRPs say nothing?",
          "No VRP covers the prefix.")
        .low_is_good(),
    route("rov.covered", kRov, among_judged<is_covered>, "How many routes do VRPs say something of?",
          "A VRP covers the prefix."),
    route("rov.invalid.length", kRov, among_judged<is<Validity::invalid_length>>,
          "How many routes are invalid by their length alone?",
          "A VRP that covers the prefix has its origin, but none allows the length.")
        .low_is_good(),
    route("rov.invalid.origin", kRov, among_judged<is<Validity::invalid_origin>>,
          "How many routes are invalid by their origin?",
          "VRPs cover the prefix, and none has its origin: it is another's, of AS 0, or ends in an AS_SET.")
        .low_is_good(),
    route("rov.state.agrees", kOriginState, agrees, "How many validation states are what the VRPs seen here say?",
          "The state that the community of RFC 8097 tells is the one by these VRPs.")
        .leaves_out("Routes that tell no state."),
};

}  // namespace

Area rov_area() { return {.name = "rov", .measures = kRows, .words = rov::kWords, .events = rov_events()}; }

}  // namespace uptake
