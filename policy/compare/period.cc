#include "policy/compare/period.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "policy/report/json.h"

namespace uptake {
namespace {

using nlohmann::json;

/// Fault: what makes a text no score card; thrown within this file.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::uint64_t added(std::uint64_t a, std::uint64_t b) {
  if (a > ~std::uint64_t{0} - b) throw Fault("its counts are beyond 64 bits");
  return a + b;
}

Judged judged_of(const json& counts) {
  return {counts.at("pass").get<std::uint64_t>(), counts.at("fail").get<std::uint64_t>()};
}

PeriodMeasure& measure_of(Period& period, const json& measure) {
  const auto& id = measure.at("id").get_ref<const std::string&>();
  const auto& unit = measure.at("unit").get_ref<const std::string&>();
  const auto found = std::ranges::find_if(
      period.measures, [&](const PeriodMeasure& known) { return known.id == id && known.unit == unit; });
  if (found != period.measures.end()) return *found;
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
    if (groups.at(outcome).size() != into.groups->size()) throw Fault("its client groups are not 32");
    for (std::size_t i = 0; i < into.groups->size(); ++i)
      (*into.groups)[i].*field = added((*into.groups)[i].*field, groups.at(outcome).at(i).get<std::uint64_t>());
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
  into.added = one_window || !entities;
  into.judged = {added(into.judged.pass, judged.pass), added(into.judged.fail, judged.fail)};
  into.answers = into.answers || !verdicts.at("share").is_null();
  if (entities) {
    into.hidden = counts.at("unobservable").get<std::uint64_t>();
  } else {
    for (const auto& [reason, count] : counts.at("unobservable").items())
      into.hidden = added(into.hidden, count.get<std::uint64_t>());
  }
  add_groups(counts, into);
}

/// Client groups of all windows are under one key, with the same prefixes.
void add_client_groups(const json& window, bool first, Period& period) {
  std::string key;
  Base base = period.base;
  if (window.contains("client_groups")) {
    const json& groups = window.at("client_groups");
    key = groups.at("key").get<std::string>();
    base.k = groups.at("k").get<std::uint64_t>();
    base.subscriber = groups.at("subscriber").get<std::array<std::uint64_t, 2>>();
  }
  if (!first && (key != period.key || base.k != period.base.k || base.subscriber != period.base.subscriber))
    throw Fault("its windows have different client groups");
  period.key = std::move(key);
  period.base = std::move(base);
}

/// Times are RFC 3339 in UTC: they sort as text does.
void add_times(const json& ledger, Period& period) {
  if (!ledger.at("first_time").is_string()) return;
  const auto first = ledger.at("first_time").get<std::string>();
  const auto last = ledger.at("last_time").get<std::string>();
  if (period.from.empty() || first < period.from) period.from = first;
  period.to = std::max(period.to, last);
}

Period period_of(const json& card, const std::string& name) {
  if (card.at("schema").get_ref<const std::string&>() != kScoreCardSchema) throw Fault("it has another schema");
  Period period;
  period.name = name;
  for (const auto& [key, value] : card.at("label").items())
    period.label += (period.label.empty() ? "" : "; ") + key + "=" + value.get<std::string>();
  period.base.catalogue = card.at("catalogue").get<std::string>();
  period.base.profile = card.at("profile").get<std::string>();
  period.base.directions_known = card.at("directions_known").get<bool>();
  const json& windows = card.at("windows");
  std::uint64_t with_frames = 0;
  for (const json& window : windows) with_frames += window.at("ledger").at("frames") != 0 ? 1 : 0;
  for (const json& window : windows) {
    if (window.contains("empty_windows") && window.at("ledger").at("frames") == 0) continue;
    add_client_groups(window, period.windows == 0, period);
    ++period.windows;
    period.frames = added(period.frames, window.at("ledger").at("frames").get<std::uint64_t>());
    add_times(window.at("ledger"), period);
    for (const json& measure : window.at("measures")) add_measure(measure, with_frames <= 1, period);
  }
  return period;
}

}  // namespace

Either<Period> read_period(std::string_view text, const std::string& name) {
  const auto refusal = [&](const char* why) {
    return Refusal{Why::configuration, std::string("is no score card: ") + why, name,
                   "give what uptake wrote with --json"};
  };
  try {
    return period_of(json::parse(text), name);
  } catch (const json::parse_error&) {
    return refusal("it is no JSON");
  } catch (const json::exception&) {
    return refusal("a part of it is missing, or of another kind");
  } catch (const Fault& fault) {
    return refusal(fault.what());
  }
}

}  // namespace uptake
