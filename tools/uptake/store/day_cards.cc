#include "tools/uptake/store/day_cards.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "policy/ledger.h"
#include "policy/measure.h"
#include "policy/report/format.h"
#include "policy/report/json.h"
#include "tools/uptake/store/crowd_writer.h"
#include "tools/uptake/store/database.h"
#include "tools/uptake/store/measures.h"
#include "tools/uptake/store/schema.h"

namespace uptake::store {
namespace {

using nlohmann::ordered_json;

constexpr std::array kOutcomes = {"pass", "fail", "unobservable", "not_applicable"};

Refusal unfit(std::string what, std::string hint) { return {Why::usage, std::move(what), {}, std::move(hint)}; }

/// Adds to the number with this key.
void add(ordered_json& object, const std::string& key, std::uint64_t count) {
  object[key] = object.value(key, std::uint64_t{0}) + count;
}

ordered_json no_counts() {
  return {{"pass", 0}, {"fail", 0}, {"unobservable", ordered_json::object()}, {"not_applicable", 0}};
}

/// The share alone; null where there is none. Bounds are for whoever reads the store itself.
void add_share(ordered_json& counts, bool two_counts) {
  const auto pass = counts["pass"].get<std::uint64_t>();
  const auto judged = pass + counts["fail"].get<std::uint64_t>();
  counts["share"] = nullptr;
  if (!two_counts && judged != 0) counts["share"] = static_cast<double>(pass) / static_cast<double>(judged);
}

/// DayFigures: what a store holds of each measure in one day.
class DayFigures {
 public:
  explicit DayFigures(Database& database)
      : measures_(read_measures(database, true)),
        sightings_(database, "SELECT outcome, cell, n FROM sighting WHERE period = ?1 AND measure = ?2"),
        entities_(database,
                  "SELECT sampled, pass, fail, hidden, best_pass, best_fail FROM entity "
                  "WHERE period = ?1 AND measure = ?2"),
        crowds_(database, "SELECT cell, outcome, subscribers, groups FROM crowd WHERE period = ?1 AND measure = ?2"),
        vantages_(database, "SELECT name FROM vantage WHERE area = ?1 AND vantage = ?2") {}

  /// Those that were seen. `crowded`: with who stands behind their counts; `distinct`: subscribers.
  [[nodiscard]] ordered_json of(std::int64_t period, bool crowded, std::uint64_t distinct);

 private:
  ordered_json read_sightings(std::int64_t period, std::size_t index);
  ordered_json read_entities(std::int64_t period, std::size_t index, std::uint64_t distinct);
  void read_crowds(std::int64_t period, std::size_t index, ordered_json& measure);
  std::string vantage(const std::string& area, std::int64_t number);

  const Measures measures_;
  Statement sightings_;
  Statement entities_;
  Statement crowds_;
  Statement vantages_;
};

/// Days: the days of one store, window by window.
class Days {
 public:
  Days(Database& database, const ReportQuery& query)
      : database_(database),
        query_(query),
        figures_(database),
        counters_(database,
                  "SELECT kind, name, n FROM coverage JOIN counter ON counter.id = coverage.counter "
                  "WHERE period = ?1"),
        facts_(database,
               "SELECT windows, k, subscriber_v4, subscriber_v6, key, subscribers FROM crowd_facts "
               "WHERE period = ?1") {}

  [[nodiscard]] std::optional<Refusal> read(ordered_json& card);

 private:
  [[nodiscard]] std::optional<Refusal> choose_series(ordered_json& card);
  void read_days(std::int64_t series, ordered_json& card);
  void read_coverage(std::int64_t period, ordered_json& window);
  void read_figures(std::int64_t period, std::uint64_t windows, ordered_json& window);

