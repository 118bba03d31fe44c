#include "policy/catalogue/mailbox/measures.h"

#include <array>

#include "dissectors/mailbox/facts.h"
#include "policy/catalogue/in_clear.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/mailbox/standards.h"
#include "policy/catalogue/mailbox/words.h"

namespace uptake {
namespace {

using mailbox::Login;
using mailbox::Offer;
using mailbox::Request;
using mailbox::SessionBits;

/// Why something of a connection was not seen.
Reason reason_of(const SessionBits& s) noexcept {
  if (!s.client_seen || !s.server_seen) return reason_of(s.why, mailbox::kOneSided, mailbox::kOneSided);
  return reason_of(s.why, mailbox::kUnanswered);
}

/// Its start was not seen, nor anything that tells: mailbox.start counts it, and no other row.
bool is_midstream(const SessionBits& s) noexcept {
  const bool tells = s.starttls != Offer::unseen || s.request != Request::none || s.login != Login::none;
  return !s.started && !tells && !s.implicit;
}
/// One side at least was heard to its end, so that whether TLS began is known.
bool is_heard(const SessionBits& s) noexcept {
  return (s.client_seen && !s.client_lost) || (s.server_seen && !s.server_lost);
}

Judgement start_seen(const SessionBits& s) noexcept { return Judgement::pass_if(!is_midstream(s)); }
Judgement in_tls(const SessionBits& s) noexcept {
  if (is_midstream(s)) return Judgement::ignored();
  if (s.implicit || s.request == Request::begun) return Judgement::pass();
  return is_heard(s) ? Judgement::fail() : Judgement::unobservable(reason_of(s));
}
/// Whether the server's list was read: pass when it was.
Judgement lists(const SessionBits& s) noexcept {
  if (is_midstream(s)) return Judgement::ignored();
  if (s.implicit) return Judgement::not_applicable();
  if (s.starttls != Offer::unseen) return Judgement::pass();
  const bool whole = s.client_seen && s.server_seen && (s.why == Ending::closed || s.why == Ending::unfinished);
  return Judgement::unobservable(whole ? Reason::not_asked : reason_of(s));
}
/// A client that asks for no list may not know of the offer: nobody can tell.
template <InClear kWhy>
Judgement clear_by(const SessionBits& s) noexcept {
  const Judgement there = in_tls(s);
  if (is_pass(there)) return Judgement::fail();
  if (!is_fail(there)) return there;
  const Judgement listed = lists(s);
  if (s.request == Request::none && !is_pass(listed)) return listed;
  return Judgement::pass_if(in_clear(s.starttls, s.request) == kWhy);
}
Judgement implicit(const SessionBits& s) noexcept {
  const Judgement there = in_tls(s);
  if (is_fail(there)) return Judgement::not_applicable();
  return is_pass(there) ? Judgement::pass_if(s.implicit) : there;
}
Judgement offered(const SessionBits& s) noexcept {
  const Judgement listed = lists(s);
  return is_pass(listed) ? Judgement::pass_if(s.starttls == Offer::offered) : listed;
}
/// TLS that began was offered, whether anybody asked for a list or not.
Judgement used(const SessionBits& s) noexcept {
  const Judgement there = offered(s);
  if (there.outcome == Judgement::Outcome::ignored) return there;
  if (s.request == Request::begun && s.starttls != Offer::absent) return Judgement::pass();
  if (is_fail(there)) return Judgement::not_applicable();
  if (!is_pass(there)) return there;
  return is_heard(s) ? Judgement::fail() : Judgement::unobservable(reason_of(s));
}
Judgement accepted(const SessionBits& s) noexcept {
  if (is_midstream(s)) return Judgement::ignored();
  if (s.request == Request::none)
    return s.implicit || is_heard(s) ? Judgement::not_applicable() : Judgement::unobservable(reason_of(s));
  if (s.request == Request::unanswered) return Judgement::unobservable(reason_of(s));
  return Judgement::pass_if(s.request == Request::accepted || s.request == Request::begun);
}
Judgement clean(const SessionBits& s) noexcept {
  if (is_midstream(s)) return Judgement::ignored();
  if (s.request != Request::begun) return Judgement::not_applicable();
  if (s.reply_injected) return Judgement::fail();
  // Behind a hole a command may stand in front of the request, or behind one that was refused.
  const bool heard = s.client_seen && s.server_seen && !s.client_lost && !s.server_lost;
  return heard ? Judgement::pass_if(!s.command_injected) : Judgement::unobservable(reason_of(s));
}
/// That nobody logs in can only be told of a client that was heard to its end.
Judgement no_login(const SessionBits& s) noexcept {
  if (is_midstream(s)) return Judgement::ignored();
  const bool in_clear = !s.implicit && s.request != Request::begun;
  const bool heard = s.client_seen && !s.client_lost;
  return in_clear && !heard ? Judgement::unobservable(reason_of(s)) : Judgement::not_applicable();
}
Judgement login_in_tls(const SessionBits& s) noexcept {
  if (s.login != Login::none) return Judgement::fail();
  const Judgement there = in_tls(s);
  return is_fail(there) ? no_login(s) : there;
}
Judgement login_refused(const SessionBits& s) noexcept {
  if (s.login == Login::none) return no_login(s);
  if (s.login == Login::tried) return Judgement::unobservable(reason_of(s));
  return Judgement::pass_if(s.login == Login::refused);
}
Judgement login_keeps_password(const SessionBits& s) noexcept {
  return s.login == Login::none ? no_login(s) : Judgement::pass_if(s.keeps_password);
}
Judgement login_disabled(const SessionBits& s) noexcept {
  if (s.protocol == mailbox::Protocol::pop3) return Judgement::not_applicable();
  const Judgement listed = lists(s);
  return is_pass(listed) ? Judgement::pass_if(s.login_disabled) : listed;
}
Judgement has_utf8(const SessionBits& s) noexcept {
  const Judgement listed = lists(s);
  return is_pass(listed) ? Judgement::pass_if(s.utf8) : listed;
}

template <Judgement (*kJudge)(const SessionBits&) noexcept>
Judgement of(std::uint64_t v, const Profile&) noexcept {
  return kJudge(SessionBits::unpack(v));
}

using namespace standards;

constexpr std::string_view kHidden =
    "Connections of which the line that tells was lost or cut, came another way (one_sided), or behind the end of "
    "the capture (unfinished). Those picked up midstream are left out (mailbox.start).";
constexpr std::string_view kListHidden =
    "Connections whose client never asked for the list (not_asked), or of which it was lost or cut, came another way "
    "(one_sided), or behind the end of the capture (unfinished). Those picked up midstream are left out "
    "(mailbox.start).";
constexpr std::string_view kInTls = "Connections that begin with TLS: what is said in it nobody sees.";
constexpr std::string_view kNoLogin = "Connections in which nobody logs in in clear text.";

constexpr Measure session(const Unit& unit, std::string_view id, const Standard& standard, Judge judge,
                          std::string_view question, std::string_view passes,
                          std::string_view hidden = kHidden) noexcept {
  return {id, &standard, unit, "mailbox", mailbox::kSession, judge, question, passes, hidden};
}

/// A row about why a connection is in clear text.
constexpr Measure clear(std::string_view id, Judge judge, std::string_view question,
                        std::string_view passes) noexcept {
  return session(Unit::connections, id, kMailboxTls, judge, question, passes, kListHidden)
      .fails_if("The connection is in TLS, or is not for another reason.")
      .low_is_good();
}

constexpr std::array kRows = {
    session(Unit::connections, "mailbox.start", kMailbox, of<start_seen>,
            "How many connections of IMAP and POP3 were seen from their start?",
            "The connection's start was seen, or what tells of TLS or a login.",
            "Nothing: a connection that begins before the capture does fails."),
    session(Unit::connections, "mailbox.tls", kMailboxTls, of<in_tls>,
            "How many connections of IMAP and POP3 use TLS?",
            "TLS follows STARTTLS or STLS, or comes first at ports 993 and 995.")
        .first_screen("mailboxes read in TLS", 3),
    session(Unit::servers, "mailbox.tls", kMailboxTls, by_entity<of<in_tls>>,
            "How many servers of IMAP and POP3 are used over TLS?", "Every connection was in TLS; at best: one was."),
    session(Unit::connections, "mailbox.tls.implicit", kMailboxTls, of<implicit>,
            "How many connections of IMAP and POP3 in TLS begin with it?", "TLS comes first, at ports 993 and 995.")
        .leaves_out("Connections in clear text."),
    clear("mailbox.tls.not_offered", of<clear_by<InClear::not_offered>>,
          "How many connections of IMAP and POP3 are in clear text because the server offers no TLS?",
          "The list has neither STARTTLS nor STLS, and the client does not ask."),
    clear("mailbox.tls.not_used", of<clear_by<InClear::not_used>>,
          "How many connections of IMAP and POP3 are in clear text because the reader does not ask for TLS?",
          "The list offers TLS, and the client does not ask."),
    clear("mailbox.tls.refused", of<clear_by<InClear::refused>>,
          "How many connections of IMAP and POP3 are in clear text because the server refuses TLS?",
          "The answer to STARTTLS or STLS is negative."),
    session(Unit::connections, "mailbox.starttls.offered", kMailboxStarttls, of<offered>,
            "How many lists of capabilities offer TLS?", "The list has STARTTLS (IMAP) or STLS (POP3).", kListHidden)
        .leaves_out(kInTls),
    session(Unit::connections, "mailbox.starttls.used", kMailboxStarttls, of<used>,
            "How many connections use STARTTLS or STLS where it is offered?", "TLS follows in the same connection.",
            kListHidden)
        .leaves_out("Connections whose list does not offer it, and those that begin with TLS."),
    session(Unit::connections, "mailbox.starttls.accepted", kMailboxStarttls, of<accepted>,
            "How many requests for STARTTLS or STLS are accepted?",
            "The answer is OK, or TLS follows where the answer is not in the capture.")
        .leaves_out("Connections in which neither is said."),
    session(Unit::connections, "mailbox.starttls.clean", kMailboxStarttls, of<clean>,
            "How many uses of STARTTLS or STLS carry no clear text in front of TLS?",
            "Behind the command, and behind the answer to it, TLS comes next.")
        .leaves_out("Connections in which TLS does not follow STARTTLS or STLS."),
    session(Unit::connections, "mailbox.login_under_tls", kMailboxTls, of<login_in_tls>,
            "How many people who read mail keep their credentials for TLS?", "TLS begins, and nobody logs in before.")
        .fails_if("LOGIN, AUTHENTICATE, USER, PASS, APOP or AUTH is said in clear text, taken or not.")
        .leaves_out("Connections in clear text without a login."),
    session(Unit::connections, "mailbox.login.clear.refused", kMailboxTls, of<login_refused>,
            "How often is a login in clear text refused?", "The answer is negative.")
        .leaves_out(kNoLogin),
    session(Unit::connections, "mailbox.login.clear.no_password", kMailboxTls, of<login_keeps_password>,
            "How often does a login in clear text give no password away?",
            "It answers a challenge: APOP, CRAM-MD5, SCRAM, DIGEST-MD5, NTLM, GSSAPI.",
            "Connections whose client was not heard to its end.")
        .leaves_out(kNoLogin),
    session(Unit::connections, "mailbox.login.disabled", kMailboxTls, of<login_disabled>,
            "How many servers of IMAP take no password in clear text?", "The list has LOGINDISABLED.", kListHidden)
        .leaves_out("Connections of POP3, and those that begin with TLS."),
    session(Unit::connections, "mailbox.utf8.offered", kMailboxUtf8, of<has_utf8>,
            "How many servers' lists offer internationalised mail?",
            "The list has UTF8=ACCEPT or IMAP4rev2 (IMAP), or UTF8 (POP3).", kListHidden)
        .leaves_out(kInTls)
        .beware("What is offered in clear text: in TLS the list is another, and hidden."),
};

}  // namespace

std::span<const Measure> mailbox_measures() noexcept { return kRows; }

}  // namespace uptake
