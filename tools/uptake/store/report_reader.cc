#include "tools/uptake/store/report_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "policy/report/format.h"
#include "tools/uptake/store/buckets.h"
#include "tools/uptake/store/database.h"
#include "tools/uptake/store/measures.h"
#include "tools/uptake/store/schema.h"

namespace uptake::store {
namespace {

constexpr std::size_t kMostPeriods = 100'000;

/// Series: runs that were alike, and what they were called.
struct Series {
  std::int64_t id = 0;
  std::string profile;
  std::string catalogue;
  std::string version;
  std::string labels;
  std::string group;  ///< value of the label that makes groups
  bool directions_known = false;
};

/// StoredPeriod: a row of a period.
struct StoredPeriod {
  std::int64_t id = 0;
  std::int64_t start = 0;
  std::int64_t length = 0;
  const Series* series = nullptr;
  PeriodCoverage coverage;
};

/// Part: what a bucket holds of one set of labels: one operator, whose windows may show the same entities.
struct Part {
  PeriodCoverage coverage;
  std::map<std::string, std::uint64_t> ended;
  std::map<std::string, std::uint64_t> limits;
  std::map<std::string, std::uint64_t> unread;
  std::vector<PeriodFigure> figures;
};

std::vector<NamedCount> listed(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<NamedCount> list;
  for (const auto& [name, count] : counts) list.push_back({name, count});
  return list;
}

void add(Judged& to, const Judged& from) {
  to.pass += from.pass;
  to.fail += from.fail;
}

/// Keeps the window with most entities.
void keep_larger(PeriodFigure& figure, const Outcomes& other, const Judged& other_best) {
  if (other.all() <= figure.largest.all()) return;
  figure.largest = other;
  figure.largest_best = other_best;
}

void add(std::vector<CellOutcomes>& to, const std::vector<CellOutcomes>& from) {
  for (const CellOutcomes& cell : from) outcomes_in(to, cell.cell).add(cell.outcomes);
}

/// Adds what another operator saw.
void add(PeriodFigure& to, const PeriodFigure& from, const StoredMeasure& measure) {
  to.sum.add(from.sum);
  add(to.best, from.best);
  if (measure.adds_over_operators()) {
    to.largest.add(from.largest);
    add(to.largest_best, from.largest_best);
  } else {
    keep_larger(to, from.largest, from.largest_best);
  }
  to.not_applicable += from.not_applicable;
  to.sampled += from.sampled;
  add(to.reasons, from.reasons);
  add(to.cells, from.cells);
}

/// Leaves out measures of which nothing was seen. Of those that are left, those that mean something else than another
/// of their name say so.
void drop_unseen(PeriodReport& report) {
  const auto all_periods = [&](auto take) {
    for (PeriodGroup& group : report.groups)
      for (ReportPeriod& period : group.periods) take(period);
  };
  std::size_t kept = 0;
  for (std::size_t i = 0; i < report.measures.size(); ++i) {
    bool seen = false;
    all_periods([&](const ReportPeriod& period) { seen = seen || !period.figures[i].empty(); });
    if (!seen) continue;
    if (i != kept) report.measures[kept] = std::move(report.measures[i]);
    all_periods([&](ReportPeriod& period) { std::swap(period.figures[kept], period.figures[i]); });
    ++kept;
  }
  report.measures.resize(kept);
  all_periods([&](ReportPeriod& period) { period.figures.resize(kept); });
  for (StoredMeasure& measure : report.measures)
    measure.changed = std::ranges::count_if(report.measures, [&](const StoredMeasure& other) {
                        return other.id == measure.id && other.unit == measure.unit;
                      }) > 1;
}

std::string_view name_of(Level level) noexcept {
  switch (level) {
    case Level::window:
      return "windows";
    case Level::hour:
      return "hours";
    case Level::day:
      return "days";
  }
  return "periods";
}

/// PartReader: reads what periods hold into Parts.
class PartReader {
 public:
  /// Borrows both.
  PartReader(Database& database, const Measures& measures)
      : measures_(measures),
        sightings_(database,
                   "SELECT outcome, cell, n FROM sighting WHERE period = ?1 AND measure = ?2 "
                   "ORDER BY outcome, cell"),
        entities_(database,
                  "SELECT sampled, pass, fail, hidden, best_pass, best_fail, top_pass, top_fail, top_hidden, "
                  "top_best_pass, top_best_fail FROM entity WHERE period = ?1 AND measure = ?2"),
        coverage_(database,
                  "SELECT kind, name, n FROM coverage JOIN counter ON counter.id = coverage.counter "
                  "WHERE period = ?1 AND (kind IN ('ended', 'limit') OR kind LIKE 'unread_packets%')") {}