  Database& database_;
  const ReportQuery& query_;
  DayFigures figures_;
  Statement counters_;
  Statement facts_;
  std::vector<std::int64_t> series_;
};

std::optional<Refusal> Days::choose_series(ordered_json& card) {
  Statement all(database_,
                "SELECT id, profile, catalogue, version, labels, directions_known FROM series WHERE EXISTS (SELECT 1 "
                "FROM period WHERE series = series.id AND level = 2 AND start >= ?1 AND start < ?2) ORDER BY id");
  Statement has(database_, "SELECT 1 FROM label WHERE series = ?1 AND key = ?2 AND value = ?3");
  std::set<std::array<std::string, 3>> kinds;
  std::set<std::string> labels;
  for (all.start(query_.from.value_or(0), query_.to.value_or(INT64_MAX)); all.step();) {
    bool wanted = query_.profile.empty() || query_.profile == all.text(1);
    for (const Label& label : query_.labels) {
      has.start(all.number(0), std::string_view(label.key), std::string_view(label.value));
      wanted = wanted && has.step();
    }
    if (!wanted) continue;
    series_.push_back(all.number(0));
    kinds.insert({all.text(1), all.text(2), all.text(5)});
    labels.insert(all.text(4));
    card["profile"] = all.text(1);
    card["catalogue"] = all.text(2);
    card["version"] = all.text(3);
    card["directions_known"] = all.number(5) != 0;
  }
  if (series_.empty()) return Refusal{Why::no_input, "holds no day of what is asked for"};
  if (labels.size() > 1)
    return unfit(fmt::format("holds {} sets of labels for these days", labels.size()), "choose one with --label");
  if (kinds.size() > 1)
    return unfit("its days were read under several profiles or catalogues, or with and without --customers",
                 "choose with --profile and --label");
  card["label"] = ordered_json::object();
  Statement words(database_, "SELECT key, value FROM label WHERE series = ?1 ORDER BY key");
  for (words.start(series_.front()); words.step();) card["label"][words.text(0)] = words.text(1);
  return std::nullopt;
}

std::string DayFigures::vantage(const std::string& area, std::int64_t number) {
  vantages_.start(std::string_view(area), number);
  return vantages_.step() ? vantages_.text(0) : "none";
}

ordered_json DayFigures::read_sightings(std::int64_t period, std::size_t index) {
  ordered_json total = no_counts();
  std::map<std::int64_t, ordered_json> cells;
  for (sightings_.start(period, measures_.ids[index]); sightings_.step();) {
    const std::int64_t outcome = sightings_.number(0);
    const std::int64_t cell = sightings_.number(1);
    if (!cells.contains(cell)) cells[cell] = no_counts();
    for (ordered_json* counts : {&total, &cells[cell]}) {
      if (outcome >= kFirstReason)
        add((*counts)["unobservable"], measures_.reason(index, outcome), sightings_.count(2));
      else
        add(*counts,
            outcome == kNotApplicable ? "not_applicable"
            : outcome == kPass        ? "pass"
                                      : "fail",
            sightings_.count(2));
    }
  }
  if (cells.empty()) return {};
  add_share(total, measures_.rows[index].two_counts);
  ordered_json measure = {{"total", std::move(total)}, {"cells", ordered_json::array()}};
  for (auto& [place, counts] : cells) {
    const Cell cell = Cell::of(static_cast<std::size_t>(place));
    ordered_json row = {{"family", name_of(cell.family)},
                        {"direction", name_of(cell.direction)},
                        {"vantage", vantage(measures_.areas[index], static_cast<std::int64_t>(cell.vantage))},
                        {"place", place}};
    row.update(counts);
    measure["cells"].push_back(std::move(row));
  }
  return measure;
}

ordered_json DayFigures::read_entities(std::int64_t period, std::size_t index, std::uint64_t distinct) {
  entities_.start(period, measures_.ids[index]);
  if (!entities_.step()) return {};
  const bool two_counts = measures_.rows[index].two_counts;
  ordered_json worst = {{"pass", entities_.count(1)}, {"fail", entities_.count(2)}};
  ordered_json best = {{"pass", entities_.count(4)}, {"fail", entities_.count(5)}};
  add_share(worst, two_counts);
  add_share(best, two_counts);
  return {{"entities",
           {{"counted", entities_.number(0) != 0 ? "sampled" : "exact"},
            {"distinct", distinct},
            {"unobservable", entities_.count(3)},
            {"worst", std::move(worst)},
            {"best", std::move(best)}}}};
}

/// Puts who stands behind the counts beside them.
void DayFigures::read_crowds(std::int64_t period, std::size_t index, ordered_json& measure) {
  const bool entities = measure.contains("entities");
  ordered_json& total = entities ? measure["entities"] : measure["total"];
  std::map<std::int64_t, ordered_json*> places = {{kTotal, &total}};
  if (!entities)
    for (ordered_json& cell : measure["cells"]) places[cell["place"].get<std::int64_t>()] = &cell;
  for (auto& [place, counts] : places) (*counts)["subscribers"] = ordered_json::object();
  for (crowds_.start(period, measures_.ids[index]); crowds_.step();) {
    const auto found = places.find(crowds_.number(0));
    const std::uint64_t outcome = crowds_.count(1);
    if (found == places.end() || outcome >= kOutcomes.size()) continue;
    ordered_json& counts = *found->second;
    counts["subscribers"][kOutcomes[outcome]] = crowds_.count(2);
    const std::string groups = crowds_.text(3);
    if (groups.empty()) continue;
    ordered_json list = ordered_json::parse("[" + groups + "]", nullptr, false);
    if (list.is_discarded()) throw DatabaseError(SQLITE_CORRUPT, "groups that are no numbers");
    counts["groups"][kOutcomes[outcome]] = std::move(list);
  }
}

ordered_json DayFigures::of(std::int64_t period, bool crowded, std::uint64_t distinct) {
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < measures_.rows.size(); ++i) {
    const StoredMeasure& stored = measures_.rows[i];
    ordered_json found = stored.counts_entities() ? read_entities(period, i, distinct) : read_sightings(period, i);
    if (found.empty()) continue;
    if (crowded) read_crowds(period, i, found);
    ordered_json measure = {
        {"id", stored.id},       {"standard", stored.standard}, {"document", stored.document},
        {"theme", stored.theme}, {"good", stored.good},         {"headline", !stored.headline.empty()},
        {"unit", stored.unit}};
    measure.update(found);
    list.push_back(std::move(measure));
  }
  return list;
}

void Days::read_coverage(std::int64_t period, ordered_json& window) {
  ordered_json ended = ordered_json::object();
  ordered_json limits = ordered_json::object();
  for (std::size_t i = 0; i < kDispositions; ++i) ended[std::string(name_of(static_cast<Disposition>(i)))] = 0;
  for (counters_.start(period); counters_.step();) {
    if (counters_.text(0) == "ended") ended[counters_.text(1)] = counters_.count(2);
    if (counters_.text(0) == "limit") limits[counters_.text(1)] = counters_.count(2);
  }
  window["ledger"]["ended"] = std::move(ended);
  window["limits"] = std::move(limits);
  window["unread"] = ordered_json::array();
}

/// With who stands behind the counts where every window of the day says so, under one key.
void Days::read_figures(std::int64_t period, std::uint64_t windows, ordered_json& window) {
  facts_.start(period);
  const bool known = facts_.step();
  const bool crowded = known && facts_.count(0) == windows && !facts_.text(4).empty();
  if (crowded)
    window["client_groups"] = {
        {"key", facts_.text(4)}, {"k", facts_.count(1)}, {"subscriber", {facts_.count(2), facts_.count(3)}}};
  window["measures"] = figures_.of(period, crowded, known ? facts_.count(5) : 0);
}

void Days::read_days(std::int64_t series, ordered_json& card) {
  Statement days(database_,
                 "SELECT id, start, windows, frames, wire_bytes, captured_bytes, port_lost, port_silent, "
                 "coalesce((SELECT ports FROM crowd_facts WHERE period = id), 0) FROM period WHERE level = 2 AND "
                 "series = ?1 AND start >= ?2 AND start < ?3 AND frames != 0 ORDER BY start");
  for (days.start(series, query_.from.value_or(0), query_.to.value_or(INT64_MAX)); days.step();) {
    ordered_json& window = card["windows"].emplace_back();
    window["ledger"] = {{"frames", days.count(3)},
                        {"wire_bytes", days.count(4)},
                        {"captured_bytes", days.count(5)},
                        {"first_time", report::time_text(days.number(1))},
                        {"last_time", report::time_text(days.number(1) + kDay - 1)}};
    read_coverage(days.number(0), window);
    read_figures(days.number(0), days.count(2), window);
    if (days.number(7) != 0)
      card["ports"].push_back({{"lost", nullptr}});
    else if (days.number(8) != 0 || days.count(6) != 0)
      card["ports"].push_back({{"lost", days.count(6)}});
  }
}

std::optional<Refusal> Days::read(ordered_json& card) {
  if (query_.from.value_or(0) % kDay != 0 || query_.to.value_or(0) % kDay != 0)
    return unfit("of a store whole days are taken", "begin and end with a day");
  card["schema"] = kScoreCardSchema;
  if (std::optional<Refusal> refusal = choose_series(card)) return refusal;
  card["damage"] = ordered_json::array();
  card["interrupted"] = false;
  card["ports"] = ordered_json::array();
  card["windows"] = ordered_json::array();
  Statement damaged(database_,
                    "SELECT coalesce(sum(damaged), 0) FROM input WHERE series = ?1 AND stored_from < ?3 AND "
                    "stored_to > ?2");
  for (const std::int64_t series : series_) {
    read_days(series, card);
    for (damaged.start(series, query_.from.value_or(0), query_.to.value_or(INT64_MAX)); damaged.step();)
      for (std::uint64_t i = 0; i < damaged.count(0); ++i) card["damage"].push_back(ordered_json::object());
  }
  return std::nullopt;
}

}  // namespace

Either<std::string> read_day_cards(const std::string& path, const ReportQuery& query) {
  Either<std::unique_ptr<Database>> opened = open_to_read(path);
  if (Refusal* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
  Database& database = *std::get<std::unique_ptr<Database>>(opened);
  try {
    ordered_json card;
    if (database.number("SELECT count(*) FROM sqlite_master WHERE name = 'crowd_facts'") == 0)
      return Refusal{Why::no_input, "an older uptake made this store: it does not say who stands behind its counts",
                     path, "read the captures into a new one, with --client-groups"};
    database.run("BEGIN");  // all of it as it stood at one moment
    Days days(database, query);
    if (std::optional<Refusal> refusal = days.read(card)) {
      refusal->where = path;
      return *std::move(refusal);
    }
    return card.dump();
  } catch (const DatabaseError& error) {
    return refusal_of(error, path, false);
  }
}

}  // namespace uptake::store
