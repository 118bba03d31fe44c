#include <array>

#include "dissectors/bgp/notification.h"
#include "policy/catalogue/bgp/judges.h"
#include "policy/catalogue/bgp/measures.h"
#include "policy/catalogue/bgp/standards.h"

namespace uptake {
namespace {

using namespace bgp;
using namespace standards;

Judgement tells_why(std::uint64_t v, const Profile&) noexcept {
  const NotificationBits n = NotificationBits::unpack(v);
  const bool may = n.code == kCease && (n.subcode == kAdministrativeShutdown || n.subcode == kAdministrativeReset);
  return may ? Judgement::pass_if(n.communication == Communication::said) : Judgement::not_applicable();
}

template <std::uint8_t kCode>
Judgement is_of(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(NotificationBits::unpack(v).code == kCode);
}

Judgement is_role_mismatch(std::uint64_t v, const Profile&) noexcept {
  const NotificationBits n = NotificationBits::unpack(v);
  return n.code == 2 ? Judgement::pass_if(n.subcode == 11) : Judgement::not_applicable();
}

constexpr std::string_view kHidden = "Nothing: a NOTIFICATION that could not be read stands under bgp.unread.";

constexpr Measure notification(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                               std::string_view passes) {
  return Measure{id, &standard, kNotifications, "bgp", kNotification, judge, question, passes, kHidden};
}

constexpr std::array kRows = {
    notification("bgp.shutdown_communication", kShutdown, tells_why,
                 "How many shutdowns of BGP sessions tell a reason in words?",
                 "The NOTIFICATION has a shutdown communication. Its words are counted, not kept.")
        .leaves_out("Other NOTIFICATIONs than administrative shutdown and reset."),
    notification("bgp.notification.header", kBgp, is_of<1>, "How many NOTIFICATIONs are for a message header?",
                 "Code 1: a message header in error.")
        .neutral(),
    notification("bgp.notification.open", kBgp, is_of<2>, "How many NOTIFICATIONs refuse an OPEN?",
                 "Code 2: an OPEN in error, or one that does not suit.")
        .neutral(),
    notification("bgp.notification.update", kBgp, is_of<3>, "How many NOTIFICATIONs are for an UPDATE?",
                 "Code 3: an UPDATE in error.")
        .neutral(),
    notification("bgp.notification.hold_timer", kBgp, is_of<4>, "How many NOTIFICATIONs end a silent session?",
                 "Code 4: the hold timer expired.")
        .neutral(),
    notification("bgp.notification.state", kBgp, is_of<5>, "How many NOTIFICATIONs are for a message out of turn?",
                 "Code 5: finite state machine error.")
        .neutral(),
    notification("bgp.notification.cease", kBgp, is_of<kCease>, "How many NOTIFICATIONs end a session on purpose?",
                 "Code 6: Cease.")
        .neutral(),
    notification("bgp.notification.refresh", kRouteRefresh, is_of<7>,
                 "How many NOTIFICATIONs are for a ROUTE-REFRESH?", "Code 7: a ROUTE-REFRESH in error.")
        .neutral(),
    notification("bgp.notification.role_mismatch", kBgpRoles, is_role_mismatch,
                 "How many refusals of an OPEN are for roles that do not fit?", "Code 2, subcode 11: Role Mismatch.")
        .low_is_good()
        .leaves_out("NOTIFICATIONs that refuse no OPEN."),
};

}  // namespace

std::span<const Measure> bgp_notification_measures() noexcept { return kRows; }

}  // namespace uptake
