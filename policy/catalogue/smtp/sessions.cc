#include <array>

#include "policy/catalogue/smtp/judges.h"
#include "policy/catalogue/smtp/measures.h"
#include "policy/catalogue/smtp/standards.h"

namespace uptake {
namespace {

using smtp::Auth;
using smtp::in_tls;
using smtp::Mechanism;
using smtp::of_session;
using smtp::Service;
using smtp::session;
using smtp::SessionBits;

Judgement start_seen(const SessionBits& s) noexcept { return Judgement::pass_if(!smtp::is_midstream(s)); }
Judgement says_ehlo(const SessionBits& s) noexcept { return smtp::greets(s); }

Judgement implicit(const SessionBits& s) noexcept {
  const Judgement there = in_tls(s);
  if (is_fail(there)) return Judgement::not_applicable();
  return is_pass(there) ? Judgement::pass_if(s.implicit) : there;
}
/// Mail in clear text was seen; of a connection in TLS it is taken for granted.
Judgement mail_in_tls(const SessionBits& s) noexcept {
  if (s.messages > 0) return Judgement::fail();
  const Judgement there = in_tls(s);
  return is_fail(there) ? Judgement::not_applicable() : there;
}

bool is_submission(const SessionBits& s) noexcept {
  return s.service == Service::submission || s.service == Service::submissions;
}
Judgement submitted_in_tls(const SessionBits& s) noexcept {
  return is_submission(s) ? in_tls(s) : Judgement::not_applicable();
}
Judgement auth_in_tls(const SessionBits& s) noexcept {
  if (!is_submission(s)) return Judgement::not_applicable();
  if (s.auth != Auth::none) return Judgement::fail();
  const Judgement there = in_tls(s);
  return is_fail(there) ? Judgement::not_applicable() : there;
}
Judgement auth_withheld(const SessionBits& s) noexcept {
  if (s.service != Service::submission) return Judgement::not_applicable();
  const Judgement listed = smtp::lists(s);
  return is_pass(listed) ? Judgement::pass_if(!s.auth_offered) : listed;
}
Judgement auth_refused(const SessionBits& s) noexcept {
  if (s.auth == Auth::none) return Judgement::not_applicable();
  if (s.auth == Auth::tried) return Judgement::unobservable(smtp::reason_of(s));
  return Judgement::pass_if(s.auth == Auth::refused);
}
Judgement auth_keeps_password(const SessionBits& s) noexcept {
  if (s.auth == Auth::none) return Judgement::not_applicable();
  if (s.mechanism == Mechanism::none) return Judgement::unobservable(smtp::reason_of(s));
  if (s.mechanism == Mechanism::other) return Judgement::not_applicable();
  return Judgement::pass_if(s.mechanism == Mechanism::challenge);
}

using namespace standards;

constexpr std::string_view kLost =
    "Connections of which octets were lost or cut where TLS may have begun, or the end was not seen (unfinished). "
    "Those picked up behind the greeting are left out (smtp.start).";
constexpr std::string_view kTlsPasses = "TLS follows STARTTLS, or comes first at port 465.";
constexpr std::string_view kNoSubmission = "Connections to other ports than 587 and 465.";
constexpr std::string_view kNoAuth = "Connections in which nobody says AUTH in clear text.";

constexpr std::array kRows = {
    session(Unit::connections, "smtp.start", kSmtp, of_session<start_seen>,
            "How many connections of mail were seen from their start?",
            "The connection's start, a greeting, or a request for TLS was seen.",
            "Nothing: a connection that begins before the capture does fails."),
    session(
        Unit::connections, "smtp.ehlo", kSmtp, of_session<says_ehlo>,
        "How many clients greet with EHLO, and so can be offered extensions?",
        "The client says EHLO, and the server takes it.",
        "Connections of which the client was not heard (one_sided), or lost octets. Those picked up midstream are "
        "left out (smtp.start).")
        .fails_if("The client says HELO, or the server does not know EHLO (500, 502).")
        .leaves_out("Connections whose client greets with neither, or is itself refused; those that begin with TLS."),
    session(Unit::connections, "smtp.tls", kMailTls, of_session<in_tls>, "How many connections of mail use TLS?",
            kTlsPasses, kLost)
        .first_screen("mail connections in TLS", 1),
    session(Unit::servers, "smtp.tls", kMailTls, by_entity<of_session<in_tls>>,
            "How many mail servers are used over TLS?", "Every connection was in TLS; at best: one was.", kLost),
    session(Unit::connections, "smtp.tls.implicit", kMailTls, of_session<implicit>,
            "How many connections of mail in TLS begin with it?", "TLS comes first, at port 465.", kLost)
        .leaves_out("Connections in clear text.")
        .neutral(),
    session(Unit::connections, "smtp.tls.mail", kMailTls, of_session<mail_in_tls>,
            "How many connections that hand over mail do so in TLS?",
            "TLS begins; what is handed over in it nobody sees, so it counts for a mail.", kLost)
        .fails_if("A mail was handed over in clear text.")
        .leaves_out("Connections in clear text without a mail."),
    session(Unit::connections, "smtp.submission.tls", kMailTls, of_session<submitted_in_tls>,
            "How many connections that submit mail use TLS?", kTlsPasses, kLost)
        .leaves_out(kNoSubmission),
    session(Unit::connections, "smtp.submission.auth_under_tls", kMailAuth, of_session<auth_in_tls>,
            "How many clients that submit mail keep their credentials for TLS?",
            "TLS begins, and AUTH was not said before.", kLost)
        .fails_if("AUTH is said in clear text, taken or not.")
        .leaves_out("Connections to other ports than 587 and 465, and those in clear text without AUTH."),
    session(Unit::connections, "smtp.submission.auth_withheld", kMailAuth, of_session<auth_withheld>,
            "How many submission servers offer no AUTH in clear text?", "No line of the reply to EHLO says AUTH.")
        .leaves_out("Connections to other ports than 587, and those without a reply to EHLO."),
    session(Unit::connections, "smtp.auth.clear.refused", kMailAuth, of_session<auth_refused>,
            "How often is AUTH in clear text refused?", "The reply is negative.",
            "Connections of which the reply was not seen.")
        .leaves_out(kNoAuth),
    session(Unit::connections, "smtp.auth.clear.no_password", kMailAuth, of_session<auth_keeps_password>,
            "How often does AUTH in clear text give no password away?",
            "The mechanism answers a challenge: CRAM-MD5, SCRAM, DIGEST-MD5, NTLM, GSSAPI.",
            "Connections of which the client's AUTH was not seen.")
        .fails_if("PLAIN, LOGIN, or a bearer token.")
        .leaves_out("Connections in which nobody says AUTH in clear text, and mechanisms that are not known."),
};

}  // namespace

std::span<const Measure> smtp_session_measures() noexcept { return kRows; }

}  // namespace uptake
