#include "policy/report/page/cards.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "policy/compare/compare.h"
#include "policy/report/card_reader.h"

namespace uptake {
namespace {

using nlohmann::json;

void add_to(Outcomes& sum, const Outcomes& more) {
  add_count(sum.pass, more.pass);
  add_count(sum.fail, more.fail);
  add_count(sum.hidden, more.hidden);
  std::uint64_t all = sum.pass;
  add_count(all, sum.fail);
  add_count(all, sum.hidden);
}

void add_named(std::vector<NamedCount>& sums, const json& counts) {
  for (const auto& [name, count] : counts.items()) add(sums, {{name, count.get<std::uint64_t>()}});
}

/// Seconds since 1970 of "2026-11-24T14:39:45Z".
std::int64_t seconds_of(const json& time) {
  using namespace std::chrono;
  const auto& text = time.get_ref<const std::string&>();
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  const bool fits = text.size() == kForm.size() &&
                    std::equal(text.begin(), text.end(), kForm.begin(),
                               [](char c, char form) { return form == '0' ? c >= '0' && c <= '9' : c == form; });
  if (!fits) throw CardFault("one of its times is none");
  const auto number = [&](std::size_t at, std::size_t size) { return std::stoi(text.substr(at, size)); };
  const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                            day{static_cast<unsigned>(number(8, 2))}};
  if (!date.ok()) throw CardFault("one of its times is none");
  return sys_seconds{sys_days{date}}.time_since_epoch().count() + number(11, 2) * 3'600 + number(14, 2) * 60 +
         number(17, 2);
}

Outcomes outcomes_of(const json& counts) {
  Outcomes outcomes{count_at(counts, "pass"), count_at(counts, "fail"), 0};
  const json& hidden = counts.at("unobservable");
  for (const auto& [reason, count] : hidden.items()) add_count(outcomes.hidden, count.get<std::uint64_t>());
  return outcomes;
}

template <class Value>
Value named(std::string_view word, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (name_of(static_cast<Value>(i)) == word) return static_cast<Value>(i);
  throw CardFault("a cell has an unknown family or direction");
}

/// A vantage that this catalogue does not have is none.
Vantage vantage_of(std::string_view word, const Vocabulary* words) {
  for (std::size_t i = 1; words != nullptr && i < kVantages; ++i)
    if (words->of(static_cast<Vantage>(i)).name == word) return static_cast<Vantage>(i);
  return Vantage::none;
}

void add_sightings(PeriodFigure& figure, const json& measure, const Vocabulary* words) {
  const json& total = measure.at("total");
  add_to(figure.sum, outcomes_of(total));
  add_count(figure.not_applicable, count_at(total, "not_applicable"));
  add_named(figure.reasons, total.at("unobservable"));
  for (const json& found : measure.at("cells")) {
    const Cell cell{named<Family>(found.at("family").get<std::string>(), 2),
                    named<Direction>(found.at("direction").get<std::string>(), Cell::kDirections),
                    vantage_of(found.at("vantage").get<std::string>(), words)};
    add_to(outcomes_in(figure.cells, cell), outcomes_of(found));
  }
}

void add_entities(PeriodFigure& figure, const json& entities) {
  const json& worst = entities.at("worst");
  const json& best = entities.at("best");
  const Outcomes found{count_at(worst, "pass"), count_at(worst, "fail"), count_at(entities, "unobservable")};
  const Judged found_best{count_at(best, "pass"), count_at(best, "fail")};
  add_to(figure.sum, found);
  add_count(figure.best.pass, found_best.pass);
  add_count(figure.best.fail, found_best.fail);
  if (found.all() > figure.largest.all()) {
    figure.largest = found;
    figure.largest_best = found_best;
  }
  figure.sampled += entities.at("counted") == "sampled" ? 1 : 0;
}

StoredMeasure stored(const Measure& measure) {
  return {.id = std::string(measure.id),
          .unit = std::string(name_of(measure.unit)),
          .counts = measure.unit.counts,
          .standard = std::string(measure.standard->id),
          .document = std::string(measure.standard->document),
          .theme = std::string(name_of(measure.standard->theme)),
          .title = std::string(title_of(measure.standard->theme)),
          .good = std::string(name_of(measure.good)),
          .two_counts = measure.answer == Answer::two_counts,
          .headline = std::string(measure.headline),
          .place = measure.place};
}

/// One that this catalogue does not have: the card has no words for it but its id.
StoredMeasure stored(const json& measure) {
  StoredMeasure made;
  made.id = measure.at("id").get<std::string>();
  made.unit = measure.at("unit").get<std::string>();
  made.standard = measure.at("standard").get<std::string>();
  made.document = measure.at("document").get<std::string>();
  made.theme = measure.at("theme").get<std::string>();
  made.title = made.theme;
  made.good = measure.at("good").get<std::string>();
  if (measure.at("headline").get<bool>()) made.headline = made.id;
  const bool entities = measure.contains("entities");
  if (entities) made.counts = Unit::Counts::entities;
  if (made.unit == name_of(Unit::bytes)) made.counts = Unit::Counts::bytes;
  const json& verdicts = entities ? measure.at("entities").at("worst") : measure.at("total");
  made.two_counts = verdicts.at("share").is_null() && verdicts.at("pass") != 0;
  return made;
}

std::size_t place_of(const json& measure, PeriodReport& report) {
  const std::size_t place =
      report.find(measure.at("id").get_ref<const std::string&>(), measure.at("unit").get_ref<const std::string&>());
  if (place == report.measures.size()) report.measures.push_back(stored(measure));
  return place;
}

void add_coverage(PeriodCoverage& coverage, const json& window) {
  const json& ledger = window.at("ledger");
  ++coverage.windows;
  add_count(coverage.frames, count_at(ledger, "frames"));
  add_count(coverage.wire_bytes, count_at(ledger, "wire_bytes"));
  add_count(coverage.captured_bytes, count_at(ledger, "captured_bytes"));
  add_named(coverage.ended, ledger.at("ended"));
  add_named(coverage.limits, window.at("limits"));
  for (const json& unread : window.at("unread"))
    add(coverage.unread, {{unread.at("protocol").get<std::string>(), count_at(unread, "packets")}});
}

void add_times(ReportPeriod& period, const json& ledger) {
  if (ledger.at("first_time").is_null()) return;
  const std::int64_t from = seconds_of(ledger.at("first_time"));
  if (period.from == 0 || from < period.from) period.from = from;
  period.to = std::max(period.to, seconds_of(ledger.at("last_time")));
}

void add_window(PeriodReport& report, ReportPeriod& period, const json& window, const Catalogue& catalogue) {
  add_coverage(period.coverage, window);
  add_times(period, window.at("ledger"));
  for (const json& measure : window.at("measures")) {
    const std::size_t place = place_of(measure, report);
    period.figures.resize(report.measures.size());
    if (measure.contains("entities"))
      add_entities(period.figures[place], measure.at("entities"));
    else
      add_sightings(period.figures[place], measure, place < catalogue.size() ? &catalogue.words(place) : nullptr);
  }
}

void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

/// What the card says of the run, and of all of its figures.
void add_run(PeriodReport& report, PeriodCoverage& coverage, const json& card) {
  report.profile = card.at("profile").get<std::string>();
  report.directions_known = card.at("directions_known").get<bool>();
  add_once(report.catalogues, card.at("catalogue").get<std::string>());
  add_once(report.versions, card.at("version").get<std::string>());
  report.damaged += card.at("damage").size();
  report.interrupted += card.at("interrupted").get<bool>() ? 1 : 0;
  for (const json& port : card.at("ports")) {
    if (port.at("lost").is_null())
      ++coverage.port_silent;
    else
      add_count(coverage.port_lost, count_at(port, "lost"));
  }
}

void add_card(PeriodReport& report, const json& card, const Catalogue& catalogue) {
  ReportPeriod& period = report.groups[0].periods.emplace_back();
  add_run(report, period.coverage, card);
  for (const json& window : card.at("windows")) {
    if (has_figures(window))
      add_window(report, period, window, catalogue);
    else
      period.coverage.empty += count_at(window, "empty_windows");
  }
}

/// What must be equal for the figures of cards to stand in one line.
std::string_view difference_of(const CardFacts& a, const CardFacts& b) {
  if (a.catalogue != b.catalogue) return "catalogue";
  if (a.profile != b.profile) return "profile";
  return a.directions_known == b.directions_known ? "" : "knowledge of the customers (--customers)";
}

/// ReadCard: a card, and what of it is compared with others.
struct ReadCard {
  Period period;
  json card;
};

std::optional<Refusal> refuse(std::span<const ReadCard> cards) {
  for (std::size_t i = 1; i < cards.size(); ++i) {
    const Period& before = cards[i - 1].period;
    const Period& after = cards[i].period;
    const std::string_view difference = difference_of(before.facts, after.facts);
    if (!difference.empty())
      return Refusal{Why::configuration, fmt::format("has another {} than {}", difference, before.name), after.name,
                     "make a page of each"};
    if (after.from.empty() || before.from.empty() || after.from <= before.to)
      return Refusal{Why::configuration, fmt::format("does not begin after {} ends", before.name), after.name,
                     "give cards of periods that follow each other"};
  }
  return std::nullopt;
}

void add_changes(PageSource& source, const Period& first, const Period& last) {
  for (const ComparedMeasure& compared : compare(first, last).measures) {
    if (compared.why != Uncompared::none) continue;
    source.changes[source.report.find(compared.any().id, compared.any().unit)] = compared.change;
  }
}

}  // namespace

