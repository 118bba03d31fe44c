#pragma once

#include "dissectors/dns/facts.h"
#include "policy/catalogue/dns/words.h"
#include "policy/catalogue/judge.h"
#include "policy/measure.h"

// What several files of DNS rows ask of a response.
namespace uptake::dns {

inline constexpr std::uint8_t kNoError = 0;
inline constexpr std::uint8_t kNxDomain = 3;

/// The capture cut the response in its question: of the rest only the header is known.
[[nodiscard]] constexpr bool question_is_cut(const ResponseBits& r) noexcept {
  return r.qtype == 0 && r.cut && !r.answered;
}
/// A further message of a zone transfer (RFC 5936 §2.2.1): records without a question. No response of its own.
[[nodiscard]] constexpr bool continues_transfer(const ResponseBits& r) noexcept {
  return r.qtype == 0 && r.tcp && r.answered;
}

/// The answer is final: authoritative, or of a recursive resolver that was asked to recurse. A referral is not. Nor
/// is an alias of which an authoritative server does not give the target, because only a resolver follows it; with
/// NXDOMAIN it is final, because that is about the target (RFC 6604).
[[nodiscard]] constexpr bool is_final(const ResponseBits& r) noexcept {
  const bool resolved = r.ra && r.rd;
  if (r.alias && r.rcode != kNxDomain) return resolved && !r.aa;
  return r.aa || resolved;
}

/// No RRSIG can cover the answer: it is made of signatures, or of whatever there is (ANY), is a pseudo-record, a
/// transfer, or of another class than IN, which nobody signs (RFC 4035 §2.2, RFC 6895 §3.1).
[[nodiscard]] constexpr bool cannot_be_signed(const ResponseBits& r) noexcept {
  constexpr std::uint16_t kOpt = 41;
  constexpr std::uint16_t kRrsigType = 46;
  const bool meta = r.qtype >= 128 && r.qtype <= 255;
  const bool no_question = r.qtype == 0 && !question_is_cut(r);
  return r.other_class || meta || no_question || r.qtype == kOpt || r.qtype == kRrsigType;
}

/// Why records of the answer section are missing.
[[nodiscard]] constexpr Judgement missing(const ResponseBits& r) noexcept {
  return Judgement::unobservable(r.broken ? Reason::malformed : Reason::truncated);
}

/// Whether the records asked for exist: pass when the answer has them, fail when a final answer denies them.
/// Referrals and errors (SERVFAIL, REFUSED) say neither. Of a cut response, what is left decides where it can.
[[nodiscard]] constexpr Judgement exists(const ResponseBits& r, bool there) noexcept {
  if (r.rcode != kNoError && r.rcode != kNxDomain) return Judgement::not_applicable();
  if (r.tc) return Judgement::unobservable(Reason::truncated);
  if (there) return Judgement::pass();
  if (r.answers_cut && r.rcode != kNxDomain) return missing(r);
  return is_final(r) ? Judgement::fail() : Judgement::not_applicable();
}

/// Whether its query asked for signatures: pass means that it did.
[[nodiscard]] constexpr Judgement asked_for_signatures(const ResponseBits& r) noexcept {
  if (question_is_cut(r) || r.query_cut) return Judgement::unobservable(Reason::truncated);
  if (!r.query_seen) return Judgement::unobservable(dns::kNoQuery);
  if (!r.query_dnssec_ok) return Judgement::unobservable(Reason::not_asked);
  return Judgement::pass();
}

/// Lifts a judgement of an unpacked response to a judge; other opcodes (NOTIFY, UPDATE) answer no query.
template <Judgement (*kJudge)(const ResponseBits&) noexcept>
[[nodiscard]] Judgement of_response(std::uint64_t v, const Profile&) noexcept {
  const ResponseBits r = ResponseBits::unpack(v);
  return r.opcode == 0 && !continues_transfer(r) ? kJudge(r) : Judgement::ignored();
}
/// The same for entities: a sighting that says nothing about a name leaves it unmarked.
template <Judgement (*kJudge)(const ResponseBits&) noexcept>
[[nodiscard]] Judgement of_name(std::uint64_t v, const Profile& profile) noexcept {
  return by_entity<of_response<kJudge>>(v, profile);
}

}  // namespace uptake::dns
