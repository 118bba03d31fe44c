#include "policy/catalogue/certificates/area.h"

#include <algorithm>
#include <array>

#include "policy/catalogue/certificates/standards.h"
#include "policy/catalogue/certificates/words.h"
#include "policy/catalogue/judge.h"
#include "policy/correlate/certificates/facts.h"
#include "policy/events/certificates.h"
#include "policy/profiles/profile.h"

namespace uptake {
namespace certificates {
namespace {

// --- judges ---

/// Whether there is a chain to judge: pass when there is.
Judgement seen(const Bits& b) noexcept {
  switch (b.sight) {
    case Sight::seen:
      return Judgement::pass();
    case Sight::none:
    case Sight::refused:
      return Judgement::not_applicable();
    case Sight::midstream:
      return Judgement::ignored();
    case Sight::tls13:
      return Judgement::unobservable(kTls13);
    case Sight::quic:
      return Judgement::unobservable(kQuic);
    case Sight::resumed:
      return Judgement::unobservable(kResumed);
    case Sight::no_hello:
      return Judgement::unobservable(kNoHello);
    case Sight::gap:
      return Judgement::unobservable(Reason::gap);
    case Sight::truncated:
      return Judgement::unobservable(Reason::truncated);
    case Sight::limit:
      return Judgement::unobservable(Reason::limit);
    case Sight::malformed:
      break;
  }
  return Judgement::unobservable(Reason::malformed);
}

/// Lifts a judgement of a chain to a judge over those that were seen.
template <Judgement (*kJudge)(const Bits&, const Profile&) noexcept>
Judgement among_seen(std::uint64_t v, const Profile& profile) noexcept {
  const Bits b = Bits::unpack(v);
  const Judgement there = seen(b);
  return is_pass(there) ? kJudge(b, profile) : there;
}

Judgement is_trusted(const Bits& b, const Profile&) noexcept {
  if (b.trust == Trust::not_judged) return Judgement::unobservable(kNoAnchors);
  return Judgement::pass_if(b.trust == Trust::trusted);
}
Judgement is_current(const Bits& b, const Profile&) noexcept {
  return Judgement::pass_if(b.validity == Validity::current);
}
Judgement is_for_name(const Bits& b, const Profile&) noexcept {
  if (b.name == NameMatch::not_asked) return Judgement::not_applicable();
  if (b.name == NameMatch::unknown) return Judgement::unobservable(kNoName);
  return Judgement::pass_if(b.name == NameMatch::match);
}
/// What is wrong is wrong, whatever is not known.
Judgement is_valid(const Bits& b, const Profile&) noexcept {
  const bool wrong = b.validity != Validity::current || b.name == NameMatch::mismatch ||
                     (b.trust != Trust::trusted && b.trust != Trust::not_judged);
  if (wrong) return Judgement::fail();
  if (b.trust == Trust::not_judged) return Judgement::unobservable(kNoAnchors);
  return b.name == NameMatch::unknown ? Judgement::unobservable(kNoName) : Judgement::pass();
}
Judgement is_self_signed(const Bits& b, const Profile&) noexcept {
  if (b.trust == Trust::not_judged) return Judgement::unobservable(kNoAnchors);
  return Judgement::pass_if(b.trust == Trust::self_signed);
}
template <Key kKey>
Judgement has_key(const Bits& b, const Profile&) noexcept {
  return Judgement::pass_if(b.key == kKey);
}
Judgement is_eddsa(const Bits& b, const Profile&) noexcept {
  return Judgement::pass_if(b.key == Key::ed25519 || b.key == Key::ed448);
}
/// NIST SP 800-57: 112 bits of strength.
Judgement is_long(const Bits& b, const Profile&) noexcept {
  if (b.key == Key::rsa || b.key == Key::dsa) return Judgement::pass_if(b.key_bits >= 2048);
  if (b.key == Key::ecdsa) return Judgement::pass_if(b.key_bits >= 224);
  const bool known = b.key == Key::ed25519 || b.key == Key::ed448;
  return known ? Judgement::pass() : Judgement::unobservable(kUnknownAlgorithm);
}
Judgement is_sha2(const Bits& b, const Profile&) noexcept {
  return b.hash == 0 ? Judgement::unobservable(kUnknownAlgorithm) : Judgement::pass_if(b.hash >= 3);
}
/// What browsers ask for: two logs, of a certificate that leads to a public anchor.
Judgement has_scts(const Bits& b, const Profile&) noexcept {
  if (b.trust == Trust::not_judged) return Judgement::unobservable(kNoAnchors);
  return b.trust == Trust::trusted ? Judgement::pass_if(b.scts >= 2) : Judgement::not_applicable();
}
/// What a staple comes to: pass where it says good. Not applicable: it says nothing, or there is none.
Judgement of_staple(Staple staple) noexcept {
  switch (staple) {
    case Staple::good:
      return Judgement::pass();
    case Staple::revoked:
      return Judgement::fail();
    case Staple::not_judged:
      return Judgement::unobservable(Reason::limit);
    case Staple::no_issuer:
      return Judgement::unobservable(kNoAnchors);
    case Staple::gap:
      return Judgement::unobservable(Reason::gap);
    case Staple::truncated:
      return Judgement::unobservable(Reason::truncated);
    case Staple::none:
    case Staple::unknown:
    case Staple::bad:
      break;
  }
  return Judgement::not_applicable();
}
Judgement is_stapled(const Bits& b, const Profile&) noexcept {
  if (!b.has_responder) return Judgement::not_applicable();
  const Judgement said = of_staple(b.staple);
  return said.outcome == Judgement::Outcome::not_applicable ? Judgement::fail() : said;
}
Judgement is_not_revoked(const Bits& b, const Profile&) noexcept { return of_staple(b.staple); }

/// The worse of what a profile says of key and signatures.
VerdictClass class_of(const Bits& b, const Profile& profile) noexcept {
  VerdictClass key = VerdictClass::insufficient;
  constexpr std::uint16_t kEd25519Scheme = 0x0807;
  constexpr std::uint16_t kEd448Scheme = 0x0808;
  if (b.key == Key::rsa) key = profile.certificate_rsa(b.key_bits);
  if (b.key == Key::ecdsa && b.curve != 0) key = profile.certificate_key(b.curve);
  if (b.key == Key::ed25519) key = profile.certificate_key(kEd25519Scheme);
  if (b.key == Key::ed448) key = profile.certificate_key(kEd448Scheme);
  return std::min(key, profile.certificate_hash(b.hash));
}
template <VerdictClass kClass>
Judgement is_class(const Bits& b, const Profile& profile) noexcept {
  if (!profile.ranks_certificates()) return Judgement::not_applicable();
  return Judgement::pass_if(class_of(b, profile) == kClass);
}
Judgement is_class_sufficient(const Bits& b, const Profile& profile) noexcept {
  if (!profile.ranks_certificates()) return Judgement::not_applicable();
  return Judgement::pass_if(class_of(b, profile) >= VerdictClass::sufficient);
}

consteval std::uint8_t place_of(std::string_view issuer) {
  for (std::uint8_t i = 1; i < std::size(kIssuers); ++i)
    if (kIssuers[i] == issuer) return i;
  throw "no such issuer";
}
template <std::uint8_t kIssuer>
Judgement has_issuer(const Bits& b, const Profile&) noexcept {
  return Judgement::pass_if(b.issuer == kIssuer);
}

}  // namespace
}  // namespace certificates

namespace {

using namespace certificates;
using OfBits = Judgement (*)(const Bits&, const Profile&) noexcept;

constexpr std::string_view kHidden =
    "Connections in TLS 1.3 (tls13) and QUIC (quic), which encrypt it, and resumed ones (resumed), which send none; "
    "those whose ServerHello was not seen, or whose Certificate was cut, stood in a hole or was too long to hold.";
constexpr std::string_view kStapleHidden =
    "Connections in TLS 1.3 (tls13) and QUIC (quic), which encrypt it, and resumed ones (resumed); those whose "
    "ServerHello was not seen, or whose Certificate, or what stands behind it, was cut, stood in a hole or was too "
    "long to hold. Staples of certificates whose issuer was neither sent nor is a trust anchor (no_anchors).";
constexpr std::string_view kOutside =
    "Suites without a certificate, handshakes that were refused, and connections that the question does not name.";

constexpr Measure row(const Unit& unit, std::uint16_t fact, Judge judge, std::string_view id,
                      const Standard& standard, std::string_view question, std::string_view passes,
                      std::string_view hidden = kHidden) {
  return Measure{id, &standard, unit, "certificates", fact, judge, question, passes, hidden}.from_join().leaves_out(
      kOutside);
}
template <OfBits kJudge>
constexpr Measure connections(std::string_view id, const Standard& standard, std::string_view question,
                              std::string_view passes, std::string_view hidden = kHidden) {
  return row(Unit::connections, kConnection, among_seen<kJudge>, id, standard, question, passes, hidden);
}
template <OfBits kJudge>
constexpr Measure servers(std::string_view id, const Standard& standard, std::string_view question,
                          std::string_view passes) {
  return row(Unit::servers, kConnection, by_entity<among_seen<kJudge>>, id, standard, question, passes);
}
template <OfBits kJudge>
constexpr Measure chains(std::string_view id, const Standard& standard, std::string_view question,
                         std::string_view passes) {
  return row(kChains, kCertificate, among_seen<kJudge>, id, standard, question, passes)
      .beware("Counted where a chain is first seen: sum the windows, do not compare them.");
}

using namespace standards;

constexpr std::string_view kTrustedWords =
    "It leads to a trust anchor, of the system or --ca-file, as `openssl verify -purpose sslserver` says, whatever "
    "the "
    "time.";
constexpr std::string_view kCurrentWords = "The packet time lies in the time of each certificate of the chain.";
constexpr std::string_view kValidWords =
    "It leads to a trust anchor, is current at packet time and, where the client asked for a name, is for that name.";
constexpr std::string_view kNameWords =
    "The name that the client asked for is one of its dNSNames (RFC 9525): no common name, a wildcard for one label. "
    "An address, for which clients must not ask (RFC 6066), is one of its iPAddresses.";
constexpr std::string_view kHashWords =
    "Every signature in it, but those of anchors by themselves, has SHA-2 or better.";
constexpr std::string_view kClassWords = "The worse of its key and its weakest signature has that class.";

template <std::uint8_t kIssuer>
constexpr Measure issued_by(std::string_view id, std::string_view question) {
  return chains<has_issuer<kIssuer>>(id, kCertificates, question, "The organisation of its issuer is that.")
      .neutral();
}

constexpr std::array kRows = {
    connections<is_valid>("tls.certificate.valid", kCertificates,
                          "How many connections show a valid certificate of the server?", kValidWords)
        .first_screen("valid certificates", 6),
    servers<is_valid>("tls.certificate.valid", kCertificates, "How many servers only show valid certificates?",
                      kValidWords),
    connections<is_trusted>("tls.certificate.trusted", kCertificates,
                            "How many connections show a certificate that leads to a trust anchor?", kTrustedWords),
    servers<is_trusted>("tls.certificate.trusted", kCertificates,
                        "How many servers only show certificates that lead to a trust anchor?", kTrustedWords),
    chains<is_trusted>("tls.certificate.trusted", kCertificates, "How many chains lead to a trust anchor?",
                       kTrustedWords),
    connections<is_current>("tls.certificate.current", kCertificates,
                            "How many connections show a certificate that is current?", kCurrentWords),
    servers<is_current>("tls.certificate.current", kCertificates,
                        "How many servers only show certificates that are current?", kCurrentWords),
    chains<is_current>("tls.certificate.current", kCertificates, "How many chains are current when first seen?",
                       kCurrentWords),
    connections<is_for_name>("tls.certificate.name_match", kCertificates,
                             "How many connections show a certificate for the name that was asked for?", kNameWords),
    servers<is_for_name>("tls.certificate.name_match", kCertificates,
                         "How many servers only show certificates for the name that was asked for?", kNameWords),
    connections<is_self_signed>("tls.certificate.self_signed", kCertificates,
                                "How many connections show a certificate that signs itself?",
                                "It is its own issuer, and no trust anchor.")
        .low_is_good(),
    chains<is_self_signed>("tls.certificate.self_signed", kCertificates, "How many certificates sign themselves?",
                           "It is its own issuer, and no trust anchor.")
        .low_is_good(),
    connections<has_key<Key::ecdsa>>("tls.certificate.ecdsa", kCertificates,
                                     "How many connections show a certificate with an ECDSA key?",
                                     "The server's key lies on a curve.")
        .neutral(),
    chains<has_key<Key::ecdsa>>("tls.certificate.ecdsa", kCertificates, "How many certificates have an ECDSA key?",
                                "The server's key lies on a curve.")
        .neutral(),
    connections<has_key<Key::rsa>>("tls.certificate.rsa", kCertificates,
                                   "How many connections show a certificate with an RSA key?",
                                   "The server's key is RSA or RSASSA-PSS.")
        .neutral(),
    chains<has_key<Key::rsa>>("tls.certificate.rsa", kCertificates, "How many certificates have an RSA key?",
                              "The server's key is RSA or RSASSA-PSS.")
        .neutral(),
    connections<is_eddsa>("tls.certificate.eddsa", kCertificates,
                          "How many connections show a certificate with an EdDSA key?", "Ed25519 or Ed448.")
        .neutral(),
    connections<is_long>("tls.certificate.key.long", kCertificates,
                         "How many connections show a certificate with a key that is long enough?",
                         "RSA or DSA of 2048 bits, a curve of 224, Ed25519 or Ed448."),
    chains<is_long>("tls.certificate.key.long", kCertificates,
                    "How many certificates have a key that is long enough?",
                    "RSA or DSA of 2048 bits, a curve of 224, Ed25519 or Ed448."),
    connections<is_sha2>("tls.certificate.hash", kCertificates,
                         "How many connections show a chain without MD5 and SHA-1 signatures?", kHashWords),
    chains<is_sha2>("tls.certificate.hash", kCertificates, "How many chains have no MD5 and SHA-1 signatures?",
                    kHashWords),
    connections<has_scts>("tls.certificate.sct", kTransparency,
                          "How many connections show a trusted certificate with two timestamps of logs?",
                          "Two signed certificate timestamps are embedded. Those in TLS or in staples are not read."),
    chains<has_scts>("tls.certificate.sct", kTransparency,
                     "How many trusted certificates have two timestamps of logs?",
                     "Two signed certificate timestamps are embedded."),
    connections<is_stapled>(
        "tls.certificate.stapled", kOcspStapling,
        "How many connections whose certificate names a responder have a good staple?",
        "A CertificateStatus came that is current, signed by the issuer or whom it names, and says "
        "good.",
        kStapleHidden)
        .beware("Clients that do not ask get none."),
    connections<is_not_revoked>("tls.certificate.not_revoked", kOcspStapling,
                                "How many staples say that the certificate is not revoked?", "It says good.",
                                kStapleHidden),
    connections<is_class_sufficient>("tls.certificate.class.at_least_sufficient", kCertificateProfile,
                                     "How many connections show a certificate that the profile finds sufficient?",
                                     kClassWords),
    servers<is_class_sufficient>("tls.certificate.class.at_least_sufficient", kCertificateProfile,
                                 "How many servers only show certificates that the profile finds sufficient?",
                                 kClassWords),
    chains<is_class<VerdictClass::good>>("tls.certificate.class.good", kCertificateProfile,
                                         "How many chains does the profile call good?", kClassWords),
    chains<is_class<VerdictClass::sufficient>>("tls.certificate.class.sufficient", kCertificateProfile,
                                               "How many chains does the profile call sufficient?", kClassWords)
        .neutral(),
    chains<is_class<VerdictClass::phase_out>>("tls.certificate.class.phase_out", kCertificateProfile,
                                              "How many chains does the profile want phased out?", kClassWords)
        .low_is_good(),
    chains<is_class<VerdictClass::insufficient>>("tls.certificate.class.insufficient", kCertificateProfile,
                                                 "How many chains does the profile call insufficient?", kClassWords)
        .low_is_good(),
    issued_by<place_of("Let's Encrypt")>("tls.certificate.issuer.lets_encrypt",
                                         "How many certificates are by Let's Encrypt?"),
    issued_by<place_of("DigiCert Inc")>("tls.certificate.issuer.digicert", "How many certificates are by DigiCert?"),
    issued_by<place_of("Sectigo Limited")>("tls.certificate.issuer.sectigo", "How many certificates are by Sectigo?"),
    issued_by<place_of("GlobalSign nv-sa")>("tls.certificate.issuer.globalsign",
                                            "How many certificates are by GlobalSign?"),
    issued_by<place_of("Amazon")>("tls.certificate.issuer.amazon", "How many certificates are by Amazon?"),
    issued_by<place_of("Google Trust Services")>("tls.certificate.issuer.google",
                                                 "How many certificates are by Google Trust Services?"),
    issued_by<place_of("GoDaddy.com, Inc.")>("tls.certificate.issuer.godaddy",
                                             "How many certificates are by GoDaddy?"),
    issued_by<place_of("Microsoft Corporation")>("tls.certificate.issuer.microsoft",
                                                 "How many certificates are by Microsoft?"),
    issued_by<0>("tls.certificate.issuer.other",
                 "How many certificates are by issuers that have no row of their own?"),
};

}  // namespace

Area certificates_area() {
  return {.name = "certificates", .measures = kRows, .words = certificates::kWords, .events = certificate_events()};
}

}  // namespace uptake
