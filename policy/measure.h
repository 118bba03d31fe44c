#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dissectors/observation.h"
#include "policy/standard.h"
#include "policy/unit.h"
#include "policy/vocabulary.h"

namespace uptake {

class Profile;

/// Cell: where a sighting is counted: family x direction x vantage x group of the client.
struct Cell {
  Family family = Family::v4;
  Direction direction = Direction::unknown;
  Vantage vantage = Vantage::none;
  std::uint8_t group = 0;  ///< as Grouping numbers them; 0: clients are not grouped, or no client was told apart

  static constexpr std::size_t kDirections = 3;
  /// Cells of one group.
  static constexpr std::size_t kCount = 2 * kDirections * kVantages;
  /// Its place among the cells of its group.
  [[nodiscard]] constexpr std::size_t in_group() const noexcept {
    return (static_cast<std::size_t>(family) * kDirections + static_cast<std::size_t>(direction)) * kVantages +
           static_cast<std::size_t>(vantage);
  }
  [[nodiscard]] constexpr std::size_t index() const noexcept { return group * kCount + in_group(); }
  [[nodiscard]] static constexpr Cell of(std::size_t index) noexcept {
    const std::size_t place = index % kCount;
    return {static_cast<Family>(place / kVantages / kDirections),
            static_cast<Direction>(place / kVantages % kDirections), static_cast<Vantage>(place % kVantages),
            static_cast<std::uint8_t>(index / kCount)};
  }
};

/// Judgement: one of four outcomes; `ignored` leaves the sighting out of the measure altogether.
struct Judgement {
  enum class Outcome : std::uint8_t { pass, fail, unobservable, not_applicable, ignored };
  Outcome outcome = Outcome::ignored;
  Reason reason{};

  [[nodiscard]] static constexpr Judgement pass() noexcept { return {Outcome::pass, {}}; }
  [[nodiscard]] static constexpr Judgement fail() noexcept { return {Outcome::fail, {}}; }
  [[nodiscard]] static constexpr Judgement pass_if(bool yes) noexcept { return yes ? pass() : fail(); }
  [[nodiscard]] static constexpr Judgement unobservable(Reason why) noexcept { return {Outcome::unobservable, why}; }
  [[nodiscard]] static constexpr Judgement not_applicable() noexcept { return {Outcome::not_applicable, {}}; }
  [[nodiscard]] static constexpr Judgement ignored() noexcept { return {}; }
};

/// Good: what a high share of a measure says: progress, the need of it, or neither (one part of a distribution).
enum class Good : std::uint8_t { high, low, none };

/// Answer: what the counts of a measure say. Of a measure across families an entity is judged where its addresses of
/// both families are tied, and one pass is enough. Two counts stand beside each other: those that pass and those that
/// fail may be the same ones, so there is no share.
enum class Answer : std::uint8_t { share, across_families, two_counts };

/// Measure: one question: of all sightings of A, how many pass p. One row of the catalogue.
/// `judge` sees the packed value of the fact alone, so equal values are judged once and counted.
struct Measure {
  std::string_view id;  ///< "tls.version.1_3"; stable for ever, unique per (id, unit)
  const Standard* standard;
  Unit unit;
  std::string_view dissector;  ///< whose fact
  std::uint16_t fact;          ///< that dissector's own number
  Judgement (*judge)(std::uint64_t value, const Profile& profile) noexcept;
  std::string_view question;  ///< one plain sentence
  std::string_view passes;    ///< what passes
  std::string_view hidden;    ///< what is unobservable, and why
  Good good = Good::high;
  std::string_view headline{};  ///< its words on the first screen; empty: it stands on the full card alone
  std::uint8_t place = 0;       ///< there, among those of its theme: the least first
  std::string_view fails{};     ///< what fails; empty: all else that is judged
  std::string_view outside{};   ///< to what the question does not apply; empty: to nothing that is counted
  std::string_view traps{};     ///< how the share can be misread; or empty
  Answer answer = Answer::share;
  bool of_join = false;  ///< its fact is a correlator's: it is left out where that does not run

  // A row says these behind its other words: session(...).neutral().first_screen("connections in TLS 1.3", 1)
  [[nodiscard]] constexpr Measure neutral() const noexcept {
    Measure other = *this;
    other.good = Good::none;
    return other;
  }
  [[nodiscard]] constexpr Measure low_is_good() const noexcept {
    Measure other = *this;
    other.good = Good::low;
    return other;
  }
  [[nodiscard]] constexpr Measure first_screen(std::string_view words, std::uint8_t at) const noexcept {
    Measure other = *this;
    other.headline = words;
    other.place = at;
    return other;
  }
  [[nodiscard]] constexpr Measure answers(Answer how) const noexcept {
    Measure other = *this;
    other.answer = how;
    return other;
  }
  [[nodiscard]] constexpr Measure from_join() const noexcept {
    Measure other = *this;
    other.of_join = true;
    return other;
  }
  [[nodiscard]] constexpr Measure fails_if(std::string_view words) const noexcept {
    Measure other = *this;
    other.fails = words;
    return other;
  }
  [[nodiscard]] constexpr Measure leaves_out(std::string_view words) const noexcept {
    Measure other = *this;
    other.outside = words;
    return other;
  }
  [[nodiscard]] constexpr Measure beware(std::string_view words) const noexcept {
    Measure other = *this;
    other.traps = words;
    return other;
  }
};

/// Names as reports and JSON write them: lower case, words joined by underscores.
[[nodiscard]] std::string_view name_of(Family family) noexcept;
[[nodiscard]] std::string_view name_of(Direction direction) noexcept;
[[nodiscard]] std::string_view name_of(Judgement::Outcome outcome) noexcept;
[[nodiscard]] std::string_view name_of(Good good) noexcept;

}  // namespace uptake
