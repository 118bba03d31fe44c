#include <array>

#include "policy/catalogue/tls/judges.h"
#include "policy/catalogue/tls/measures.h"
#include "policy/catalogue/tls/standards.h"
#include "policy/catalogue/tls/words.h"

namespace uptake {
namespace {

using tls::session;
using tls::SessionBits;

Judgement alpn_is_h2(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (s.alpn == tls::Alpn::absent) return Judgement::not_applicable();
  if (s.alpn == tls::Alpn::unobservable) return Judgement::unobservable(tls::kTls13Hides);
  return Judgement::pass_if(s.alpn == tls::Alpn::h2);
}

Judgement has_ems(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (tls::is_13(s)) return Judgement::not_applicable();
  if (!s.client_hello) return Judgement::unobservable(tls::kNoClientHello);
  return Judgement::pass_if(s.ems);
}
Judgement has_secure_renegotiation(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (tls::is_13(s)) return Judgement::not_applicable();
  return Judgement::pass_if(s.secure_renegotiation);
}
bool is_uncompressed(const SessionBits& s) { return !s.compression; }

Judgement is_resumed(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (tls::is_13(s) || s.resumed) return Judgement::pass_if(s.resumed);
  return tls::resumes_nothing(s) ? Judgement::fail() : Judgement::unobservable(tls::no_key_exchange(s));
}

/// What a server does when its client asks. It cannot do it unasked (RFC 7627 section 5.1, RFC 5746 section 3.6).
template <Judgement (*kJudge)(std::uint64_t, const Profile&) noexcept, bool SessionBits::*kAsked>
Judgement when_asked(std::uint64_t v, const Profile& profile) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement judgement = kJudge(v, profile);
  if (judgement.outcome != Judgement::Outcome::fail) return judgement;
  if (!s.client_hello) return Judgement::unobservable(tls::kNoClientHello);
  return s.*kAsked ? judgement : Judgement::unobservable(Reason::not_asked);
}

Judgement needs_no_retry(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (!tls::is_13(s)) return Judgement::not_applicable();
  return s.retry_unknown ? Judgement::unobservable(tls::kNoClientHello) : Judgement::pass_if(!s.hello_retry);
}
/// Hash ids 4, 5, 6 of RFC 5246 §7.4.1.4.1, or 8 where the scheme brings its own.
Judgement hash_is_sha2(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  const bool signs = s.version_minor == tls::kTls12 && !s.resumed && s.group_sight != tls::GroupSight::none;
  if (!signs) return Judgement::not_applicable();
  if (s.signature_hash == 0) return Judgement::unobservable(tls::no_key_exchange(s));
  return Judgement::pass_if(s.signature_hash >= 4);
}
/// By port and ALPN: known without a hello too.
Judgement is_dot(std::uint64_t v, const Profile&) noexcept { return Judgement::pass_if(SessionBits::unpack(v).dot); }

/// The name that the client asks for is the only sign. ECH hides it.
Judgement is_doh(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  if (s.sight == tls::Sight::midstream) return Judgement::ignored();
  if (s.dot) return Judgement::not_applicable();
  if (!s.client_hello) return Judgement::unobservable(tls::kNoClientHello);
  return Judgement::pass_if(s.doh);
}

constexpr Judge kUncompressed = tls::among_negotiated<is_uncompressed>;

using namespace standards;

constexpr std::string_view kAskedHidden =
    "Servers whose clients never asked (not_asked), and those of which the ServerHello, or the ClientHello where it "
    "matters, was not seen.";
constexpr std::string_view kBothHidden = "Connections of which one of the two hellos was not seen.";

constexpr std::array kRows = {
    session(Unit::connections, "tls.alpn.h2", kAlpn, alpn_is_h2,
            "How many connections that negotiate a protocol choose HTTP/2?", "The server chose h2.",
            "TLS 1.3 encrypts the choice (tls13)."),
    session(Unit::connections, "tls.ems", kEms, has_ems,
            "How many connections below TLS 1.3 use the extended master secret?", "Both hellos carry it.",
            kBothHidden),
    session(Unit::servers, "tls.ems", kEms, by_entity<when_asked<has_ems, &SessionBits::client_ems>>,
            "How many servers below TLS 1.3 use the extended master secret whenever it is offered?",
            "Every connection below TLS 1.3 whose client offers it did; at best: one did.", kAskedHidden),
    session(Unit::connections, "tls.renegotiation.secure", kRenegotiation, has_secure_renegotiation,
            "How many connections below TLS 1.3 can only renegotiate securely?",
            "renegotiation_info in the ServerHello."),
    session(Unit::servers, "tls.renegotiation.secure", kRenegotiation,
            by_entity<when_asked<has_secure_renegotiation, &SessionBits::client_renegotiation>>,
            "How many servers below TLS 1.3 signal secure renegotiation whenever they are asked?",
            "Every connection below TLS 1.3 whose client asks for it had renegotiation_info; at best: one had.",
            kAskedHidden),
    session(Unit::connections, "tls.compression.absent", kCompression, kUncompressed,
            "How many connections go without TLS compression?", "The null method was chosen."),
    session(Unit::servers, "tls.compression.absent", kCompression, by_entity<kUncompressed>,
            "How many servers never compress in TLS?", "Every connection went without; at best: one did."),
    session(Unit::connections, "tls.key_exchange.hash", kTls, hash_is_sha2,
            "How many key exchanges of TLS 1.2 are signed with SHA-256 or better?",
            "Hash 4, 5 or 6 in the ServerKeyExchange, or a scheme with its own hash.",
            "Connections whose ServerKeyExchange was not seen."),
    session(
        Unit::connections, "tls.hello_retry.absent", kTls, needs_no_retry,
        "How many TLS 1.3 handshakes need no second ClientHello?", "No HelloRetryRequest was sent.",
        "Connections whose ServerHello was not seen, was cut, or never came to this side of the link; those whose "
        "start was not seen, where the ClientHello may be the second one. Those picked up midstream are left out "
        "(tls.start), and so is QUIC whose Initials do not open (quic.hello)."),
    session(Unit::connections, "tls.resumed", kTls, is_resumed, "How many connections resume an earlier one?",
            "By session id, ticket or pre-shared key.",
            "Connections whose ServerHello was not seen, and those below 1.3 of which too little was seen to tell.")
        .neutral(),
    session(Unit::connections, "dns.dot", kDot, is_dot, "How many TLS connections carry DNS?",
            "Port 853, or the ALPN protocol dot was offered. DNS over HTTPS looks like the web.",
            "Nothing: the port tells. DNS over TLS on other ports without ALPN is not recognised.")
        .neutral(),
    session(Unit::bytes, "dns.dot", kDot, is_dot, "How many bytes of TLS carry DNS?",
            "Port 853, or the ALPN protocol dot was offered.",
            "Nothing: the port tells. DNS over TLS on other ports without ALPN is not recognised.")
        .neutral(),
    session(
        Unit::connections, "dns.doh.suspected", kDoh, is_doh,
        "How many TLS connections ask for a public resolver of DNS over HTTPS?",
        "The server name is one that a large public resolver publishes: a lower bound, for others are not known, and "
        "what travels there is encrypted. DNS over TLS does not apply.",
        "Connections whose ClientHello was not seen. Names inside an Encrypted ClientHello.")
        .neutral(),
};

}  // namespace

std::span<const Measure> tls_feature_measures() noexcept { return kRows; }

}  // namespace uptake
