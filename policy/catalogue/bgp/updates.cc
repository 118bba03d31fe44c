#include <array>

#include "policy/catalogue/bgp/judges.h"
#include "policy/catalogue/bgp/measures.h"
#include "policy/catalogue/bgp/standards.h"

namespace uptake {
namespace {

using namespace bgp;
using namespace standards;

template <bool (*kPasses)(const UpdateBits&)>
Judgement of_update(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(kPasses(UpdateBits::unpack(v)));
}

bool is_sound(const UpdateBits& u) { return !u.withdrawn && !u.discarded && !u.broken_routes; }
bool keeps_routes(const UpdateBits& u) { return !u.withdrawn && !u.broken_routes; }
bool is_unicast(const UpdateBits& u) { return !u.other_family; }

Judgement octets_known(std::uint64_t v, const Profile&) noexcept {
  const UpdateBits u = UpdateBits::unpack(v);
  if (!u.announces || u.withdrawn) return Judgement::not_applicable();
  return u.path ? Judgement::pass() : Judgement::unobservable(kAsOctets);
}

constexpr std::string_view kHidden = "Nothing: UPDATEs that could not be read stand under bgp.unread.";

constexpr Measure update(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                         std::string_view passes, std::string_view hidden = kHidden) {
  return Measure{id, &standard, kUpdates, "bgp", kUpdate, judge, question, passes, hidden};
}

constexpr std::array kRows = {
    update("bgp.update.sound", kBgpErrors, of_update<is_sound>, "How many UPDATEs are without fault?",
           "No attribute and no list of prefixes breaks its rules."),
    update("bgp.update.routes_kept", kBgpErrors, of_update<keeps_routes>,
           "How many UPDATEs have no fault that costs their routes?",
           "No fault for which RFC 7606 treats the routes as withdrawn, or ends the session."),
    update("bgp.update.unicast", kBgp, of_update<is_unicast>, "How many UPDATEs have routes that are read?",
           "Their routes are IPv4 or IPv6 unicast.")
        .neutral()
        .fails_if("Routes of another family, which are not read: VPNs, labels, EVPN, flow specifications."),
    update("bgp.update.path_read", kAs4, octets_known, "How many AS paths of UPDATEs can be read?",
           "Both OPENs told how long AS numbers are, or only one length makes the path whole.",
           "Paths that can be read with AS numbers of two and of four octets, and no OPEN told which.")
        .neutral()
        .leaves_out("UPDATEs that announce nothing, and those with a fault that costs their routes."),
};

}  // namespace

std::span<const Measure> bgp_update_measures() noexcept { return kRows; }

}  // namespace uptake
