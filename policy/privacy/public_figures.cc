#include "policy/privacy/public_figures.h"

#include <algorithm>

namespace uptake {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

/// The unit of the last digit of a number that is kept.
std::uint64_t last_digit(std::uint64_t count) noexcept {
  std::uint64_t most = 1;
  for (unsigned i = 0; i < PublicCount::kDigitsOfBytes; ++i) most *= 10;
  std::uint64_t unit = 1;
  while (count / unit >= most) unit *= 10;
  return unit;
}

std::uint64_t step_of(std::uint64_t count, const Unit& unit) noexcept {
  return unit.counts == Unit::Counts::bytes ? last_digit(count) : PublicCount::kRounding;
}

/// Half up; what would not fit is rounded down.
std::uint64_t rounded(std::uint64_t count, std::uint64_t step) noexcept {
  const std::uint64_t down = count - count % step;
  const bool up = count % step >= step - step / 2 && step > 1;
  return up && down <= kMost - step ? down + step : down;
}

}  // namespace

PublicCount::PublicCount(std::uint64_t count, Release release, const Unit& unit) noexcept : release_(release) {
  if (release == Release::free) value_ = rounded(count, step_of(count, unit));
}

void PublicCount::hide(Release why) noexcept {
  value_ = 0;
  release_ = why;
}

Range PublicCount::range(const Unit& unit) const noexcept {
  if (!free()) return {1, kMost};
  const std::uint64_t step = step_of(value_, unit);
  // A power of ten has a finer step below it than above.
  const std::uint64_t below = value_ == 0 ? 1 : step_of(value_ - 1, unit);
  const std::uint64_t high = value_ > kMost - step / 2 ? kMost : value_ + (step > 1 ? step / 2 - 1 : 0);
  const std::uint64_t low = value_ - std::min(below / 2, value_);
  // Sightings by at least ten subscribers are ten, and a zero of them is none. Entities can be fewer.
  if (is_entity(unit)) return {low, high};
  return value_ == 0 ? Range{0, 0} : Range{std::max<std::uint64_t>(low, Gate::kEnough), high};
}

}  // namespace uptake
