#include "policy/catalogue/dnssec/area.h"

#include <array>

#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/dnssec/words.h"
#include "policy/catalogue/judge.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/events/dnssec.h"

namespace uptake {
namespace dnssec {
namespace {

// --- judges ---

constexpr Reason reason_of(Missing missing) noexcept {
  switch (missing) {
    case Missing::anchor:
      return kNoAnchor;
    case Missing::dnskey:
      return kNoDnskey;
    case Missing::ds:
      return kNoDs;
    case Missing::denial:
      return kNoDenial;
    case Missing::query:
      return kNoQuery;
    case Missing::not_asked:
      return Reason::not_asked;
    case Missing::truncated:
      return Reason::truncated;
    case Missing::malformed:
      return Reason::malformed;
    case Missing::budget:
      return kBudget;
    case Missing::limit:
    case Missing::nothing:
      break;
  }
  return Reason::limit;
}

/// Whether there is a verdict: pass when there is.
Judgement judged(const Bits& b) noexcept {
  if (b.kind == Kind::error) return Judgement::not_applicable();
  return b.verdict == Security::not_judged ? Judgement::unobservable(reason_of(b.missing)) : Judgement::pass();
}
constexpr bool is_denial(const Bits& b) noexcept { return b.kind == Kind::no_data || b.kind == Kind::no_name; }

using OfBits = Judgement (*)(const Bits&) noexcept;

/// Lifts a judgement of a verdict to a judge of responses; referrals are not answers.
template <OfBits kJudge>
Judgement among_answers(std::uint64_t v, const Profile&) noexcept {
  const Bits b = Bits::unpack(v);
  if (b.kind == Kind::referral) return Judgement::not_applicable();
  const Judgement there = judged(b);
  return is_pass(there) ? kJudge(b) : there;
}
/// The same of those that it is about, which does not depend on a verdict.
template <bool (*kIsAbout)(const Bits&) noexcept, OfBits kJudge>
Judgement among_answers_of(std::uint64_t v, const Profile& profile) noexcept {
  return kIsAbout(Bits::unpack(v)) ? among_answers<kJudge>(v, profile) : Judgement::not_applicable();
}
template <OfBits kJudge>
Judgement among_denials(std::uint64_t v, const Profile& profile) noexcept {
  return is_denial(Bits::unpack(v)) ? among_answers<kJudge>(v, profile) : Judgement::not_applicable();
}
template <OfBits kJudge>
Judgement among_referrals(std::uint64_t v, const Profile&) noexcept {
  const Bits b = Bits::unpack(v);
  if (b.kind != Kind::referral) return Judgement::not_applicable();
  const Judgement there = judged(b);
  return is_pass(there) ? kJudge(b) : there;
}
/// Of a name or a zone: what a resolver hands out is not held against it.
template <OfBits kJudge>
Judgement of_zone(std::uint64_t v, const Profile& profile) noexcept {
  const Bits b = Bits::unpack(v);
  if (b.verdict == Security::bogus && b.side != DnsSide::authority) return Judgement::unobservable(kHandedOut);
  const Judgement judgement = among_answers<kJudge>(v, profile);
  return judgement.outcome == Judgement::Outcome::not_applicable ? Judgement::ignored() : judgement;
}

template <Security kVerdict>
Judgement is(const Bits& b) noexcept {
  return Judgement::pass_if(b.verdict == kVerdict);
}
Judgement is_sound(const Bits& b) noexcept { return Judgement::pass_if(b.verdict != Security::bogus); }
/// Of those that are secure.
template <bool (*kPasses)(const Bits&) noexcept>
Judgement of_secure(const Bits& b) noexcept {
  return b.verdict == Security::secure ? Judgement::pass_if(kPasses(b)) : Judgement::not_applicable();
}
template <Fault kFault>
Judgement has_fault(const Bits& b) noexcept {
  return b.verdict == Security::bogus ? Judgement::pass_if(b.fault == kFault) : Judgement::not_applicable();
}
template <std::uint8_t... kAlgorithms>
bool is_by(const Bits& b) noexcept {
  return ((b.algorithm == kAlgorithms) || ...);
}
template <std::uint8_t kType>
bool is_trusted_by(const Bits& b) noexcept {
  return b.digest_type == kType;
}
/// NIST SP 800-57: 112 bits of strength.
bool is_long(const Bits& b) noexcept { return b.algorithm >= 13 || b.key_bits >= 2048; }
bool is_by_nsec3(const Bits& b) noexcept { return b.nsec3; }
bool is_expanded(const Bits& b) noexcept { return b.expanded; }

/// What a resolver that says AD hands out.
bool has_ad(const Bits& b) noexcept { return b.side == DnsSide::stub && b.ad; }
/// A resolver may say AD of it. A query with CD wants no validation (RFC 4035 §3.2.2).
bool may_have_ad(const Bits& b) noexcept {
  return b.side == DnsSide::stub && b.asked_ad && !b.cd && !b.authoritative && !b.optional;
}
bool is_ad(const Bits& b) noexcept { return b.ad; }
Judgement could_judge(std::uint64_t v, const Profile&) noexcept {
  const Judgement there = judged(Bits::unpack(v));
  return there.outcome == Judgement::Outcome::unobservable ? Judgement::fail() : there;
}
template <Missing kMissing>
Judgement lacks(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(Bits::unpack(v).missing == kMissing);
}

}  // namespace
}  // namespace dnssec

namespace {

using namespace dnssec;
using namespace standards;

constexpr std::string_view kHidden =
    "Responses for which a link of the chain was not seen, here or in --dnssec-records, within its TTL before or 5 s "
    "after (no_anchor, no_dnskey, no_ds, no_denial); whose query was not seen (no_query) or wanted no signatures "
    "(not_asked); that are cut (truncated); and those for which a bound was reached (limit, budget).";
constexpr std::string_view kOutside =
    "Responses that carry nothing of DNSSEC and did not have to: those to queries without DO. Errors, referrals, "
    "zone transfers, and what the question does not name. What does not validate and is not held out as the zone's: "
    "addresses made for NAT64, and answers that are said to be stale, forged, blocked, censored or filtered (RFC "
    "8914: "
    "info-codes 3, 4, 15 to 17, 19).";
constexpr std::string_view kSecureWords =
    "Its signatures, and for a denial or a wildcard the proof, verify up to a trust anchor of that time "
    "(--trust-anchor),"
    " by keys and DS records that crossed the wire. Signature times are held against packet time, with the tolerance "
    "of "
    "unbound: a tenth of the signature's life, at least an hour, at most a day.";
constexpr std::string_view kInsecureWords =
    "A signed zone above proves that it has no DS, or none with a known algorithm; or the denial has opt-out, or "
    "NSEC3 "
    "with more than 150 iterations.";
constexpr std::string_view kBogusWords =
    "Every link above is secure, and still no signature verifies, or there is none, or the denial proves too little.";

constexpr Measure row(const Unit& unit, std::uint16_t fact, Judge judge, std::string_view id,
                      const Standard& standard, std::string_view question, std::string_view passes) {
  return Measure{id, &standard, unit, "dnssec", fact, judge, question, passes, kHidden}.from_join().leaves_out(
      kOutside);
}
constexpr Measure response(Judge judge, std::string_view id, std::string_view question, std::string_view passes) {
  return row(Unit::responses, kResponse, judge, id, kDnssec, question, passes);
}
template <bool (*kPasses)(const Bits&) noexcept>
constexpr Measure secure_by(std::string_view id, std::string_view question, std::string_view passes) {
  return row(Unit::responses, kResponse, among_answers<of_secure<kPasses>>, id, kDnssecAlgorithms, question, passes)
      .neutral();
}
template <Fault kFault>
constexpr Measure fault(std::string_view id, std::string_view question, std::string_view passes) {
  return response(among_answers<has_fault<kFault>>, id, question, passes).neutral();
}
constexpr std::string_view kAlgorithmWords = "The key that signed the last RRset of the answer has this algorithm.";
constexpr std::string_view kDigestWords = "The keys of the zone are trusted by a DS, or an anchor, with this digest.";

constexpr std::array kRows = {
    response(among_answers<is<Security::secure>>, "dnssec.secure", "How many answers validate?", kSecureWords)
        .fails_if("It is insecure or bogus.")
        .beware("Judged from what crossed this wire: a resolver may know more, and a stub mostly sees less.")
        .first_screen("answers that validate", 3),
    response(among_answers<is<Security::insecure>>, "dnssec.insecure", "How many answers are proved to be unsigned?",
             kInsecureWords)
        .neutral(),
    response(among_answers<is<Security::bogus>>, "dnssec.bogus", "How many answers do not validate, and should?",
             kBogusWords)
        .low_is_good()
        .beware("From a stub's side it is bogus as handed out: the resolver may have joined records of two ages."),
    row(Unit::names, kResponse, of_zone<is<Security::secure>>, "dnssec.secure", kDnssec,
        "How many names have only answers that validate?", kSecureWords),
    row(Unit::names, kResponse, of_zone<is_sound>, "dnssec.sound", kDnssec,
        "How many names have no answer of their own servers that should validate and does not?",
        "Each is secure or insecure.")
        .fails_if("Some answer is bogus: every link above it is secure, and it does not verify."),
    row(Unit::names, kZone, of_zone<is<Security::secure>>, "dnssec.zone.secure", kDnssec,
        "How many signed zones only give answers that validate?",
        "Every answer signed by its keys, or that should be, validates."),
    response(could_judge, "dnssec.judged", "How many responses can be judged from what crossed the wire?",
             "It is secure, insecure or bogus.")
        .neutral(),
    response(among_denials<is<Security::secure>>, "dnssec.denial.secure", "How many denials validate?", kSecureWords),
    response(among_denials<of_secure<is_by_nsec3>>, "dnssec.denial.nsec3",
             "How many denials that validate are by NSEC3?", "NSEC3 records prove it.")
        .neutral(),
    response(among_answers<of_secure<is_expanded>>, "dnssec.wildcard",
             "How many answers that validate are made from a "
             "wildcard?",
             "Its signature is over a wildcard, and a closer name is denied.")
        .neutral(),
    response(among_referrals<is<Security::secure>>, "dnssec.referral.secure",
             "How many referrals lead into signed zones?", "Its DS RRset validates, and has a known algorithm.")
        .fails_if("That there is no such DS is proved, or it is bogus.")
        .leaves_out("Responses that are no referrals."),
    response(among_answers_of<has_ad, is<Security::secure>>, "dnssec.ad.right",
             "How many answers that a resolver calls validated do validate?", "AD is set, and it is secure.")
        .beware("What a resolver calls validated and is insecure here may be above 150 iterations alone."),
    response(among_answers_of<may_have_ad, of_secure<is_ad>>, "dnssec.ad.said",
             "How many answers that validate does the resolver call so?",
             "It is secure, its query had AD or DO and not CD, and AD is set.")
        .leaves_out(
            "Errors and referrals; what a server says of its own zones (AA); and what whoever validates may take for "
            "insecure: algorithms and digests by SHA-1, here or above, and NSEC3 with iterations (RFC 9905, RFC "
            "9276)."),

    secure_by<is_by<5, 7>>("dnssec.algorithm.rsa_sha1", "How many answers that validate do so by RSA with SHA-1?",
                           kAlgorithmWords)
        .low_is_good(),
    secure_by<is_by<8>>("dnssec.algorithm.rsa_sha256", "How many answers that validate do so by RSA with SHA-256?",
                        kAlgorithmWords),
    secure_by<is_by<10>>("dnssec.algorithm.rsa_sha512", "How many answers that validate do so by RSA with SHA-512?",
                         kAlgorithmWords),
    secure_by<is_by<13>>("dnssec.algorithm.p256", "How many answers that validate do so by ECDSA P-256?",
                         kAlgorithmWords),
    secure_by<is_by<14>>("dnssec.algorithm.p384", "How many answers that validate do so by ECDSA P-384?",
                         kAlgorithmWords),
    secure_by<is_by<15>>("dnssec.algorithm.ed25519", "How many answers that validate do so by Ed25519?",
                         kAlgorithmWords),
    secure_by<is_by<16>>("dnssec.algorithm.ed448", "How many answers that validate do so by Ed448?", kAlgorithmWords),
    row(Unit::responses, kResponse, among_answers<of_secure<is_long>>, "dnssec.key.size", kDnssecAlgorithms,
        "How many answers that validate do so by a key of enough strength?",
        "An elliptic curve, or RSA with 2048 bits or more (NIST SP 800-57: 112 bits of strength)."),
    secure_by<is_trusted_by<1>>("dnssec.digest.sha1", "How many answers that validate hang on a DS with SHA-1?",
                                kDigestWords)
        .low_is_good(),
    secure_by<is_trusted_by<2>>("dnssec.digest.sha256", "How many answers that validate hang on a DS with SHA-256?",
                                kDigestWords),
    secure_by<is_trusted_by<4>>("dnssec.digest.sha384", "How many answers that validate hang on a DS with SHA-384?",
                                kDigestWords),

    fault<Fault::signature>("dnssec.fault.signature", "How many bogus answers have a signature that does not verify?",
                            "The key is there, and the signature is not by it over this."),
    fault<Fault::expired>("dnssec.fault.expired", "How many bogus answers have a signature that is over?",
                          "Its expiration lies before packet time."),
    fault<Fault::not_yet_valid>("dnssec.fault.not_yet_valid",
                                "How many bogus answers have a signature that is not valid yet?",
                                "Its inception lies behind packet time."),
    fault<Fault::no_key>("dnssec.fault.no_key",
                         "How many bogus answers are signed by keys that the zone does not have?",
                         "No DNSKEY has the tag and the algorithm."),
    fault<Fault::no_signature>("dnssec.fault.no_signature", "How many bogus answers lack a signature?",
                               "The zone is signed, signatures were asked for, and there is none."),
    fault<Fault::no_denial>("dnssec.fault.no_denial", "How many bogus answers prove too little?",
                            "The NSEC or NSEC3 records do not prove the denial, or the wildcard."),
    fault<Fault::ds_mismatch>("dnssec.fault.ds_mismatch",
                              "How many bogus answers are of zones whose keys no DS names?",
                              "None of the DNSKEY RRsets seen is signed by a key that the DS names."),

    row(Unit::names, kMissing, lacks<Missing::dnskey>, "dnssec.missing.dnskey", kDnssec,
        "Of how many zones that answers lacked a record of are the keys missing?", "Its DNSKEY RRset was not seen.")
        .neutral(),
    row(Unit::names, kMissing, lacks<Missing::ds>, "dnssec.missing.ds", kDnssec,
        "Of how many zones that answers lacked a record of is the delegation missing?",
        "Neither its DS nor the denial of it was seen.")
        .neutral(),
};

Vantage vantage_of(std::uint16_t, std::uint64_t value) noexcept { return dns::vantage_of(Bits::unpack(value).side); }

}  // namespace

Area dnssec_area() {
  return {
      .name = "dnssec", .measures = kRows, .vantage = vantage_of, .words = dnssec::kWords, .events = dnssec_events()};
}

}  // namespace uptake
