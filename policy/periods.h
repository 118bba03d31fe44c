#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/measure.h"
#include "policy/statistics.h"
#include "policy/unit.h"

namespace uptake {

/// StoredMeasure: a measure as a results store knows it: the words of whoever wrote the windows.
struct StoredMeasure {
  std::string id;
  std::string unit;
  Unit::Counts counts = Unit::Counts::sightings;
  std::string standard;
  std::string document;
  std::string theme;
  std::string title;  ///< of the theme
  std::string good;
  bool two_counts = false;  ///< no share: those that pass and those that fail may be the same ones
  std::string headline;     ///< its words; empty: it stands beside the headline with its id, or is none
  std::int64_t place = 0;   ///< among the headlines of its theme
  bool changed = false;     ///< another measure of this id and unit means something else

  [[nodiscard]] bool counts_entities() const noexcept { return counts == Unit::Counts::entities; }
  /// A line of an operator is no line of another one.
  [[nodiscard]] bool adds_over_operators() const noexcept { return unit == name_of(Unit::subscribers); }
};

/// Outcomes: how many passed, failed and could not be judged.
struct Outcomes {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t hidden = 0;

  [[nodiscard]] std::uint64_t judged() const noexcept { return pass + fail; }
  [[nodiscard]] std::uint64_t all() const noexcept { return judged() + hidden; }
  void add(const Outcomes& other) noexcept {
    pass += other.pass;
    fail += other.fail;
    hidden += other.hidden;
  }
};

/// NamedCount: a reason, disposition or limit, and how often it was counted.
struct NamedCount {
  std::string name;
  std::uint64_t count = 0;
};
/// Adds counts by their names.
void add(std::vector<NamedCount>& to, const std::vector<NamedCount>& from);

/// CellOutcomes: the outcomes of sightings of one family, direction and vantage; all client groups together.
struct CellOutcomes {
  Cell cell;
  Outcomes outcomes;
};

/// The outcomes of a cell; makes them where there are none yet.
[[nodiscard]] Outcomes& outcomes_in(std::vector<CellOutcomes>& cells, Cell cell);

/// PeriodFigure: what one measure came to in one period: the sum of its windows. Entities of two windows may be the
/// same ones, so their number lies between that of the window with most of them and the sum. Of several operators the
/// largest windows of subscribers are added: a line of one is no line of another.
struct PeriodFigure {
  Outcomes sum;
  Outcomes largest;  ///< of entities: the window with most of them; of subscribers that of each operator, added
  std::uint64_t not_applicable = 0;
  std::uint64_t sampled = 0;          ///< windows that held a sample of the entities alone
  std::vector<NamedCount> reasons;    ///< of what could not be judged; not of entities
  std::vector<CellOutcomes> cells{};  ///< those in which something was counted; not of entities
  Judged best{};                      ///< of entities: the sum of the windows, each entity at its best
  Judged largest_best{};              ///< the same in the window with most of them

  [[nodiscard]] bool empty() const noexcept { return sum.all() == 0 && not_applicable == 0; }
  /// What the share of a measure is made of: entities do not add over windows.
  [[nodiscard]] const Outcomes& shown(const StoredMeasure& measure) const noexcept {
    return measure.counts_entities() ? largest : sum;
  }
};

/// PeriodCoverage: what was looked at in one period. Times in seconds.
struct PeriodCoverage {
  std::uint64_t expected = 0;  ///< its length, once for each operator
  std::uint64_t covered = 0;   ///< of that, in windows
  std::uint64_t windows = 0;   ///< with a frame
  std::uint64_t empty = 0;     ///< without
  std::uint64_t frames = 0;
  std::uint64_t wire_bytes = 0;
  std::uint64_t captured_bytes = 0;
  std::uint64_t port_lost = 0;    ///< frames that ports dropped before uptake saw them
  std::uint64_t port_silent = 0;  ///< windows in which a port did not say what it lost
  std::vector<NamedCount> ended;
  std::vector<NamedCount> limits;
  std::vector<NamedCount> unread{};  ///< packets of protocols that are not read

  void add(const PeriodCoverage& other);
};

/// ReportPeriod: the figures from one time to another, in seconds since 1970. `figures` stand as the measures of the
/// report.
struct ReportPeriod {
  std::int64_t from = 0;
  std::int64_t to = 0;
  PeriodCoverage coverage;
  std::vector<PeriodFigure> figures;
};

/// PeriodGroup: the periods of those whose label has one value.
struct PeriodGroup {
  std::string value;  ///< empty: of those without the label, or of all
  std::vector<ReportPeriod> periods;
};

/// PeriodReport: figures of a results store, period by period.
struct PeriodReport {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::string by;   ///< "hour", "day", "week", "month"; empty: one period
  std::string key;  ///< of the label that groups are made of; empty: one group
  std::string profile;
  std::vector<std::string> catalogues;
  std::vector<std::string> versions;
  std::vector<std::string> labels;  ///< the different sets, as operator=ISP-A; place=NL
  std::uint64_t damaged = 0;        ///< places in inputs that could not be read
  std::uint64_t interrupted = 0;    ///< runs that a signal ended; a store does not say
  bool directions_known = false;    ///< customer prefixes were given, whenever something was read
  std::vector<StoredMeasure> measures;
  std::vector<PeriodGroup> groups;

  /// The place of a measure; behind the last one where it is not there.
  [[nodiscard]] std::size_t find(std::string_view id, std::string_view unit) const noexcept;
};

}  // namespace uptake
