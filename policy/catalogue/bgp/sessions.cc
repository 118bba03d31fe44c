#include <array>

#include "policy/catalogue/bgp/judges.h"
#include "policy/catalogue/bgp/measures.h"
#include "policy/catalogue/bgp/standards.h"

namespace uptake {
namespace {

using namespace bgp;
using namespace standards;

Judgement is_established(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  if (s.established) return Judgement::pass();
  if (s.collided) return Judgement::not_applicable();
  const bool opened = s.refused || s.sight == Sight::both;
  if (!opened) return Judgement::unobservable(reason_of(s.sight));
  if (s.why == Ending::closed) return Judgement::fail();
  return Judgement::unobservable(reason_of(s.why, Reason::unfinished));
}

Judgement over_v6(const SessionBits& s) { return Judgement::pass_if(s.v6); }

template <Guard... kGuards>
Judgement is_guarded(const SessionBits& s) {
  if (s.guard == Guard::unknown) return Judgement::unobservable(kOneEnd);
  return Judgement::pass_if(((s.guard == kGuards) || ...));
}

Judgement sends_most_ttl(const SessionBits& s) {
  if (s.ttl == Ttl::unknown) return Judgement::unobservable(kOneEnd);
  return Judgement::pass_if(s.ttl == Ttl::most);
}

Judgement roles_fit(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  if (s.sight != Sight::both) return Judgement::unobservable(reason_of(s.sight));
  if (s.roles == RoleFit::unknown) return Judgement::not_applicable();
  return Judgement::pass_if(s.roles == RoleFit::fits);
}

constexpr std::string_view kSegmentsHidden = "Sessions of which the capture shows the messages of one end only.";

constexpr std::array kRows = {
    session(
        "bgp.session.established", kBgp, is_established, "How many BGP sessions are established?",
        "Both ends accepted the other's OPEN, or an UPDATE was sent.",
        "Sessions of which one OPEN was seen and no answer (no_answer), those that lost messages or were not seen "
        "to their end (unfinished), and those of which no message could be read.")
        .leaves_out("The connection that is given up when both ends opened one (RFC 4271 section 6.8).")
        .fails_if("A NOTIFICATION, or the end of the connection, came before."),
    session("bgp.session.ip6", kBgp, among_established<over_v6>, "How many BGP sessions run over IPv6?",
            "The TCP connection is one over IPv6.", "Nothing."),
    session("bgp.session.guarded", kBgpGuard, among_established<is_guarded<Guard::md5, Guard::ao>>,
            "How many BGP sessions carry keyed digests?", "The segments of both ends carry TCP-AO or TCP MD5.",
            kSegmentsHidden)
        .beware("IPsec hides the session altogether, and is not counted."),
    session("bgp.session.ao", kBgpGuard, among_established<is_guarded<Guard::ao>>,
            "How many BGP sessions use TCP-AO?", "The segments of both ends carry TCP-AO.", kSegmentsHidden),
    session("bgp.session.md5", kBgpGuard, among_established<is_guarded<Guard::md5>>,
            "How many BGP sessions use TCP MD5?", "The segments of both ends carry TCP MD5, which TCP-AO replaces.",
            kSegmentsHidden)
        .neutral(),
    session("bgp.session.gtsm", kGtsm, among_established<sends_most_ttl>, "How many BGP sessions use TTL security?",
            "Both ends send with TTL or Hop Limit 255.", kSegmentsHidden)
        .beware("A tap behind a router sees 254 or less: then no session passes."),
    session("bgp.role.fit", kBgpRoles, roles_fit, "How many pairs of BGP roles fit each other?",
            "Provider and customer, route server and client, or two peers.",
            "Sessions of which one OPEN, or none, was read.")
        .fails_if("Roles that do not fit: the session must not be established.")
        .leaves_out("Sessions in which one end, or both, tells no role."),
    Measure{"bgp.unread", &kBgp, kSessions, "bgp", kUnreadable, unread,
            "How often could a BGP session not be read on?",
            "Nothing can pass: each is a place at which messages of a session are missing from all figures.",
            "All of them, by reason: cut by the capture, malformed, out of bounds, or a gap. Reading goes on at the "
            "next marker."},
};

}  // namespace

std::span<const Measure> bgp_session_measures() noexcept { return kRows; }

}  // namespace uptake
