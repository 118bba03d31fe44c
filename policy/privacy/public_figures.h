#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "policy/crowds.h"
#include "policy/privacy/release.h"
#include "policy/unit.h"
#include "policy/vocabulary.h"

namespace uptake {

/// Range: what a count can be, given what was published of it; both ends belong to it.
struct Range {
  std::uint64_t low = 0;
  std::uint64_t high = std::numeric_limits<std::uint64_t>::max();
};

/// PublicCount: a count that may leave: rounded, or hidden with the reason. What it was made of cannot be asked for.
class PublicCount {
 public:
  static constexpr std::uint64_t kRounding = 10;
  static constexpr unsigned kDigitsOfBytes = 3;

  /// Nothing was counted.
  constexpr PublicCount() noexcept = default;
  /// Bytes are rounded to three digits, all else to tens, half up. Nothing stays nothing.
  PublicCount(std::uint64_t count, Release release, const Unit& unit) noexcept;

  [[nodiscard]] constexpr Release release() const noexcept { return release_; }
  [[nodiscard]] constexpr bool free() const noexcept { return release_ == Release::free; }
  /// 0 where it is hidden.
  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }
  void hide(Release why) noexcept;
  /// What whoever reads the export knows of it. That a zero is shown says that what is hidden is none.
  [[nodiscard]] Range range(const Unit& unit) const noexcept;

 private:
  std::uint64_t value_ = 0;
  Release release_ = Release::free;
};

/// PublicTable: what leaves of one measure: by outcome the total and the sums by family, direction and vantage.
struct PublicTable {
  static constexpr std::size_t kTotal = 0;
  static constexpr std::size_t kFamily = 1;
  static constexpr std::size_t kDirection = kFamily + 2;
  static constexpr std::size_t kVantage = kDirection + Cell::kDirections;
  static constexpr std::size_t kPlaces = kVantage + kVantages;
  using Places = std::array<PublicCount, kPlaces>;

  std::uint16_t measure = 0;          ///< index into the catalogue
  std::array<bool, kPlaces> shown{};  ///< places that have rows; a place without them has no sightings at all
  std::array<Places, Crowds::kOutcomes> outcomes{};
};
// Neither a text nor an address fits: all that it holds is rounded counts, letters and places.
static_assert(std::is_trivially_copyable_v<PublicTable>);
static_assert(sizeof(PublicCount) == 2 * sizeof(std::uint64_t));

/// Dimension: places of a PublicTable whose counts add up to the total.
struct Dimension {
  std::size_t first;
  std::size_t size;
};
inline constexpr std::array kDimensions = {Dimension{PublicTable::kFamily, 2},
                                           Dimension{PublicTable::kDirection, Cell::kDirections},
                                           Dimension{PublicTable::kVantage, kVantages}};

}  // namespace uptake
