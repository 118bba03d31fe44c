#include "policy/compare/period.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "policy/report/card_reader.h"
#include "policy/report/format.h"

namespace uptake {
namespace {

using nlohmann::json;

Judged judged_of(const json& counts) {
  return {counts.at("pass").get<std::uint64_t>(), counts.at("fail").get<std::uint64_t>()};
}

PeriodMeasure& measure_of(Period& period, const json& measure) {
  const auto& id = measure.at("id").get_ref<const std::string&>();
  const auto& unit = measure.at("unit").get_ref<const std::string&>();
  if (const PeriodMeasure* const known = period.find(id, unit))
    return period.measures[static_cast<std::size_t>(known - period.measures.data())];
  PeriodMeasure& made = period.measures.emplace_back();
  made.id = id;
  made.unit = unit;
  made.good = measure.at("good").get<std::string>();
  made.headline = measure.at("headline").get<bool>();
  return made;
}

/// An outcome that was not seen is left out.
void add_groups(const json& counts, PeriodMeasure& into) {
  if (!counts.contains("groups")) return;
  if (!into.groups) into.groups.emplace();
  const auto add = [&](const char* outcome, std::uint64_t Judged::*field) {
    const json& groups = counts.at("groups");
    if (!groups.contains(outcome)) return;
    if (groups.at(outcome).size() != into.groups->size()) throw CardFault("its client groups are not 32");
    for (std::size_t i = 0; i < into.groups->size(); ++i)
      add_count((*into.groups)[i].*field, groups.at(outcome).at(i).get<std::uint64_t>());
  };
  add("pass", &Judged::pass);
  add("fail", &Judged::fail);
}

void add_measure(const json& measure, bool one_window, Period& period) {
  PeriodMeasure& into = measure_of(period, measure);
  const bool entities = measure.contains("entities");
  const json& counts = entities ? measure.at("entities") : measure.at("total");
  const json& verdicts = entities ? counts.at("worst") : counts;
  const Judged judged = judged_of(verdicts);
  const Judged best = entities ? judged_of(counts.at("best")) : judged;
  into.added = one_window || !entities;
  into.sampled = into.sampled || (entities && counts.at("counted") != "exact");
  add_count(into.best.pass, best.pass);
  add_count(into.best.fail, best.fail);
  add_count(into.judged.pass, judged.pass);
  add_count(into.judged.fail, judged.fail);
  into.answers = into.answers || !verdicts.at("share").is_null();
  if (entities) {
    const Outcomes found{judged.pass, judged.fail, counts.at("unobservable").get<std::uint64_t>()};
    add_count(into.hidden, found.hidden);
    if (found.all() > into.largest.all()) {
      into.largest = found;
      into.largest_best = best;
    }
  } else {
    for (const auto& [reason, count] : counts.at("unobservable").items())
      add_count(into.hidden, count.get<std::uint64_t>());
  }
  add_groups(counts, into);
}

/// Times are RFC 3339 in UTC: they sort as text does.
void add_times(const json& ledger, Period& period) {
  if (!ledger.at("first_time").is_string()) return;
  const auto first = ledger.at("first_time").get<std::string>();
  const auto last = ledger.at("last_time").get<std::string>();
  if (period.from.empty() || first < period.from) period.from = first;
  period.to = std::max(period.to, last);
}

}  // namespace

Period period_of(const json& card, const std::string& name) {
  Period period;
  period.name = name;
  for (const auto& [key, value] : card.at("label").items())
    period.label += (period.label.empty() ? "" : "; ") + key + "=" + value.get<std::string>();
  period.facts = facts_of(card, {});
  const json& windows = card.at("windows");
  std::uint64_t with_frames = 0;
  for (const json& window : windows) with_frames += window.at("ledger").at("frames") != 0 ? 1 : 0;
  for (const json& window : windows) {
    if (!has_figures(window)) continue;
    CardFacts facts = facts_of(card, window);
    if (period.windows != 0 && facts != period.facts) throw CardFault("its windows have different client groups");
    period.facts = std::move(facts);
    ++period.windows;
    add_count(period.frames, window.at("ledger").at("frames").get<std::uint64_t>());
    add_times(window.at("ledger"), period);
    for (const json& measure : window.at("measures")) add_measure(measure, with_frames <= 1, period);
  }
  return period;
}

Period period_of(const PeriodReport& report, const ReportPeriod& period) {
  Period made;
  made.label = fmt::format("{}", fmt::join(report.labels, " + "));
  made.from = report::time_text(period.from);
  made.to = report::time_text(period.to);
  made.windows = period.coverage.windows;
  made.frames = period.coverage.frames;
  made.facts.profile = report.profile;
  made.facts.directions_known = report.directions_known;
  for (std::size_t i = 0; i < report.measures.size(); ++i) {
    const StoredMeasure& measure = report.measures[i];
    const PeriodFigure& figure = period.figures[i];
    if (figure.empty()) continue;
    PeriodMeasure& into = made.measures.emplace_back();
    into.id = measure.id;
    into.unit = measure.unit;
    into.good = measure.good;
    into.headline = !measure.headline.empty();
    into.judged = {figure.sum.pass, figure.sum.fail};
    into.hidden = figure.sum.hidden;
    into.answers = !measure.two_counts;
    into.sampled = figure.sampled != 0;
    into.best = measure.counts_entities() ? figure.best : into.judged;
    into.added = !measure.counts_entities() || figure.sum.all() == figure.largest.all();
    into.largest = figure.largest;
    into.largest_best = figure.largest_best;
  }
  return made;
}

const PeriodMeasure* Period::find(std::string_view id, std::string_view unit) const noexcept {
  const auto same = [&](const PeriodMeasure& known) { return known.id == id && known.unit == unit; };
  const auto found = std::ranges::find_if(measures, same);
  return found != measures.end() ? &*found : nullptr;
}

Either<Period> read_period(std::string_view text, const std::string& name) {
  Period period;
  std::optional<Refusal> refusal =
      read_card(text, name, "is no score card: ", [&](const json& card) { period = period_of(card, name); });
  if (refusal) return *std::move(refusal);
  return period;
}

}  // namespace uptake
