#include <array>

#include "policy/catalogue/smtp/judges.h"
#include "policy/catalogue/smtp/measures.h"
#include "policy/catalogue/smtp/standards.h"

namespace uptake {
namespace {

using smtp::session;
using smtp::SessionBits;

template <bool SessionBits::*kOffered>
Judgement offers(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement listed = smtp::lists(s);
  return is_pass(listed) ? Judgement::pass_if(s.*kOffered) : listed;
}

using namespace standards;

constexpr Measure offered(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                          std::string_view passes) {
  return session(Unit::connections, id, standard, judge, question, passes)
      .leaves_out(smtp::kNoEhlo)
      .beware("What is offered in clear text: behind STARTTLS the list is another, and hidden.");
}

constexpr std::array kRows = {
    offered("smtp.smtputf8.offered", kSmtpUtf8, offers<&SessionBits::smtputf8>,
            "How many servers' replies to EHLO offer addresses that are not ASCII?",
            "A line of the reply to EHLO says SMTPUTF8."),
    session(Unit::servers, "smtp.smtputf8.offered", kSmtpUtf8, by_entity<offers<&SessionBits::smtputf8>>,
            "How many mail servers take addresses that are not ASCII?",
            "Every reply to EHLO says SMTPUTF8; at best: one does."),
    offered("smtp.8bitmime.offered", kEightBitMime, offers<&SessionBits::eight_bit>,
            "How many servers' replies to EHLO offer bodies of eight bits?",
            "A line of the reply to EHLO says 8BITMIME."),
    offered("smtp.requiretls.offered", kRequireTls, offers<&SessionBits::require_tls>,
            "How many servers' replies to EHLO in clear text offer REQUIRETLS?",
            "A line of the reply to EHLO says REQUIRETLS, which has a meaning in TLS alone.")
        .neutral(),
    offered("smtp.dsn.offered", kDsn, offers<&SessionBits::dsn>,
            "How many servers' replies to EHLO offer delivery status notifications?",
            "A line of the reply to EHLO says DSN."),
};

}  // namespace

std::span<const Measure> smtp_extension_measures() noexcept { return kRows; }

}  // namespace uptake