void complete(PageSource& source, const Catalogue& catalogue) {
  PeriodReport& report = source.report;
  for (const Measure& measure : catalogue.measures())
    if (report.find(measure.id, name_of(measure.unit)) == report.measures.size())
      report.measures.push_back(stored(measure));
  for (PeriodGroup& group : report.groups)
    for (ReportPeriod& period : group.periods) period.figures.resize(report.measures.size());
  source.changes.resize(report.measures.size());
}

Either<PageSource> read_cards(std::span<const CardFile> files, const Catalogue& catalogue) {
  constexpr std::string_view kBegin = "is no score card: ";
  std::vector<ReadCard> cards;
  for (const CardFile& file : files) {
    const auto take = [&](json& card) {
      Period period = period_of(card, file.name);
      cards.push_back({std::move(period), std::move(card)});
    };
    if (std::optional<Refusal> refusal = read_card(file.json, file.name, kBegin, take)) return *std::move(refusal);
  }
  std::ranges::stable_sort(cards, {}, [](const ReadCard& one) { return one.period.from; });
  if (std::optional<Refusal> refusal = refuse(cards)) return *std::move(refusal);
  PageSource source;
  source.report.groups.resize(1);
  complete(source, catalogue);  // so that the places of the catalogue are those of the report
  for (const ReadCard& one : cards) {
    add_once(source.report.labels, one.period.label);
    const auto add = [&] { add_card(source.report, one.card, catalogue); };
    if (std::optional<Refusal> refusal = refuse_faults(one.period.name, kBegin, add)) return *std::move(refusal);
  }
  complete(source, catalogue);
  source.report.from = source.report.groups[0].periods.front().from;
  source.report.to = source.report.groups[0].periods.back().to;
  if (cards.size() > 1) add_changes(source, cards.front().period, cards.back().period);
  return source;
}

}  // namespace uptake
