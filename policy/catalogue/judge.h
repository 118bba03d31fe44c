#pragma once

#include <cstdint>
#include <initializer_list>

#include "dissectors/dissector.h"
#include "policy/measure.h"

// What the judges of several areas have in common.
namespace uptake {

/// Judge: what a row makes of the value of a fact.
using Judge = Judgement (*)(std::uint64_t value, const Profile& profile) noexcept;

[[nodiscard]] constexpr bool is_pass(Judgement j) noexcept { return j.outcome == Judgement::Outcome::pass; }
[[nodiscard]] constexpr bool is_fail(Judgement j) noexcept { return j.outcome == Judgement::Outcome::fail; }

/// What several questions about one thing come to: what one of them leaves out is left out, whatever is not known of
/// the others; else the first that it does not pass.
[[nodiscard]] inline Judgement all_of(std::initializer_list<Judgement> all) noexcept {
  using Outcome = Judgement::Outcome;
  for (const Judgement one : all)
    if (one.outcome == Outcome::ignored || one.outcome == Outcome::not_applicable) return one;
  for (const Judgement one : all)
    if (!is_pass(one)) return one;
  return Judgement::pass();
}

/// Why something was not seen of a flow that ended so; `whole` when nothing of it is missing, `endless` when nothing
/// but its end.
[[nodiscard]] constexpr Reason reason_of(Ending why, Reason whole, Reason endless = Reason::unfinished) noexcept {
  switch (why) {
    case Ending::gap:
      return Reason::gap;
    case Ending::truncated:
      return Reason::truncated;
    case Ending::malformed:
      return Reason::malformed;
    case Ending::limit:
      return Reason::limit;
    case Ending::unfinished:
      return endless;
    case Ending::closed:
      break;
  }
  return whole;
}

/// The judge of a fact that says why something could not be read: its value is an Ending.
[[nodiscard]] inline Judgement unread(std::uint64_t value, const Profile&) noexcept {
  return Judgement::unobservable(reason_of(static_cast<Ending>(value), Reason::gap, Reason::gap));
}

/// The same judge for entities: a sighting that says nothing about a server, or a name, leaves it unmarked.
template <Judge kJudge>
[[nodiscard]] Judgement by_entity(std::uint64_t value, const Profile& profile) noexcept {
  const Judgement judgement = kJudge(value, profile);
  return judgement.outcome == Judgement::Outcome::not_applicable ? Judgement::ignored() : judgement;
}

}  // namespace uptake
