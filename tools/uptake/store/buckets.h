#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tools/uptake/store/report_reader.h"

namespace uptake::store {

/// The periods of a report from `from` to `to`: the first and last are cut off there. Weeks begin on Monday, as those
/// of ISO 8601; all in UTC.
[[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> buckets_of(std::int64_t from, std::int64_t to,
                                                                            ReportQuery::By by);

}  // namespace uptake::store
