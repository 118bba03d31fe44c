#pragma once

#include "dissectors/quic/facts.h"
#include "policy/catalogue/judge.h"
#include "policy/catalogue/quic/words.h"
#include "policy/measure.h"

// What several files of QUIC rows ask of a connection.
namespace uptake::quic {

/// Why a hello that was not read is unobservable.
[[nodiscard]] constexpr Reason reason_of(Hello hello) noexcept {
  switch (hello) {
    case Hello::partial:
      return kPartial;
    case Hello::truncated:
      return Reason::truncated;
    case Hello::overload:
      return kOverload;
    case Hello::malformed:
      return Reason::malformed;
    case Hello::limit:
      return Reason::limit;
    case Hello::foreign:
      return kUnknownVersion;
    case Hello::read:
    case Hello::sealed:
      break;
  }
  return kSealed;
}

/// Why a ServerHello that was not read is unobservable; nothing when it was read, or when there is none.
[[nodiscard]] constexpr Reason reason_of_answer(const ConnectionBits& c) noexcept {
  switch (c.answer) {
    case Answer::partial:
      return kPartial;
    case Answer::sealed:
      return c.hello == Hello::foreign ? kUnknownVersion : kSealed;
    case Answer::truncated:
      return Reason::truncated;
    case Answer::overload:
      return kOverload;
    case Answer::malformed:
      return Reason::malformed;
    case Answer::limit:
      return Reason::limit;
    case Answer::unseen:
    case Answer::read:
    case Answer::refused:
      break;
  }
  // Of a flood nothing more is read: no answer is looked for.
  return c.hello == Hello::overload ? kOverload : kNoAnswer;
}

/// Lifts a predicate on any connection to a judge.
template <bool (*kPasses)(const ConnectionBits&)>
[[nodiscard]] Judgement among_all(std::uint64_t v, const Profile&) noexcept {
  return Judgement::pass_if(kPasses(ConnectionBits::unpack(v)));
}
/// The same of what stands in the ClientHello.
template <bool (*kPasses)(const ConnectionBits&)>
[[nodiscard]] Judgement among_hellos(std::uint64_t v, const Profile&) noexcept {
  const ConnectionBits c = ConnectionBits::unpack(v);
  if (c.hello != Hello::read) return Judgement::unobservable(reason_of(c.hello));
  return Judgement::pass_if(kPasses(c));
}

/// Whether a server agreed to go on: fail when it asked for another version, or closed the connection. That it sent
/// an Initial does not tell: it may be one that closes.
[[nodiscard]] constexpr Judgement agreement(const ConnectionBits& c) noexcept {
  if (c.answer == Answer::refused) return Judgement::fail();
  if (c.answer == Answer::read || c.went_on) return Judgement::pass();
  if (c.version_negotiation && c.negotiated == Version::none) return Judgement::fail();
  return Judgement::unobservable(reason_of_answer(c));
}

/// A row about connections of QUIC.
[[nodiscard]] constexpr Measure connection(const Unit& unit, std::string_view id, const Standard& standard,
                                           Judge judge, std::string_view question, std::string_view passes,
                                           std::string_view hidden) noexcept {
  return Measure{id, &standard, unit, "quic", kConnection, judge, question, passes, hidden};
}

inline constexpr std::string_view kHelloHidden =
    "Connections whose ClientHello was not read: Initials that do not open (sealed), a part of it that was not seen, "
    "Initials beyond what a worker opens at once (overload_quic), and versions that nobody has published.";

}  // namespace uptake::quic
