#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/compare/period.h"
#include "policy/statistics.h"

namespace uptake {

/// Uncompared: why nothing is said of how a measure changed.
enum class Uncompared : std::uint8_t {
  none,       ///< it was compared
  unseen,     ///< not seen in one of the two, or never judged there
  no_share,   ///< two counts, not a share
  no_groups,  ///< no client stands behind it: packets and bytes, servers and names
  windows,    ///< entities of several windows do not add up
  few,        ///< too few clients: fewer than kFewestGroups groups of them have sightings
};
[[nodiscard]] std::string_view words_of(Uncompared why) noexcept;

/// ComparedMeasure: one measure in two periods; either is null where it was not seen.
struct ComparedMeasure {
  const PeriodMeasure* before = nullptr;
  const PeriodMeasure* after = nullptr;
  Uncompared why = Uncompared::none;
  Change change;  ///< of those that were compared

  [[nodiscard]] const PeriodMeasure& any() const noexcept { return before != nullptr ? *before : *after; }
};

/// Comparison: two periods side by side. Borrows from both.
struct Comparison {
  std::string why_not;  ///< why nothing was compared: their facts differ; or empty
  Groups groups = Groups::paired;
  std::vector<ComparedMeasure> measures;  ///< in the order of the catalogue; empty where nothing was compared
};
[[nodiscard]] Comparison compare(const Period& before, const Period& after);

/// The comparison as text: what changed by more than bursts explain, then the headlines that did not; with `all`
/// every measure.
[[nodiscard]] std::string render_comparison(const Period& before, const Period& after, const Comparison& comparison,
                                            bool all);

}  // namespace uptake
