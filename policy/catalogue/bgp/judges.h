#pragma once

#include "dissectors/bgp/facts.h"
#include "policy/catalogue/bgp/words.h"
#include "policy/catalogue/judge.h"
#include "policy/measure.h"

// What several files of BGP rows ask.
namespace uptake::bgp {

/// Why the OPENs of a session are not both known.
[[nodiscard]] constexpr Reason reason_of(Sight sight) noexcept {
  switch (sight) {
    case Sight::one:
      return kNoAnswer;
    case Sight::truncated:
      return Reason::truncated;
    case Sight::gap:
      return Reason::gap;
    case Sight::malformed:
      return Reason::malformed;
    case Sight::limit:
      return Reason::limit;
    case Sight::both:
    case Sight::none:
      break;
  }
  return kNoOpen;
}

/// Lifts a question about sessions that were established to a judge.
template <Judgement (*kAsk)(const SessionBits&)>
[[nodiscard]] Judgement among_established(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  return s.established ? kAsk(s) : Judgement::not_applicable();
}
/// The same of those whose OPENs were both read.
template <bool (*kPasses)(const SessionBits&)>
[[nodiscard]] Judgement among_opened(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  if (!s.established) return Judgement::not_applicable();
  if (s.sight != Sight::both) return Judgement::unobservable(s.sight == Sight::one ? kOneEnd : reason_of(s.sight));
  return Judgement::pass_if(kPasses(s));
}

inline constexpr std::string_view kNotEstablished = "Sessions that were not established.";
inline constexpr std::string_view kOpensHidden =
    "Sessions that began before the capture (no_open), and those of which it shows one end only (one_end).";

[[nodiscard]] constexpr Measure session(std::string_view id, const Standard& standard, Judge judge,
                                        std::string_view question, std::string_view passes,
                                        std::string_view hidden = kOpensHidden) noexcept {
  return Measure{id, &standard, kSessions, "bgp", kSession, judge, question, passes, hidden}.leaves_out(
      kNotEstablished);
}

}  // namespace uptake::bgp
