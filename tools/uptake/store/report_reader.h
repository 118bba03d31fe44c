#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/periods.h"
#include "policy/refusal.h"
#include "policy/scorecard.h"

namespace uptake::store {

/// ReportQuery: what is asked of a store. Times in seconds since 1970.
struct ReportQuery {
  enum class By : std::uint8_t { whole, hour, day, week, month };
  std::optional<std::int64_t> from;  ///< nothing: all there is
  std::optional<std::int64_t> to;
  By by = By::whole;
  std::string group;          ///< the key of the label that makes groups; or empty
  std::vector<Label> labels;  ///< series must have all of these
  std::string profile;        ///< or empty: there is but one
  bool all = false;           ///< every measure, not the headlines and what stands beside them
};

/// Reads a report from the store at `path`. Refusals: no store, nothing in the span, periods too fine for what is
/// kept, or more than one profile.
[[nodiscard]] Either<PeriodReport> read_report(const std::string& path, const ReportQuery& query);

}  // namespace uptake::store
