#include "policy/privacy/secondary.h"

#include <algorithm>
#include <optional>

namespace uptake {
namespace {

using Ranges = std::array<Range, PublicTable::kPlaces>;
constexpr std::uint64_t kBoundless = std::numeric_limits<std::uint64_t>::max();

std::uint64_t plus(std::uint64_t a, std::uint64_t b) noexcept { return a > kBoundless - b ? kBoundless : a + b; }
/// kBoundless is without bound: it stays so whatever is taken away.
std::uint64_t less(std::uint64_t a, std::uint64_t b) noexcept {
  return a == kBoundless ? kBoundless : a - std::min(a, b);
}

bool narrow(Range& range, std::uint64_t low, std::uint64_t high) noexcept {
  const Range before = range;
  range.low = std::max(range.low, low);
  range.high = std::min(range.high, high);
  return range.low != before.low || range.high != before.high;
}

bool has_rows(const PublicTable& table, const Dimension& dimension) noexcept {
  return std::any_of(table.shown.begin() + static_cast<std::ptrdiff_t>(dimension.first),
                     table.shown.begin() + static_cast<std::ptrdiff_t>(dimension.first + dimension.size),
                     [](bool shown) { return shown; });
}

/// Each end of one range by those of the others of its sum.
bool propagate(const Dimension& dimension, Ranges& ranges) noexcept {
  Range sum{0, 0};
  const std::size_t end = dimension.first + dimension.size;
  for (std::size_t i = dimension.first; i < end; ++i)
    sum = {plus(sum.low, ranges[i].low), plus(sum.high, ranges[i].high)};
  bool moved = narrow(ranges[PublicTable::kTotal], sum.low, sum.high);
  const Range total = ranges[PublicTable::kTotal];
  for (std::size_t i = dimension.first; i < end; ++i) {
    Range others{0, 0};
    for (std::size_t j = dimension.first; j < end; ++j)
      if (j != i) others = {plus(others.low, ranges[j].low), plus(others.high, ranges[j].high)};
    moved = narrow(ranges[i], others.high == kBoundless ? 0 : less(total.low, others.high),
                   less(total.high, others.low)) ||
            moved;
  }
  return moved;
}

/// The smallest free count above zero of a dimension.
std::optional<std::size_t> smallest(const Dimension& dimension, const PublicTable::Places& places) noexcept {
  std::optional<std::size_t> found;
  for (std::size_t i = dimension.first; i < dimension.first + dimension.size; ++i)
    if (places[i].free() && places[i].value() != 0 && (!found || places[i].value() < places[*found].value()))
      found = i;
  return found;
}

/// The count to hide so that a hidden one is less known; nothing where all are known little enough. Other dimensions
/// say something of a hidden count only through a hidden total.
std::optional<std::size_t> binding(const PublicTable& table, const PublicTable::Places& places, const Unit& unit) {
  const Ranges ranges = bounds_of(table, places, unit);
  const auto exposed = [&](std::size_t i) {
    return !places[i].free() && ranges[i].high - ranges[i].low < Gate::kEnough;
  };
  const auto exposes = [&](const Dimension& dimension) {
    for (std::size_t i = dimension.first; i < dimension.first + dimension.size; ++i)
      if (exposed(i)) return true;
    return false;
  };
  const PublicCount& total = places[PublicTable::kTotal];
  if (!exposed(PublicTable::kTotal) && std::none_of(kDimensions.begin(), kDimensions.end(), exposes)) return {};
  std::optional<std::size_t> best;
  for (const Dimension& dimension : kDimensions) {
    if (total.free() && !exposes(dimension)) continue;
    const std::optional<std::size_t> own = smallest(dimension, places);
    if (own && (!best || places[*own].value() < places[*best].value())) best = own;
  }
  return !best && total.free() ? PublicTable::kTotal : best;
}

}  // namespace

std::array<Range, PublicTable::kPlaces> bounds_of(const PublicTable& table, const PublicTable::Places& places,
                                                  const Unit& unit) {
  constexpr int kRounds = 100;  // each narrows a range; past these, little
  Ranges ranges{};
  for (std::size_t i = 0; i < ranges.size(); ++i) ranges[i] = table.shown[i] ? places[i].range(unit) : Range{0, 0};
  bool moved = true;
  for (int round = 0; moved && round < kRounds; ++round) {
    moved = false;
    for (const Dimension& dimension : kDimensions)
      if (has_rows(table, dimension)) moved = propagate(dimension, ranges) || moved;
  }
  return ranges;
}

std::size_t hide_secondary(PublicTable& table, const Unit& unit) {
  std::size_t hidden = 0;
  for (PublicTable::Places& places : table.outcomes) {
    while (const std::optional<std::size_t> place = binding(table, places, unit)) {
      places[*place].hide(Release::secondary);
      ++hidden;
    }
  }
  return hidden;
}

}  // namespace uptake