  /// Adds a period to what a Part has.
  void read(const StoredPeriod& period, Part& part) {
    read_coverage(period, part);
    read_figures(period, part);
  }

 private:
  void read_coverage(const StoredPeriod& period, Part& part);
  void read_figures(const StoredPeriod& period, Part& part);
  void read_sightings(const StoredPeriod& period, std::size_t index, PeriodFigure& figure);

  const Measures& measures_;
  Statement sightings_;
  Statement entities_;
  Statement coverage_;
};

void PartReader::read_coverage(const StoredPeriod& period, Part& part) {
  part.coverage.add(period.coverage);
  for (coverage_.start(period.id); coverage_.step();) {
    const std::string kind = coverage_.text(0);
    auto& counts = kind == "ended" ? part.ended : kind == "limit" ? part.limits : part.unread;
    counts[coverage_.text(1)] += coverage_.count(2);
  }
}

void PartReader::read_sightings(const StoredPeriod& period, std::size_t index, PeriodFigure& figure) {
  for (sightings_.start(period.id, measures_.ids[index]); sightings_.step();) {
    const std::int64_t outcome = sightings_.number(0);
    const std::uint64_t count = sightings_.count(2);
    if (outcome == kNotApplicable) {
      figure.not_applicable += count;
      continue;
    }
    const Outcomes outcomes{outcome == kPass ? count : 0, outcome == kFail ? count : 0,
                            outcome >= kFirstReason ? count : 0};
    figure.sum.add(outcomes);
    add(figure.cells, {{Cell::of(static_cast<std::size_t>(sightings_.count(1))), outcomes}});
    if (outcomes.hidden != 0) add(figure.reasons, {{measures_.reason(index, outcome), count}});
  }
}

void PartReader::read_figures(const StoredPeriod& period, Part& part) {
  part.figures.resize(measures_.rows.size());
  for (std::size_t i = 0; i < measures_.rows.size(); ++i) {
    PeriodFigure& figure = part.figures[i];
    if (!measures_.rows[i].counts_entities()) {
      read_sightings(period, i, figure);
      continue;
    }
    for (entities_.start(period.id, measures_.ids[i]); entities_.step();) {
      figure.sampled += entities_.count(0);
      figure.sum.add({entities_.count(1), entities_.count(2), entities_.count(3)});
      add(figure.best, {entities_.count(4), entities_.count(5)});
      keep_larger(figure, {entities_.count(6), entities_.count(7), entities_.count(8)},
                  {entities_.count(9), entities_.count(10)});
    }
  }
}

/// Reader: one report, step by step.
class Reader {
 public:
  Reader(Database& database, const ReportQuery& query) : database_(database), query_(query) {}

  [[nodiscard]] std::optional<Refusal> read(PeriodReport& report);

 private:
  /// Span: what is reported on, from which periods, in which buckets.
  struct Span {
    std::int64_t from = 0;
    std::int64_t to = 0;
    Level level = Level::day;
    std::vector<std::pair<std::int64_t, std::int64_t>> buckets;
  };

  void read_series();
  [[nodiscard]] std::optional<Refusal> choose_span();
  [[nodiscard]] bool cuts(std::int64_t from, std::int64_t to) const;
  [[nodiscard]] std::optional<Refusal> read_periods();
  [[nodiscard]] std::optional<Refusal> check_profile() const;
  [[nodiscard]] std::int64_t kept_from(std::int64_t length);
  void describe(PeriodReport& report) const;
  void fill(PeriodReport& report);

