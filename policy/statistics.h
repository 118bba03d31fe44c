#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace uptake {

/// Interval: two shares between 0 and 1, low first.
struct Interval {
  double low = 0;
  double high = 1;
};

/// The share of `pass` among what could be judged; 0 when nothing could.
[[nodiscard]] inline double share(std::uint64_t pass, std::uint64_t fail) noexcept {
  const std::uint64_t judged = pass + fail;
  return judged == 0 ? 0.0 : static_cast<double>(pass) / static_cast<double>(judged);
}

/// Wilson's score interval at 95 % for `pass` of `pass + fail`; {0, 1} when nothing was judged.
/// Unlike p +- 1.96 sigma it stays inside [0, 1] and is honest at 0 and at 1.
[[nodiscard]] inline Interval wilson(std::uint64_t pass, std::uint64_t fail) noexcept {
  if (pass + fail == 0) return {};
  constexpr double kZ = 1.959963984540054;  // 97.5 % quantile of the normal distribution
  const double n = static_cast<double>(pass + fail);
  const double p = static_cast<double>(pass) / n;
  const double centre = p + kZ * kZ / (2 * n);
  const double margin = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  // At the ends the formula is exactly 0 or 1; rounding is not.
  return {pass == 0 ? 0.0 : std::max(0.0, (centre - margin) / scale),
          fail == 0 ? 1.0 : std::min(1.0, (centre + margin) / scale)};
}

/// Where the share can lie when every unobservable sighting had failed, and when every one had passed.
[[nodiscard]] inline Interval worst_case(std::uint64_t pass, std::uint64_t fail,
                                         std::uint64_t unobservable) noexcept {
  const std::uint64_t all = pass + fail + unobservable;
  if (all == 0) return {};
  return {static_cast<double>(pass) / static_cast<double>(all),
          static_cast<double>(pass + unobservable) / static_cast<double>(all)};
}

}  // namespace uptake
