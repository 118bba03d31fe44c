#pragma once

#include <string>

#include "policy/refusal.h"
#include "tools/uptake/store/report_reader.h"

namespace uptake::store {

/// What a store holds of whole days as one score card in JSON, a window each: for all that takes cards. Its times are
/// those of the days, and it says who stands behind its counts where every window of a day was read so. Refusals: no
/// store, nothing there, times that are no days, or runs that cannot stand in one card.
[[nodiscard]] Either<std::string> read_day_cards(const std::string& path, const ReportQuery& query);

}  // namespace uptake::store