  Database& database_;
  const ReportQuery& query_;
  std::vector<Series> series_;
  std::vector<StoredPeriod> periods_;
  Measures measures_;
  Span span_;
};

std::optional<Refusal> Reader::read(PeriodReport& report) {
  // All of it as it stood at one moment.
  database_.run("BEGIN");
  read_series();
  if (std::optional<Refusal> refusal = choose_span()) return refusal;
  if (std::optional<Refusal> refusal = read_periods()) return refusal;
  if (std::optional<Refusal> refusal = check_profile()) return refusal;
  measures_ = read_measures(database_, query_.all);
  describe(report);
  fill(report);
  drop_unseen(report);
  return std::nullopt;
}

void Reader::read_series() {
  Statement all(
      database_,
      "SELECT id, profile, catalogue, version, replace(labels, char(10), '; '), "
      "coalesce((SELECT value FROM label WHERE series = id AND key = ?1), ''), directions_known FROM series "
      "ORDER BY id");
  Statement has(database_, "SELECT 1 FROM label WHERE series = ?1 AND key = ?2 AND value = ?3");
  for (all.start(std::string_view(query_.group)); all.step();) {
    Series series{all.number(0), all.text(1), all.text(2), all.text(3), all.text(4), all.text(5), all.number(6) != 0};
    const bool wanted = std::ranges::all_of(query_.labels, [&](const Label& label) {
      has.start(series.id, std::string_view(label.key), std::string_view(label.value));
      return has.step();
    });
    if (wanted && (query_.profile.empty() || query_.profile == series.profile)) series_.push_back(std::move(series));
  }
}

/// From where on all periods of this level, which are as long as `length`, are still there: they go as a whole.
std::int64_t Reader::kept_from(std::int64_t length) {
  Statement state(database_, "SELECT newest, keep_windows, keep_hours, keep_days FROM state");
  state.start();
  if (!state.step()) return 0;
  const std::int64_t kept = state.number(static_cast<int>(span_.level) + 1);
  const std::int64_t until = std::max<std::int64_t>(0, state.number(0) - kept);
  return kept == kForEver ? 0 : until - until % length;
}

std::optional<Refusal> Reader::choose_span() {
  const auto divides = [&](std::int64_t length) {
    return query_.from.value_or(0) % length == 0 && query_.to.value_or(0) % length == 0;
  };
  span_.level = Level::window;
  if (divides(kHour)) span_.level = Level::hour;
  if (divides(kDay) && query_.by != ReportQuery::By::hour) span_.level = Level::day;
  Statement ends(database_, "SELECT min(start), max(start + length), min(length) FROM period WHERE level = ?1");
  ends.start(static_cast<std::int64_t>(span_.level));
  if (!ends.step() || ends.is_null(0))
    return Refusal{Why::no_input, fmt::format("holds no {}", name_of(span_.level))};
  const std::int64_t kept = kept_from(ends.number(2));
  span_.from = query_.from.value_or(ends.number(0));
  span_.to = query_.to.value_or(ends.number(1));
  if (query_.from && query_.to && *query_.from >= *query_.to) return Refusal{Why::usage, "--from is not before --to"};
  if (span_.from >= span_.to)
    return Refusal{Why::no_input, fmt::format("holds {} from {} to {}", name_of(span_.level),
                                              report::time_text(ends.number(0)), report::time_text(ends.number(1)))};
  if (span_.from < kept)
    return Refusal{Why::usage,
                   fmt::format("{} are kept from {} on", name_of(span_.level), report::time_text(kept)),
                   {},
                   span_.level == Level::day ? "begin there" : "begin there, or take whole days"};
  span_.buckets = buckets_of(
      span_.from, std::min(span_.to, span_.from + static_cast<std::int64_t>(kMostPeriods) * kHour), query_.by);
  return std::nullopt;
}

/// A bucket ends or begins between two times.
bool Reader::cuts(std::int64_t from, std::int64_t to) const {
  if (from < span_.from || to > span_.to) return true;
  const auto next =
      std::ranges::upper_bound(span_.buckets, from, {}, [](const auto& bucket) { return bucket.first; });
  return next != span_.buckets.end() && next->first < to;
}

std::optional<Refusal> Reader::read_periods() {
  Statement rows(database_,
                 "SELECT id, start, length, series, covered, windows, empty, frames, wire_bytes, captured_bytes, "
                 "port_lost, port_silent FROM period WHERE level = ?1 AND start < ?3 AND start + length > ?2 "
                 "ORDER BY start, series");
  for (rows.start(static_cast<std::int64_t>(span_.level), span_.from, span_.to); rows.step();) {
    const auto series = std::ranges::find(series_, rows.number(3), &Series::id);
    if (series == series_.end()) continue;
    StoredPeriod period{rows.number(0), rows.number(1), rows.number(2), &*series, {}};
    if (cuts(period.start, period.start + period.length))
      return Refusal{Why::usage,
                     fmt::format("a period would cut a window of {} s", period.length),
                     {},
                     "begin and end it with a window, an hour or a day"};
    PeriodCoverage& coverage = period.coverage;
    coverage.covered = rows.count(4);
    coverage.windows = rows.count(5);
    coverage.empty = rows.count(6);
    coverage.frames = rows.count(7);
    coverage.wire_bytes = rows.count(8);
    coverage.captured_bytes = rows.count(9);
    coverage.port_lost = rows.count(10);
    coverage.port_silent = rows.count(11);
    periods_.push_back(std::move(period));
  }
  if (!periods_.empty()) return std::nullopt;
  return Refusal{Why::no_input, fmt::format("holds nothing from {} to {}", report::time_text(span_.from),
                                            report::time_text(span_.to))};
}

/// Verdicts under two profiles do not add up.
std::optional<Refusal> Reader::check_profile() const {
  std::set<std::string> profiles;
  for (const StoredPeriod& period : periods_) profiles.insert(period.series->profile);
  if (profiles.size() == 1) return std::nullopt;
  std::string choices;
  for (const std::string& profile : profiles)
    choices.append(choices.empty() ? "" : ", ").append("--profile ").append(profile);
  return Refusal{Why::usage,
                 fmt::format("its windows were judged under {} profiles", profiles.size()),
                 {},
                 "choose one: " + choices};
}

void Reader::describe(PeriodReport& report) const {
  constexpr std::string_view kBy[] = {"", "hour", "day", "week", "month"};
  std::set<std::string> catalogues;
  std::set<std::string> versions;
  std::set<std::string> labels;
  for (const StoredPeriod& period : periods_) {
    catalogues.insert(period.series->catalogue);
    versions.insert(period.series->version);
    labels.insert(period.series->labels);
  }
  report.directions_known =
      std::ranges::all_of(periods_, [](const StoredPeriod& period) { return period.series->directions_known; });
  report.from = span_.from;
  report.to = span_.to;
  report.by = kBy[static_cast<std::size_t>(query_.by)];
  report.key = query_.group;
  report.profile = periods_.front().series->profile;
  report.catalogues.assign(catalogues.begin(), catalogues.end());
  report.versions.assign(versions.begin(), versions.end());
  report.labels.assign(labels.begin(), labels.end());
  report.measures = measures_.rows;
  Statement damaged(database_,
                    "SELECT sum(damaged) FROM input WHERE series = ?1 AND stored_from < ?3 AND stored_to > ?2");
  for (const Series& series : series_)
    for (damaged.start(series.id, span_.from, span_.to); damaged.step();) report.damaged += damaged.count(0);
}

void Reader::fill(PeriodReport& report) {
  PartReader reader(database_, measures_);
  std::map<std::string, std::vector<ReportPeriod>> groups;
  std::map<std::string, std::set<std::string>> labels;  // by group
  for (const StoredPeriod& period : periods_) labels[period.series->group].insert(period.series->labels);
  auto period = periods_.begin();
  for (const auto& [from, to] : span_.buckets) {
    std::map<std::pair<std::string, std::string>, Part> parts;  // by group and labels
    for (; period != periods_.end() && period->start < to; ++period) {
      Part& part = parts[{period->series->group, period->series->labels}];
      reader.read(*period, part);
    }
    for (const auto& [group, sets] : labels) {
      ReportPeriod& sum = groups[group].emplace_back(ReportPeriod{from, to, {}, {}});
      const auto length = static_cast<std::uint64_t>(to - from);
      sum.figures.resize(measures_.rows.size());
      sum.coverage.expected = length * sets.size();
      for (auto& [key, part] : parts) {
        if (key.first != group) continue;
        part.coverage.covered = std::min(part.coverage.covered, length);
        part.coverage.ended = listed(part.ended);
        part.coverage.limits = listed(part.limits);
        part.coverage.unread = listed(part.unread);
        sum.coverage.add(part.coverage);
        for (std::size_t i = 0; i < sum.figures.size(); ++i) add(sum.figures[i], part.figures[i], measures_.rows[i]);
      }
    }
  }
  for (auto& [value, periods] : groups) report.groups.push_back({value, std::move(periods)});
}

}  // namespace

Either<PeriodReport> read_report(const std::string& path, const ReportQuery& query) {
  Either<std::unique_ptr<Database>> opened = open_to_read(path);
  if (Refusal* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
  Database& database = *std::get<std::unique_ptr<Database>>(opened);
  try {
    PeriodReport report;
    Reader reader(database, query);
    std::optional<Refusal> refusal = reader.read(report);
    if (!refusal) return report;
    refusal->where = path;
    return *std::move(refusal);
  } catch (const DatabaseError& error) {
    return refusal_of(error, path, false);
  }
}

}  // namespace uptake::store
