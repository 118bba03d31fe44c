#pragma once

#include "dissectors/tls/facts.h"
#include "dissectors/tls/groups.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/tls/words.h"
#include "policy/measure.h"

// What several files of TLS rows ask of a session.
namespace uptake::tls {

inline constexpr std::uint8_t kTls12 = 3;
inline constexpr std::uint8_t kTls13 = 4;
inline constexpr std::uint8_t kSsl2 = 13;
inline constexpr std::uint8_t kTls13Draft = 14;
inline constexpr std::uint8_t kUnknownVersion = 15;

/// Why a session whose ServerHello was not read is unobservable.
[[nodiscard]] constexpr Reason reason_of(Sight sight) noexcept {
  switch (sight) {
    case Sight::no_hello:
      return tls::kNoHello;
    case Sight::truncated:
      return Reason::truncated;
    case Sight::gap:
      return Reason::gap;
    case Sight::malformed:
      return Reason::malformed;
    case Sight::limit:
      return Reason::limit;
    case Sight::complete:
    case Sight::refused:
    case Sight::midstream:
    case Sight::no_server_hello:
      break;
  }
  return tls::kNoServerHello;
}

/// Why an offer whose ClientHello was not read is unobservable.
[[nodiscard]] constexpr Reason reason_of_offer(Sight sight) noexcept {
  return sight == Sight::no_hello ? tls::kNoClientHello : reason_of(sight);
}

/// Whether what the server chose was read: pass when it was; a refused handshake chose nothing. A connection that was
/// picked up midstream is left out: tls.start counts it.
[[nodiscard]] constexpr Judgement negotiated(const SessionBits& s) noexcept {
  if (s.sight == Sight::midstream) return Judgement::ignored();
  if (s.sight == Sight::refused) return Judgement::not_applicable();
  if (s.version_minor == kUnknownVersion) return Judgement::unobservable(reason_of(s.sight));
  return Judgement::pass();
}

/// Whether the ClientHello was read, for rows about what became of an offer.
[[nodiscard]] constexpr Judgement offer_seen(const SessionBits& s) noexcept {
  if (s.sight == Sight::midstream) return Judgement::ignored();
  if (s.sight == Sight::refused) return Judgement::not_applicable();
  if (s.client_hello) return Judgement::pass();
  return Judgement::unobservable(s.sight == Sight::no_hello ? tls::kNoHello : tls::kNoClientHello);
}

/// TLS 1.3 or one of its drafts, which count as TLS 1.3 in every row.
[[nodiscard]] constexpr bool is_13(const SessionBits& s) noexcept {
  return s.version_minor == kTls13 || s.version_minor == kTls13Draft;
}

/// Why the ServerKeyExchange is missing although the ServerHello was read.
[[nodiscard]] constexpr Reason no_key_exchange(const SessionBits& s) noexcept {
  return s.sight == Sight::complete || s.sight == Sight::no_server_hello ? tls::kNoKeyExchange : reason_of(s.sight);
}

/// Below 1.3: what was seen of the handshake shows that nothing is resumed. A session that does neither this nor
/// `resumed` may be either.
[[nodiscard]] constexpr bool resumes_nothing(const SessionBits& s) noexcept {
  return s.full || s.group_sight == GroupSight::known || s.group_sight == GroupSight::custom_dh;
}

/// Holder: which side keeps a connection from what the newest standard has: its offer, its choice, or either.
enum class Holder : std::uint8_t { client, server, both };

/// Lifts a predicate on a session whose ServerHello was read to a judge.
template <bool (*kPasses)(const SessionBits&)>
[[nodiscard]] Judgement among_negotiated(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = negotiated(s);
  return is_pass(seen) ? Judgement::pass_if(kPasses(s)) : seen;
}

inline constexpr std::string_view kHelloHidden =
    "Connections whose ServerHello was not seen, was cut, or never came to this side of the link. Those picked up "
    "midstream are left out (tls.start), and so is QUIC whose Initials do not open (quic.hello).";

inline constexpr std::string_view kNotNamed =
    "Handshakes that were refused, for they chose nothing; connections that the question does not name.";

/// A row about what was negotiated.
[[nodiscard]] constexpr Measure session(const Unit& unit, std::string_view id, const Standard& standard, Judge judge,
                                        std::string_view question, std::string_view passes,
                                        std::string_view hidden = kHelloHidden) noexcept {
  return Measure{id, &standard, unit, "tls", kSession, judge, question, passes, hidden}.leaves_out(kNotNamed);
}

}  // namespace uptake::tls
