#pragma once

#include <cstdint>

#include "policy/catalogue/catalogue.h"
#include "policy/report/rows.h"
#include "policy/scorecard.h"
#include "tools/uptake/store/crowd_writer.h"
#include "tools/uptake/store/database.h"
#include "tools/uptake/store/names.h"
#include "tools/uptake/store/schema.h"

namespace uptake::store {

/// WindowWriter: adds windows of one series to the rows of their periods. Throws DatabaseError; the caller holds a
/// transaction.
class WindowWriter {
 public:
  WindowWriter(Database& database, const Catalogue& catalogue, std::int64_t series);

  /// Adds a window from `start` to `end` (seconds) to its rows of each level of which `cutoff` lets them stay. One
  /// card may stand for many windows without a frame.
  void add(const ScoreCard& card, const WindowCard& window, std::int64_t start, std::int64_t end,
           const std::array<std::int64_t, kLevels>& cutoff);

 private:
  struct Span {
    Level level;
    std::int64_t start;
    std::int64_t length;
  };
  void add_empty(const WindowCard& window, std::int64_t start, std::int64_t end,
                 const std::array<std::int64_t, kLevels>& cutoff);
  [[nodiscard]] std::int64_t period(const Span& span, std::int64_t covered, std::uint64_t windows,
                                    std::uint64_t empty, const Ledger& ledger, const ScoreCard& card);
  void add_coverage(std::int64_t period, const WindowCard& window);
  void add_figures(std::int64_t period, const WindowCard& window, const std::vector<report::MeasureRow>& rows);
  void add_sightings(std::int64_t period, const report::MeasureRow& row);
  void add_entities(std::int64_t period, const report::MeasureRow& row, std::uint64_t kept);

  const Catalogue& catalogue_;
  const std::int64_t series_;
  const Names names_;
  Statement period_;
  Statement coverage_;
  Statement sighting_;
  Statement entity_;
  CrowdWriter crowds_;
};

/// The start of the period with this length that holds a time.
[[nodiscard]] constexpr std::int64_t floor_to(std::int64_t time, std::int64_t length) noexcept {
  return time - time % length;
}

}  // namespace uptake::store
