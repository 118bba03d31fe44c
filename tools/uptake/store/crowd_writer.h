#pragma once

#include <cstdint>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/report/rows.h"
#include "policy/scorecard.h"
#include "tools/uptake/store/database.h"
#include "tools/uptake/store/names.h"

namespace uptake::store {

/// CrowdWriter: adds who stands behind the counts of a window, where somebody asked for that, to the rows of its day:
/// what an export and a comparison need. Of several windows it is not known who was in both, so there are as many
/// subscribers as in the window with most: never too many. Throws DatabaseError; the caller holds a transaction.
class CrowdWriter {
 public:
  CrowdWriter(Database& database, const Names& names);

  void add(std::int64_t day, const ScoreCard& card, const WindowCard& window,
           const std::vector<report::MeasureRow>& rows);

 private:
  struct Place {
    std::int64_t period;
    std::int64_t measure;
    std::int64_t cell;  ///< kTotal, or as in `sighting`
  };
  void add_row(std::int64_t day, const report::MeasureRow& row);
  void put(const Place& place, std::size_t outcome, std::uint64_t subscribers, const GroupCounts* groups);

  const Names& names_;
  Statement facts_;
  Statement known_;
  Statement crowd_;
};

/// The cell that stands for all cells of a measure.
inline constexpr std::int64_t kTotal = -1;

}  // namespace uptake::store
