#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

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

/// Judged: sightings that passed and that failed, of one group of clients.
struct Judged {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
};

/// Change: how far a share moved from one period to the next, and how far bursts alone would move it in 95 of 100.
struct Change {
  double difference = 0;
  double by_bursts = 0;

  [[nodiscard]] bool clear() const noexcept { return std::abs(difference) > by_bursts; }
};

/// Groups: whether a group holds the same clients in both periods.
enum class Groups : std::uint8_t { paired, unpaired };

/// A share of fewer groups than this is not compared: too few clients to tell their bursts.
inline constexpr std::size_t kFewestGroups = 10;

/// The 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5, three terms), for at least nine degrees of
/// freedom.
[[nodiscard]] inline double t_quantile(double degrees) noexcept {
  constexpr double kZ = 1.959963984540054;
  constexpr double kZ2 = kZ * kZ;
  return kZ + kZ * (kZ2 + 1) / (4 * degrees) + kZ * (5 * kZ2 * kZ2 + 16 * kZ2 + 3) / (96 * degrees * degrees) +
         kZ * (3 * kZ2 * kZ2 * kZ2 + 19 * kZ2 * kZ2 + 17 * kZ2 - 15) / (384 * degrees * degrees * degrees);
}

/// Jackknife: the spread of a figure by what it is when each group of clients in turn is left out. Clients come in
/// bursts but are independent of each other, so groups of them are, too (Efron and Stein 1981).
class Jackknife {
 public:
  void add(double without_one) noexcept {
    ++count_;
    const double step = without_one - mean_;
    mean_ += step / static_cast<double>(count_);
    squares_ += step * (without_one - mean_);
  }
  [[nodiscard]] double variance() const noexcept {
    return count_ == 0 ? 0 : squares_ * static_cast<double>(count_ - 1) / static_cast<double>(count_);
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  std::size_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

/// How the share moved between two periods, by as many groups of clients in each. Paired, what clients do in both
/// periods cancels out. Nothing where fewer than kFewestGroups groups have sightings.
[[nodiscard]] inline std::optional<Change> change_of(std::span<const Judged> before, std::span<const Judged> after,
                                                     Groups groups) noexcept {
  const auto total = [](std::span<const Judged> all) {
    Judged sum;
    for (const Judged& one : all) sum = {sum.pass + one.pass, sum.fail + one.fail};
    return sum;
  };
  const Judged all_before = total(before);
  const Judged all_after = total(after);
  const auto share_without = [](const Judged& all, const Judged& one) {
    return share(all.pass - one.pass, all.fail - one.fail);
  };
  const auto seen = [](const Judged& one) { return one.pass + one.fail != 0; };
  std::array<Jackknife, 3> spread;  // before, after, and their difference
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    const double then = share_without(all_before, before[i]);
    const double now = share_without(all_after, after[i]);
    if (seen(before[i])) spread[0].add(then);
    if (seen(after[i])) spread[1].add(now);
    if (seen(before[i]) || seen(after[i])) spread[2].add(now - then);
  }
  const std::size_t fewest = std::min(spread[0].count(), spread[1].count());
  if (fewest < kFewestGroups) return std::nullopt;
  const double variance =
      groups == Groups::paired ? spread[2].variance() : spread[0].variance() + spread[1].variance();
  const double difference = share(all_after.pass, all_after.fail) - share(all_before.pass, all_before.fail);
  return Change{difference, t_quantile(static_cast<double>(fewest - 1)) * std::sqrt(variance)};
}

}  // namespace uptake
