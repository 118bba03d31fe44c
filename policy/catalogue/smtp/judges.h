#pragma once

#include "dissectors/smtp/facts.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/smtp/words.h"
#include "policy/measure.h"

// What several files of SMTP rows ask of a connection.
namespace uptake::smtp {

/// Why something of a connection was not seen.
[[nodiscard]] constexpr Reason reason_of(const SessionBits& s) noexcept {
  if (!s.client_seen || !s.server_seen) return reason_of(s.why, kOneSided, kOneSided);
  return reason_of(s.why, kUnanswered);
}

/// Neither its start nor a greeting was seen: smtp.start counts it, and no other row.
[[nodiscard]] constexpr bool is_midstream(const SessionBits& s) noexcept {
  return !s.started && s.greeting == Greeting::unseen && s.request == Request::none && !s.implicit;
}

[[nodiscard]] constexpr bool is_in_tls(const SessionBits& s) noexcept {
  return s.implicit || s.request == Request::begun;
}

/// Whether the connection is in TLS.
[[nodiscard]] constexpr Judgement in_tls(const SessionBits& s) noexcept {
  if (is_midstream(s)) return Judgement::ignored();
  if (is_in_tls(s)) return Judgement::pass();
  return s.is_heard() ? Judgement::fail() : Judgement::unobservable(reason_of(s));
}

/// Whether the client greets with EHLO; not applicable where it does not greet, or in TLS.
[[nodiscard]] constexpr Judgement greets(const SessionBits& s) noexcept {
  if (is_midstream(s)) return Judgement::ignored();
  if (s.implicit) return Judgement::not_applicable();
  if (s.greeting == Greeting::ehlo) return Judgement::pass();
  if (s.greeting == Greeting::helo || s.ehlo_refused) return Judgement::fail();
  if (!s.client_seen || s.client_lost || !s.started) return Judgement::unobservable(reason_of(s));
  return Judgement::not_applicable();
}

/// Whether the server's extensions were read, of a client that asked for them.
[[nodiscard]] constexpr Judgement lists(const SessionBits& s) noexcept {
  const Judgement greeting = greets(s);
  if (is_fail(greeting)) return Judgement::not_applicable();
  if (!is_pass(greeting)) return greeting;
  return s.starttls != Offer::unseen ? Judgement::pass() : Judgement::unobservable(reason_of(s));
}

/// Lifts a judge of a session's members to one of its packed value.
template <Judgement (*kJudge)(const SessionBits&) noexcept>
[[nodiscard]] Judgement of_session(std::uint64_t v, const Profile&) noexcept {
  return kJudge(SessionBits::unpack(v));
}

inline constexpr std::string_view kRepliesHidden =
    "Connections of which the reply that tells was lost or cut, came another way (one_sided), or behind the end of "
    "the capture (unfinished). Those picked up behind the greeting are left out (smtp.start).";
inline constexpr std::string_view kNoEhlo =
    "Connections whose client says HELO or nothing, and those that begin with TLS: what is said in TLS nobody sees.";

/// A row about a connection.
[[nodiscard]] constexpr Measure session(const Unit& unit, std::string_view id, const Standard& standard, Judge judge,
                                        std::string_view question, std::string_view passes,
                                        std::string_view hidden = kRepliesHidden) noexcept {
  return {id, &standard, unit, "smtp", kSession, judge, question, passes, hidden};
}

}  // namespace uptake::smtp
