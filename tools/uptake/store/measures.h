#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/periods.h"
#include "tools/uptake/store/database.h"

namespace uptake::store {

/// Measures: the measures of a store that a report shows, in its order: by theme and place, those with the id of a
/// headline behind it.
struct Measures {
  std::vector<StoredMeasure> rows;
  std::vector<std::int64_t> ids;                                        ///< by row: its number in the store
  std::vector<std::string> areas;                                       ///< by row
  std::map<std::pair<std::string, std::int64_t>, std::string> reasons;  ///< by area and outcome

  [[nodiscard]] std::string reason(std::size_t row, std::int64_t outcome) const {
    const auto found = reasons.find({areas[row], outcome});
    return found == reasons.end() ? "unknown" : found->second;
  }
};

/// `all`: not only headlines and what stands beside them. Throws DatabaseError.
[[nodiscard]] Measures read_measures(Database& database, bool all);

}  // namespace uptake::store
