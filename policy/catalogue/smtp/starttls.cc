#include <array>

#include "policy/catalogue/smtp/judges.h"
#include "policy/catalogue/smtp/measures.h"
#include "policy/catalogue/smtp/standards.h"

namespace uptake {
namespace {

using smtp::of_session;
using smtp::Offer;
using smtp::Request;
using smtp::session;
using smtp::SessionBits;

Judgement offered(const SessionBits& s) noexcept {
  const Judgement listed = smtp::lists(s);
  return is_pass(listed) ? Judgement::pass_if(s.starttls == Offer::offered) : listed;
}
/// TLS that began was offered, though the offer may not be in the capture.
Judgement used(const SessionBits& s) noexcept {
  const Judgement there = offered(s);
  if (there.outcome == Judgement::Outcome::ignored) return there;
  if (s.request == Request::begun && s.starttls != Offer::absent) return Judgement::pass();
  if (is_fail(there)) return Judgement::not_applicable();
  if (!is_pass(there)) return there;
  return s.is_heard() ? Judgement::fail() : Judgement::unobservable(smtp::reason_of(s));
}
/// Of the offers: whether one is not used because nobody asks, or because the server refuses.
template <bool kAsked>
Judgement unused(const SessionBits& s) noexcept {
  const Judgement there = used(s);
  if (is_pass(there)) return Judgement::fail();
  if (!is_fail(there)) return there;
  if (!kAsked) return Judgement::pass_if(s.request == Request::none);
  return Judgement::pass_if(s.request == Request::refused || s.request == Request::refused_for_now);
}
/// Whether TLS was asked for: pass when it was.
Judgement requested(const SessionBits& s) noexcept {
  if (smtp::is_midstream(s)) return Judgement::ignored();
  if (s.request != Request::none) return Judgement::pass();
  if (s.implicit || s.is_heard()) return Judgement::not_applicable();
  return Judgement::unobservable(smtp::reason_of(s));
}
Judgement accepted(const SessionBits& s) noexcept {
  const Judgement asked = requested(s);
  if (!is_pass(asked)) return asked;
  if (s.request == Request::unanswered) return Judgement::unobservable(smtp::reason_of(s));
  return Judgement::pass_if(s.request == Request::accepted || s.request == Request::begun);
}
Judgement begun(const SessionBits& s) noexcept {
  const Judgement there = accepted(s);
  if (is_fail(there)) return Judgement::not_applicable();
  if (!is_pass(there)) return there;
  if (s.request == Request::begun) return Judgement::pass();
  return s.is_heard() ? Judgement::fail() : Judgement::unobservable(smtp::reason_of(s));
}
Judgement refused_for_now(const SessionBits& s) noexcept {
  const Judgement there = accepted(s);
  if (is_pass(there)) return Judgement::not_applicable();
  if (!is_fail(there)) return there;
  return Judgement::pass_if(s.request == Request::refused_for_now);
}
Judgement unmasked(const SessionBits& s) noexcept {
  const Judgement there = offered(s);
  if (!is_fail(there)) return there;
  return s.starttls == Offer::masked ? Judgement::fail() : Judgement::unobservable(smtp::kMayBeTakenOut);
}
Judgement clean(const SessionBits& s) noexcept {
  if (smtp::is_midstream(s)) return Judgement::ignored();
  if (s.request != Request::begun) return Judgement::not_applicable();
  if (s.reply_injected) return Judgement::fail();
  // Behind a hole a command may stand in front of the request, or behind one that was refused.
  const bool heard = s.client_seen && s.server_seen && !s.client_lost && !s.server_lost;
  return heard ? Judgement::pass_if(!s.command_injected) : Judgement::unobservable(smtp::reason_of(s));
}

using namespace standards;

constexpr std::string_view kOfferPasses = "A line of the reply to EHLO says STARTTLS.";
constexpr std::string_view kNoOffer =
    "Connections in which STARTTLS is not offered, or is masked, and those that begin with TLS.";
constexpr std::string_view kNotAsked = "Connections in which STARTTLS is not said.";

constexpr std::array kRows = {
    session(Unit::connections, "smtp.starttls.offered", kStarttls, of_session<offered>,
            "How many servers' replies to EHLO offer STARTTLS?", kOfferPasses)
        .leaves_out(smtp::kNoEhlo),
    session(Unit::servers, "smtp.starttls.offered", kStarttls, by_entity<of_session<offered>>,
            "How many mail servers offer STARTTLS?", "Every reply to EHLO did; at best: one did."),
    session(Unit::connections, "smtp.starttls.used", kStarttls, of_session<used>,
            "How many connections use STARTTLS where it is offered?", "TLS follows in the same connection.")
        .fails_if("STARTTLS is offered, and not asked for, refused, or nothing of TLS follows it.")
        .leaves_out(kNoOffer)
        .first_screen("STARTTLS used if offered", 2),
    session(Unit::connections, "smtp.starttls.not_asked", kStarttls, of_session<unused<false>>,
            "How many offers of STARTTLS does the sender leave?", "STARTTLS is offered, and the client does not ask.")
        .fails_if("TLS follows, or the client asks for it.")
        .leaves_out(kNoOffer)
        .low_is_good(),
    session(Unit::connections, "smtp.starttls.refused", kStarttls, of_session<unused<true>>,
            "How many offers of STARTTLS does the server take back?",
            "STARTTLS is offered, and the reply to it is negative.")
        .fails_if("TLS follows, the client does not ask for it, or nothing comes of it.")
        .leaves_out(kNoOffer)
        .low_is_good(),
    session(Unit::connections, "smtp.starttls.accepted", kStarttls, of_session<accepted>,
            "How many requests for STARTTLS are accepted?",
            "The reply is positive, or TLS follows where the reply is not in the capture.")
        .leaves_out(kNotAsked),
    session(Unit::connections, "smtp.starttls.refused_for_now", kStarttls, of_session<refused_for_now>,
            "How many refusals of STARTTLS are for the time being?", "The reply is 4yz, as a rule 454.")
        .fails_if("The reply is 5yz.")
        .leaves_out("Connections in which STARTTLS is not said, or is accepted.")
        .neutral(),
    session(
        Unit::connections, "smtp.starttls.begun", kStarttls, of_session<begun>,
        "How many accepted requests for STARTTLS are followed by TLS?",
        "A TLS record, or a ClientHello of SSL 2.0, comes next; smtp.starttls.established says what became of it.")
        .leaves_out("Connections in which STARTTLS is not said, or is refused."),
    session(Unit::connections, "smtp.starttls.unmasked", kStarttls, of_session<unmasked>,
            "How many offers of STARTTLS arrive unmasked?", kOfferPasses,
            "Where neither STARTTLS nor a mask is seen nobody can tell whether it was taken out (may_be_taken_out); "
            "connections of which the reply was lost or cut, or came another way (one_sided).")
        .fails_if("The word is masked (XXXXXXXA), or the banner is (220 ****) and the word missing.")
        .leaves_out(smtp::kNoEhlo)
        .beware("The mask is often that of the receiver's own firewall."),
    session(Unit::connections, "smtp.starttls.clean", kStarttls, of_session<clean>,
            "How many uses of STARTTLS carry no clear text in front of TLS?",
            "Behind STARTTLS, and behind the reply to it, TLS comes next.",
            "Connections of which a side was not heard (one_sided), or lost octets.")
        .fails_if("A command behind STARTTLS, or a reply behind the one that accepts it: text that an end may take "
                  "for said in TLS.")
        .leaves_out("Connections in which TLS does not follow STARTTLS."),
};

}  // namespace

std::span<const Measure> smtp_starttls_measures() noexcept { return kRows; }

}  // namespace uptake
