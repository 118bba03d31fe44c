#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"

namespace uptake::certificates {

/// Fact: what the join of certificates answers.
enum Fact : std::uint16_t {
  kConnection,   ///< one TLS connection, when it ends; value: Bits
  kCertificate,  ///< a chain that was not seen before in this run; value: Bits, of which no name and no staple
  kFactCount,
};

/// Sight: whether the server's chain was seen, or why not.
enum class Sight : std::uint8_t {
  seen,
  tls13,      ///< TLS 1.3 encrypts it
  quic,       ///< so does QUIC
  resumed,    ///< the session was resumed, which sends none
  none,       ///< the suite has none: anonymous, or by pre-shared key alone
  refused,    ///< the handshake was refused before
  no_hello,   ///< the ServerHello was not seen
  midstream,  ///< the connection began before the capture did
  gap,        ///< it stood in a hole
  truncated,  ///< the snaplen cut it
  limit,      ///< a bound of uptake was reached
  malformed,  ///< it, or a certificate in it, breaks its own lengths
};

/// Key: what kind of key the server's certificate has.
enum class Key : std::uint8_t { other, rsa, dsa, ecdsa, ed25519, ed448 };

/// Validity: whether the packet time lies in the time of every certificate that was looked at.
enum class Validity : std::uint8_t { current, expired, not_yet_valid };

/// NameMatch: whether the certificate is for the name that the client asked for (RFC 9525).
enum class NameMatch : std::uint8_t { not_asked, match, mismatch, unknown };

/// Trust: whether the chain leads to a trust anchor, whatever the time.
enum class Trust : std::uint8_t {
  trusted,
  self_signed,     ///< the server's certificate signs itself
  unknown_issuer,  ///< it leads to none, or not the whole chain was sent
  broken,          ///< it leads to one, but may not: a bad signature, a wrong purpose, a constraint
  not_judged,      ///< there are no trust anchors
};

/// Staple: what the server says of the certificate's revocation (RFC 6066 §8).
enum class Staple : std::uint8_t {
  none,
  good,
  revoked,
  unknown,     ///< the responder does not know the certificate
  bad,         ///< it is not current, for another certificate, or not signed by whoever may
  not_judged,  ///< a bound of uptake was reached
  no_issuer,   ///< nothing was seen to judge it by: whoever issued the certificate
  gap,         ///< what may have been one is missing from the capture
  truncated,   ///< the snaplen cut it
};

/// Bits: the value of both facts. Without a chain only `sight` means something.
struct Bits {
  Sight sight = Sight::seen;
  Key key = Key::other;
  std::uint16_t key_bits = 0;  ///< of the modulus or the curve
  std::uint16_t curve = 0;     ///< code point of the TLS group; 0: none, or one that has none
  std::uint8_t hash = 0;       ///< weakest of the signatures, as RFC 5246 §7.4.1.4.1 numbers them; 8: intrinsic
  Validity validity = Validity::current;
  NameMatch name = NameMatch::not_asked;
  Trust trust = Trust::not_judged;
  std::uint8_t verify_code = 0;  ///< X509_V_ERR of OpenSSL; 0: nothing wrong
  std::uint8_t scts = 0;         ///< embedded signed certificate timestamps (RFC 6962 §3.3), up to 7
  Staple staple = Staple::none;
  bool has_responder = false;  ///< it names an OCSP responder
  std::uint8_t issuer = 0;     ///< place in kIssuers; 0: another one

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr Bits unpack(std::uint64_t v) noexcept;
};

/// BitFields: where Bits has its fields, and their names in events.
using BitFields = Fields<Bits, Field<&Bits::sight, 0, 4, "sight">, Field<&Bits::key, 4, 3, "key">,
                         Field<&Bits::key_bits, 7, 14, "key_bits">, Field<&Bits::curve, 21, 8, "curve">,
                         Field<&Bits::hash, 29, 4, "signature_hash">, Field<&Bits::validity, 33, 2, "validity">,
                         Field<&Bits::name, 35, 2, "name_match">, Field<&Bits::trust, 37, 3, "chain">,
                         Field<&Bits::verify_code, 40, 8, "verify_code">, Field<&Bits::scts, 48, 3, "scts">,
                         Flag<&Bits::has_responder, 54, "ocsp_responder">, Field<&Bits::issuer, 55, 5, "issuer">,
                         Field<&Bits::staple, 60, 4, "staple">>;
constexpr std::uint64_t Bits::pack() const noexcept { return BitFields::pack(*this); }
constexpr Bits Bits::unpack(std::uint64_t v) noexcept { return BitFields::unpack(v); }

/// Organisations of issuers that have a measure of their own, as certificates write them (O=). The first stands for
/// all others.
inline constexpr std::string_view kIssuers[] = {
    "",       "Let's Encrypt",         "DigiCert Inc",      "Sectigo Limited",      "GlobalSign nv-sa",
    "Amazon", "Google Trust Services", "GoDaddy.com, Inc.", "Microsoft Corporation"};

[[nodiscard]] inline std::span<const FactRow> facts() noexcept {
  static constexpr FactRow kFacts[] = {
      {"connection", "chain seen or why not, key, signature hash, validity, name, trust, SCTs, staple, issuer"},
      {"certificate", "key, signature hash, validity, trust, SCTs, issuer"},
  };
  return kFacts;
}

}  // namespace uptake::certificates
