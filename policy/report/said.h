#pragma once

#include <cstdint>
#include <string>

#include "policy/measure.h"
#include "policy/periods.h"

namespace uptake::report {

/// Basis: whether there is enough for a share.
enum class Basis : std::uint8_t { none, few, enough };

/// Said: one figure in words, the same in every report.
struct Said {
  Basis basis = Basis::none;
  std::string share;    ///< of those judged; or "unknown", "too few"
  std::string base;     ///< how many those are
  std::string unseen;   ///< the share that could not be judged; empty: nothing
  std::string between;  ///< with it: what the share is if all of those fail, or pass
};

/// `few`: so few that the share says little. Bytes are few when the connections of the same standard are.
[[nodiscard]] Said said_of(const Outcomes& outcomes, bool bytes, bool few);
/// Of entities the base goes from the window with most of them to the sum.
[[nodiscard]] Said said_of(const StoredMeasure& measure, const PeriodFigure& figure, bool few);
/// Figure `index` of a period has too small a base for a share.
[[nodiscard]] bool is_of_few(const PeriodReport& report, const ReportPeriod& period, std::size_t index);

/// Whether a headline stands on the first screen. A measure of customers needs known directions, because not all
/// clients are customers. Its share is a headline where prefixes are `tied`, its two counts where they are not.
[[nodiscard]] constexpr bool is_shown(Answer answer, bool directions_known, bool tied) noexcept {
  return answer == Answer::share || (directions_known && tied == (answer == Answer::across_families));
}

}  // namespace uptake::report
