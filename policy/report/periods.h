#pragma once

#include <string>
#include <string_view>

#include "policy/periods.h"

namespace uptake {

/// Names the form of render_periods_json(): policy/report/periods.schema.json.
inline constexpr std::string_view kPeriodsSchema = "uptake-report/1";

/// The report as text of at most 80 columns: what was looked at, then each measure with a line a period.
[[nodiscard]] std::string render_periods(const PeriodReport& report);

/// The report as JSON (RFC 8259), with all counts. A share that does not exist is null.
[[nodiscard]] std::string render_periods_json(const PeriodReport& report);

}  // namespace uptake
