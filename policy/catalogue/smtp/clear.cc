#include <array>

#include "policy/catalogue/in_clear.h"
#include "policy/catalogue/smtp/judges.h"
#include "policy/catalogue/smtp/measures.h"
#include "policy/catalogue/smtp/standards.h"

namespace uptake {
namespace {

using smtp::of_session;
using smtp::Request;
using smtp::session;
using smtp::SessionBits;

/// A client that says HELO asks for no list: TLS is not used, whether it is offered or not.
InClear cause_of(const SessionBits& s) noexcept {
  if (s.request == Request::none && is_fail(smtp::greets(s))) return InClear::not_used;
  return in_clear(s.starttls, s.request);
}
template <InClear kWhy>
Judgement clear_by(const SessionBits& s) noexcept {
  const Judgement there = smtp::in_tls(s);
  if (is_pass(there)) return Judgement::fail();
  if (!is_fail(there)) return there;
  const Judgement listed = smtp::lists(s);
  if (s.request == Request::none && listed.outcome == Judgement::Outcome::unobservable) return listed;
  return Judgement::pass_if(cause_of(s) == kWhy);
}

constexpr Measure clear(std::string_view id, Judge judge, std::string_view question,
                        std::string_view passes) noexcept {
  return session(Unit::connections, id, standards::kMailTls, judge, question, passes,
                 "As of smtp.tls; and connections without TLS of which the reply to EHLO was not seen.")
      .fails_if("The connection is in TLS, or is not for another reason.")
      .low_is_good();
}

constexpr std::array kRows = {
    clear("smtp.tls.not_offered", of_session<clear_by<InClear::not_offered>>,
          "How many connections of mail are in clear text because the server offers no TLS?",
          "No line of the reply to EHLO says STARTTLS, and the client does not ask.")
        .beware("An offer that was taken out on the way without a trace looks the same."),
    clear("smtp.tls.masked", of_session<clear_by<InClear::masked>>,
          "How many connections of mail are in clear text because the offer of TLS is masked?",
          "The word is masked (XXXXXXXA), or the banner is (220 ****) and the word missing.")
        .beware("The mask is often that of the receiver's own firewall."),
    clear("smtp.tls.not_used", of_session<clear_by<InClear::not_used>>,
          "How many connections of mail are in clear text because the sender does not ask for TLS?",
          "STARTTLS is offered and not asked for, or the client says HELO, which asks for no offers."),
    clear("smtp.tls.refused", of_session<clear_by<InClear::refused>>,
          "How many connections of mail are in clear text because the server refuses TLS?",
          "The reply to STARTTLS is negative."),
};

}  // namespace

std::span<const Measure> smtp_clear_measures() noexcept { return kRows; }

}  // namespace uptake
