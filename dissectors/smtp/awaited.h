#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "dissectors/smtp/commands.h"

namespace uptake::smtp {

/// Awaited: the commands whose replies have not come, in their order (RFC 2920): replies name no command. Those alike
/// in a row share a place, and a second one when there are many, so that any number of RCPT takes few.
class Awaited {
 public:
  static constexpr std::size_t kPlaces = 16;

  /// One: what waits.
  struct One {
    Kind kind = Kind::other;
    std::uint8_t envelope = 0;  ///< Envelope; of RCPT without what MAIL alone says
  };

  [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
  void clear() noexcept { used_ = 0; }
  /// False when there is no place left.
  [[nodiscard]] bool push(One one) noexcept {
    const Place alone = place_of(one);
    if (used_ > 0 && joins(alone)) return true;
    if (used_ == kPlaces) return false;
    places_[used_++] = alone;
    return true;
  }
  /// The one that has waited longest. Requires !empty().
  [[nodiscard]] One pop() noexcept {
    Place& first = places_[0];
    const One one{static_cast<Kind>(first.kind),
                  static_cast<std::uint8_t>(first.envelope << kOfMail | (first.more & first.low()))};
    if (first.more > first.low()) {
      first.more = static_cast<std::uint8_t>(first.more - first.low() - 1);
    } else if (used_ > 1 && places_[1].kind == kRounds) {
      first.more = static_cast<std::uint8_t>(first.more | ~first.low());
      if (--places_[1].more == 0) remove(1);
    } else {
      remove(0);
    }
    return one;
  }

 private:
  static constexpr unsigned kOfMail = 3;  ///< lowest bits of an Envelope that MAIL alone has (RFC 6531, 6152, 8689)
  static constexpr std::uint8_t kRounds = 15;
  static constexpr std::uint8_t kMost = 0xff;
  /// Place: commands alike, or how often the place in front of it was full.
  struct Place {
    std::uint8_t kind : 4 = 0;
    std::uint8_t envelope : 4 = 0;  ///< without its lowest bits
    std::uint8_t more = 0;          ///< how many are behind the first; of MAIL, above the lowest bits of its envelope

    [[nodiscard]] constexpr std::uint8_t low() const noexcept {
      return kind == static_cast<std::uint8_t>(Kind::mail) ? (1U << kOfMail) - 1 : 0;
    }
  };

  static constexpr Place place_of(One one) noexcept {
    Place place;
    place.kind = static_cast<std::uint8_t>(one.kind) & 0xf;
    place.envelope = (one.envelope >> kOfMail) & 0xf;
    place.more = one.envelope & place.low();
    return place;
  }
  void remove(std::size_t at) noexcept {
    const auto place = places_.begin() + static_cast<std::ptrdiff_t>(at);
    std::copy(place + 1, places_.begin() + used_, place);
    --used_;
  }
  /// Adds one to those that came last, when it is alike and finds room there. Requires !empty().
  [[nodiscard]] bool joins(Place alone) noexcept {
    Place& last = places_[used_ - 1U];
    const bool has_rounds = last.kind == kRounds;
    Place& run = has_rounds ? places_[used_ - 2U] : last;
    const std::uint8_t low = run.low();
    if (run.kind != alone.kind || run.envelope != alone.envelope || (run.more & low) != alone.more) return false;
    if (run.more < (kMost & ~low)) {
      run.more = static_cast<std::uint8_t>(run.more + low + 1);
      return true;
    }
    if (has_rounds ? last.more == kMost : used_ == kPlaces) return false;
    if (has_rounds) {
      ++last.more;
    } else {
      Place rounds;
      rounds.kind = kRounds;
      rounds.more = 1;
      places_[used_++] = rounds;
    }
    run.more = alone.more;
    return true;
  }

  std::array<Place, kPlaces> places_{};
  std::uint8_t used_ = 0;
};

}  // namespace uptake::smtp
