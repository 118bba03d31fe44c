#pragma once

#include "dissectors/dns/facts.h"
#include "policy/measure.h"

// What several files of DNS rows ask of a response.
namespace uptake::dns {

inline constexpr std::uint8_t kNoError = 0;
inline constexpr std::uint8_t kNxDomain = 3;

/// The server had the last word: an authoritative answer, or one of a recursive resolver. A referral is neither.
[[nodiscard]] constexpr bool is_final(const ResponseBits& r) noexcept { return r.aa || r.ra; }
/// Records may be missing: the server cut the answer (TC), or the capture did.
[[nodiscard]] constexpr bool is_cut(const ResponseBits& r) noexcept { return r.tc || r.cut; }

/// Whether the records asked for exist: pass when they stand in the answer, fail when the server finally said that
/// there are none; referrals and errors (SERVFAIL, REFUSED) say neither.
[[nodiscard]] constexpr Judgement exists(const ResponseBits& r, bool there) noexcept {
  if (is_cut(r)) return Judgement::unobservable(Reason::truncated);
  if (r.rcode != kNoError && r.rcode != kNxDomain) return Judgement::not_applicable();
  if (there) return Judgement::pass();
  return is_final(r) ? Judgement::fail() : Judgement::not_applicable();
}

/// Lifts a judgement of an unpacked response to a judge; other opcodes (NOTIFY, UPDATE) answer no query.
template <Judgement (*kJudge)(const ResponseBits&) noexcept>
[[nodiscard]] Judgement of_response(std::uint64_t v, const Profile&) noexcept {
  const ResponseBits r = ResponseBits::unpack(v);
  return r.opcode == 0 ? kJudge(r) : Judgement::ignored();
}
/// The same for entities: a sighting that says nothing about a name leaves it unmarked.
template <Judgement (*kJudge)(const ResponseBits&) noexcept>
[[nodiscard]] Judgement of_name(std::uint64_t v, const Profile& profile) noexcept {
  const Judgement judgement = of_response<kJudge>(v, profile);
  return judgement.outcome == Judgement::Outcome::not_applicable ? Judgement::ignored() : judgement;
}

}  // namespace uptake::dns
