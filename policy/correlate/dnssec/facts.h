#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"
#include "policy/dns_side.h"

namespace uptake::dnssec {

/// Fact: what the validation of responses comes to.
enum Fact : std::uint16_t {
  kResponse,  ///< one response that DNSSEC is about; its name is the question's; value: Bits
  kZone,      ///< a response that was secure or bogus; its name is that of the zone whose keys decide; value: Bits
  kMissing,   ///< a response that is not judged, for want of a record; its name is that record's owner; value: Bits
  kFactCount,
};

/// Shown: what the validation shows to the correlators below it.
enum Shown : std::uint16_t {
  kJudged,  ///< one response with its octets, when it is judged; value: Bits
  kShownCount,
};

/// Security: the status of a response, or an RRset (RFC 4035 §4.3).
enum class Security : std::uint8_t {
  secure,
  insecure,  ///< proved to be in no signed zone
  bogus,
  not_judged,
};

/// Missing: what a verdict lacks.
enum class Missing : std::uint8_t {
  nothing,
  anchor,     ///< no trust anchor of that time matches, or none stands above the name
  dnskey,     ///< the zone's DNSKEY RRset was not seen
  ds,         ///< neither the zone's DS RRset nor its denial was seen
  denial,     ///< that there is no cut without DS above the name was not seen
  query,      ///< its query was not seen, so nobody knows whether it is an answer, and signatures were asked for
  not_asked,  ///< signatures were not asked for, or whoever answered does not know them
  truncated,  ///< the response is cut: by the server (TC) or the capture
  malformed,
  limit,   ///< a bound of uptake was reached
  budget,  ///< more new signatures in a second than are verified
};

/// Kind: what a response says.
enum class Kind : std::uint8_t {
  answer,
  no_data,
  no_name,
  referral,
  error,  ///< another RCODE, or nothing that DNSSEC could prove, or what whoever answers does not hold out as the
          ///< zone's
};

/// Fault: what is wrong with a bogus response.
enum class Fault : std::uint8_t {
  none,
  signature,  ///< no signature verifies
  expired,
  not_yet_valid,
  no_key,        ///< no DNSKEY of the zone made the signatures
  no_signature,  ///< there is none, in a signed zone
  no_denial,     ///< the denial does not prove what it should
  ds_mismatch,   ///< no DNSKEY of the zone matches its DS
};

/// Bits: the value of the facts. Algorithm, key and digest are those of the last RRset that was verified.
struct Bits {
  Security verdict = Security::not_judged;
  Missing missing = Missing::nothing;
  Kind kind = Kind::answer;
  Fault fault = Fault::none;
  DnsSide side = DnsSide::other;
  bool ad = false;
  bool cd = false;
  bool asked_ad = false;  ///< its query had DO or AD, so that a resolver may say AD
  std::uint8_t algorithm = 0;
  std::uint16_t key_bits = 0;
  std::uint8_t digest_type = 0;  ///< of the DS, or the trust anchor, that the key was trusted by
  bool nsec = false;             ///< NSEC records were part of it
  bool nsec3 = false;
  bool expanded = false;  ///< from a wildcard
  std::uint16_t qtype = 0;
  bool unasked = false;  ///< its query was not seen: it may be no answer at all (RFC 5452 §9.1)

  bool authoritative = false;  ///< AA: the server's own word, which it does not validate (RFC 4035 §3.1.6)
  /// Whoever validates may take it for insecure: it hangs on SHA-1, or on NSEC3 with iterations (RFC 9905, RFC 9276
  /// §3.2).
  bool optional = false;

  /// Who asked may have taken it for an answer.
  [[nodiscard]] constexpr bool is_taken() const noexcept { return !unasked || verdict == Security::secure; }

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr Bits unpack(std::uint64_t v) noexcept;
};

/// InOctets: a number of bits that are whole octets.
struct InOctets {
  static constexpr std::uint64_t encode(std::uint16_t bits) noexcept { return bits / 8U; }
  template <class Member>
  static constexpr Member decode(std::uint64_t code) noexcept {
    return static_cast<Member>(8 * code);
  }
};

/// BitFields: where Bits has its fields, and their names in events.
using BitFields =
    Fields<Bits, Field<&Bits::verdict, 0, 2, "verdict">, Field<&Bits::missing, 2, 4, "missing">,
           Field<&Bits::kind, 6, 3, "kind">, Field<&Bits::fault, 9, 3, "fault">, Field<&Bits::side, 12, 2, "side">,
           Flag<&Bits::ad, 14, "ad">, Flag<&Bits::cd, 15, "cd">, Flag<&Bits::asked_ad, 16, "asked_ad">,
           Field<&Bits::algorithm, 17, 8, "algorithm">, Field<&Bits::key_bits, 25, 11, "key_bits", InOctets>,
           Field<&Bits::digest_type, 36, 3, "digest_type">, Flag<&Bits::nsec, 39, "nsec">,
           Flag<&Bits::nsec3, 40, "nsec3">, Flag<&Bits::expanded, 41, "wildcard">,
           Field<&Bits::qtype, 42, 16, "qtype">, Flag<&Bits::unasked, 58>, Flag<&Bits::authoritative, 59>,
           Flag<&Bits::optional, 60>>;
constexpr std::uint64_t Bits::pack() const noexcept { return BitFields::pack(*this); }
constexpr Bits Bits::unpack(std::uint64_t v) noexcept { return BitFields::unpack(v); }

[[nodiscard]] inline std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kFacts = {{
      {"response", "verdict, what is missing or wrong, kind, side, AD, CD, algorithm, key size, digest type, denial"},
      {"zone", "as response"},
      {"missing", "as response"},
  }};
  return kFacts;
}

}  // namespace uptake::dnssec
