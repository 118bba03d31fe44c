#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/zeroed_array.h"

namespace uptake::routes {

/// RouteTable: which routes the sessions announced, by keyed digest, each with the low bits of a number that its
/// owner gives it. Its places, of eight octets, are taken at start. Where all places of a route are in use, the first
/// of them gives way: then forgotten() rises.
class RouteTable {
 public:
  /// Places in a row that a route may stand in: four cache lines. At three quarters full, one route in a million
  /// finds them all in use.
  static constexpr std::size_t kReach = 32;
  static constexpr unsigned kNumberBits = 20;

  /// Place: where a route stands. Valid until the next put().
  using Place = std::uint64_t;

  /// 2 to the power of `bits` places.
  explicit RouteTable(unsigned bits) : places_((std::size_t{1} << bits) + kReach), shift_(64 - bits) {
    places_.prefer_huge();
  }

  void prefetch(std::uint64_t key) const noexcept { __builtin_prefetch(&places_[first_of(key)], 1); }
  /// nullptr when the route is not known.
  [[nodiscard]] Place* find(std::uint64_t key) noexcept {
    Place* const first = &places_[first_of(key)];
    for (Place* at = first; at != first + kReach && *at != kNever; ++at)
      if (*at >> kNumberBits == tag_of(key)) return at;
    return nullptr;
  }
  /// Takes a place for a route that is not known.
  void put(std::uint64_t key, std::uint64_t number) noexcept {
    Place* const first = &places_[first_of(key)];
    Place* at = first;
    while (at != first + kReach && *at != kNever) ++at;
    if (at == first + kReach) {
      ++forgotten_;
      at = first;
    }
    *at = tag_of(key) << kNumberBits | (number & ((Place{1} << kNumberBits) - 1));
  }
  /// The number below `next`, and no further from it than its low bits tell, that a route was put with.
  [[nodiscard]] static std::uint64_t number_of(Place place, std::uint64_t next) noexcept {
    return next - 1 - ((next - 1 - place) & ((std::uint64_t{1} << kNumberBits) - 1));
  }

  /// The nearest key that stands for a route.
  [[nodiscard]] static constexpr std::uint64_t key_of(std::uint64_t digest) noexcept {
    return tag_of(digest) == 0 ? digest + 1 : digest;
  }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  static constexpr Place kNever = 0;  ///< nothing stood here yet

  /// The place tells the upper bits of the key.
  [[nodiscard]] static constexpr std::uint64_t tag_of(std::uint64_t key) noexcept {
    return key & (~std::uint64_t{0} >> kNumberBits);
  }
  [[nodiscard]] std::size_t first_of(std::uint64_t key) const noexcept {
    return static_cast<std::size_t>(key >> shift_);
  }

  ZeroedArray<Place> places_;
  unsigned shift_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace uptake::routes
