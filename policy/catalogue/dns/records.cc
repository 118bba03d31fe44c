#include <array>

#include "dissectors/dns/facts.h"
#include "policy/catalogue/dns/measures.h"
#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/ipv6/standards.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/tls/standards.h"

namespace uptake {
namespace {

constexpr std::string_view kHidden =
    "Signatures and keys that nobody asked for here, and what the capture cut off (truncated), once a response; one "
    "response counts each algorithm once.";
constexpr std::string_view kDsHidden =
    "Records that nobody asked for here, and what the capture cut off (truncated), once a response; one response "
    "counts "
    "each pair of algorithm and digest type once.";
constexpr std::string_view kNsec3Hidden =
    "Records that nobody asked for here, and what the capture cut off (truncated), once a response; one response "
    "counts "
    "each set of parameters once.";
constexpr std::string_view kRecordsHidden =
    "Records that nobody asked for here, and what the capture cut off (truncated), once a response.";

// --- judges ---

/// A cut response may have held more of such records.
template <Judgement (*kJudge)(std::uint64_t, const Profile&) noexcept>
Judgement unless_cut(std::uint64_t v, const Profile& profile) noexcept {
  return v == dns::kMayHideMore ? Judgement::unobservable(Reason::truncated) : kJudge(v, profile);
}

constexpr std::uint8_t algorithm_of(std::uint64_t v) { return static_cast<std::uint8_t>(v); }

/// Status for signing of RFC 9904 and RFC 9905; the registry leaves the rest open.
Judgement algorithm_is_sound(std::uint64_t v, const Profile&) noexcept {
  switch (algorithm_of(v)) {
    case 8:   // RSASHA256
    case 13:  // ECDSAP256SHA256
    case 14:  // ECDSAP384SHA384
    case 15:  // ED25519
    case 16:  // ED448
      return Judgement::pass();
    case 1:   // RSAMD5
    case 3:   // DSA
    case 5:   // RSASHA1
    case 6:   // DSA-NSEC3-SHA1
    case 7:   // RSASHA1-NSEC3-SHA1
    case 10:  // RSASHA512
    case 12:  // ECC-GOST
      return Judgement::fail();
    default:
      return Judgement::not_applicable();
  }
}
template <std::uint8_t kAlgorithm>
Judgement algorithm_is(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(algorithm_of(v) == kAlgorithm);
}

constexpr std::uint8_t digest_of(std::uint64_t v) { return static_cast<std::uint8_t>(v >> 8); }
Judgement digest_is_sound(std::uint64_t v, const Profile&) noexcept {
  switch (digest_of(v)) {
    case 2:  // SHA-256
    case 4:  // SHA-384
      return Judgement::pass();
    case 1:  // SHA-1
    case 3:  // GOST R 34.11-94
      return Judgement::fail();
    default:
      return Judgement::not_applicable();
  }
}
template <std::uint8_t kDigest>
Judgement digest_is(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(digest_of(v) == kDigest);
}

Judgement no_iterations(std::uint64_t v, const Profile&) noexcept { return Judgement::pass_if((v & 0xffff) == 0); }
Judgement no_salt(std::uint64_t v, const Profile&) noexcept { return Judgement::pass_if((v >> 16 & 0xff) == 0); }
/// In an NSEC3PARAM the flag is always clear (RFC 5155 §4.1.2).
Judgement no_opt_out(std::uint64_t v, const Profile&) noexcept {
  return (v >> 40 & 1) != 0 ? Judgement::not_applicable() : Judgement::pass_if((v >> 24 & 1) == 0);
}

/// Info-codes kFirst to kLast of RFC 8914, or kAlso.
template <std::uint16_t kFirst, std::uint16_t kLast, std::uint16_t kAlso = kFirst>
Judgement error_is(std::uint64_t v, const Profile&) noexcept {
  const auto code = static_cast<std::uint16_t>(v);
  return Judgement::pass_if((code >= kFirst && code <= kLast) || code == kAlso);
}

template <unsigned kKey>
Judgement has_parameter(std::uint64_t v, const Profile&) noexcept {
  constexpr std::uint64_t kHttps = 65;
  if (v >> 32 != kHttps) return Judgement::not_applicable();
  return Judgement::pass_if((v >> kKey & 1) != 0);
}

Judgement bad_record(std::uint64_t, const Profile&) noexcept { return Judgement::unobservable(Reason::malformed); }

// --- rows ---

using namespace standards;

template <Judge kJudge>
constexpr Measure record(std::string_view id, const Standard& standard, std::uint16_t fact, std::string_view question,
                         std::string_view passes, std::string_view hidden) {
  return {id, &standard, Unit::records, "dns", fact, unless_cut<kJudge>, question, passes, hidden};
}
template <std::uint8_t kAlgorithm>
constexpr Measure signs(std::string_view id, std::string_view question) {
  return record<algorithm_is<kAlgorithm>>(id, kDnssecAlgorithms, dns::kRrsig, question,
                                          "The RRSIG names this algorithm.", kHidden)
      .neutral();
}
template <std::uint8_t kDigest>
constexpr Measure digests(std::string_view id, std::string_view question) {
  return record<digest_is<kDigest>>(id, kDnssecAlgorithms, dns::kDs, question, "The DS names this digest type.",
                                    kDsHidden)
      .neutral();
}
template <unsigned kKey>
constexpr Measure parameter(std::string_view id, const Standard& standard, std::string_view question,
                            std::string_view passes) {
  return record<has_parameter<kKey>>(id, standard, dns::kSvcParams, question, passes, kRecordsHidden)
      .leaves_out("SVCB records.");
}
template <Judge kJudge>
constexpr Measure error(std::string_view id, const Standard& standard, std::string_view question,
                        std::string_view passes) {
  return record<kJudge>(
             id, standard, dns::kEde, question, passes,
             "Servers that do not explain themselves; what the capture cut off (truncated), once a response.")
      .neutral();
}

constexpr std::array kRows = {
    record<algorithm_is_sound>(
        "dnssec.algorithm.recommended", kDnssecAlgorithms, dns::kRrsig,
        "How many signatures are made with an algorithm that is fit for use?",
        "Algorithms 8, 13, 14, 15, 16; 1, 3, 5, 6, 7, 10 and 12 fail; the rest has no verdict.", kHidden)
        .leaves_out("Algorithms without a verdict."),
    signs<5>("dnssec.algorithm.rsasha1", "How many signatures use RSASHA1 (5)?"),
    signs<7>("dnssec.algorithm.rsasha1_nsec3", "How many signatures use RSASHA1-NSEC3-SHA1 (7)?"),
    signs<8>("dnssec.algorithm.rsasha256", "How many signatures use RSASHA256 (8)?"),
    signs<10>("dnssec.algorithm.rsasha512", "How many signatures use RSASHA512 (10)?"),
    signs<13>("dnssec.algorithm.ecdsap256sha256", "How many signatures use ECDSAP256SHA256 (13)?"),
    signs<14>("dnssec.algorithm.ecdsap384sha384", "How many signatures use ECDSAP384SHA384 (14)?"),
    signs<15>("dnssec.algorithm.ed25519", "How many signatures use ED25519 (15)?"),
    signs<16>("dnssec.algorithm.ed448", "How many signatures use ED448 (16)?"),
    record<algorithm_is_sound>(
        "dnssec.key.recommended", kDnssecAlgorithms, dns::kDnskey,
        "How many published keys are of an algorithm that is fit for use?",
        "Algorithms 8, 13, 14, 15, 16; 1, 3, 5, 6, 7, 10 and 12 fail; the rest has no verdict.", kHidden)
        .leaves_out("Algorithms without a verdict."),
    record<algorithm_is_sound>(
        "dnssec.ds.algorithm.recommended", kDnssecAlgorithms, dns::kDs,
        "How many delegations are signed with an algorithm that is fit for use?",
        "Algorithms 8, 13, 14, 15, 16; 1, 3, 5, 6, 7, 10 and 12 fail; the rest has no verdict.", kDsHidden)
        .leaves_out("Algorithms without a verdict."),
    record<digest_is_sound>("dnssec.ds.recommended", kDnssecAlgorithms, dns::kDs,
                            "How many DS records use a digest that is fit for use?",
                            "Digest types 2 and 4; 1 (SHA-1) and 3 (GOST) fail; the rest has no verdict.", kDsHidden)
        .leaves_out("Digest types without a verdict."),
    digests<1>("dnssec.ds.sha1", "How many DS records use SHA-1 (1)?"),
    digests<2>("dnssec.ds.sha256", "How many DS records use SHA-256 (2)?"),
    digests<4>("dnssec.ds.sha384", "How many DS records use SHA-384 (4)?"),

    record<no_iterations>("dnssec.nsec3.iterations", kNsec3, dns::kNsec3,
                          "How many answers with NSEC3 parameters need no extra hashing?",
                          "Zero iterations (RFC 9276 §3.1).", kNsec3Hidden),
    record<no_salt>("dnssec.nsec3.salt", kNsec3, dns::kNsec3, "How many answers with NSEC3 parameters have no salt?",
                    "An empty salt (RFC 9276 §3.1).", kNsec3Hidden),
    record<no_opt_out>("dnssec.nsec3.opt_out", kNsec3, dns::kNsec3,
                       "How many answers with NSEC3 are from a chain that covers every delegation?",
                       "The opt-out flag is clear. In an NSEC3PARAM it always is, so those are not judged.",
                       kNsec3Hidden)
        .leaves_out("NSEC3PARAM, which cannot say it."),

    error<error_is<6, 12>>("dns.ede.bogus", kDnssec, "How many explained errors are DNSSEC validation failures?",
                           "Info-codes 6 to 12: the resolver validates, and refused."),
    error<error_is<1, 2>>("dns.ede.dnssec_support", kDnssec,
                          "How many explained errors are unsupported DNSSEC algorithms or digests?",
                          "Info-codes 1 and 2."),
    error<error_is<5, 5>>("dns.ede.indeterminate", kDnssec,
                          "How many explained errors are undecided DNSSEC validations?", "Info-code 5."),
    error<error_is<3, 3, 19>>("dns.ede.stale", kExtendedErrors, "How many explained answers are stale?",
                              "Info-codes 3 and 19."),
    error<error_is<15, 18>>("dns.ede.filtered", kExtendedErrors, "How many explained errors are filters or refusals?",
                            "Info-codes 15 to 18: blocked, censored, filtered, prohibited."),
    error<error_is<22, 23>>("dns.ede.network", kExtendedErrors,
                            "How many explained errors are unreachable authorities?", "Info-codes 22 and 23."),
    error<error_is<27, 27>>("dns.ede.nsec3_iterations", kNsec3,
                            "How many explained errors are NSEC3 iterations beyond what the resolver accepts?",
                            "Info-code 27."),

    parameter<1>("dns.https.alpn", kAlpn, "How many HTTPS records in service mode announce protocols?",
                 "The parameter alpn."),
    parameter<5>("dns.https.ech", kEch, "How many HTTPS records in service mode offer Encrypted ClientHello?",
                 "The parameter ech: clients can use it; whether they do stays hidden."),
    parameter<4>("dns.https.ipv4hint", kServiceBinding, "How many HTTPS records in service mode hint IPv4 addresses?",
                 "The parameter ipv4hint.")
        .neutral(),
    parameter<6>("dns.https.ipv6hint", kIpv6, "How many HTTPS records in service mode hint IPv6 addresses?",
                 "The parameter ipv6hint."),

    Measure{
        "dns.record.unread", &kDns, Unit::records, "dns", dns::kBadRecord, bad_record,
        "How many DNS records could not be read?", "Nothing can pass: each is a record that no figure holds.",
        "All of them: RDATA that breaks its type, or an owner that points nowhere. The message around them counts."},
    Measure{"dns.unread", &kDns, Unit::records, "dns", dns::kUnreadable, unread,
            "How many DNS messages could not be read?", "Nothing can pass: each is a message that no figure holds.",
            "All of them, by reason: cut by the capture, malformed, out of bounds, or with a gap."},
};

}  // namespace

std::span<const Measure> dns_record_measures() noexcept { return kRows; }

}  // namespace uptake
