#include "policy/privacy/card_sums.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "policy/ledger.h"
#include "policy/report/card_reader.h"

namespace uptake {
namespace {

using nlohmann::json;
using Outcome = Judgement::Outcome;
using Outcomes = std::array<std::array<CrowdedCount, PublicTable::kPlaces>, Crowds::kOutcomes>;

/// Cells of one window: each may have its own subscribers, or the same. Windows alike.
void add_crowd(CrowdedCount& sum, const CrowdedCount& count) {
  add_count(sum.count, count.count);
  sum.subscribers = std::max(sum.subscribers, count.subscribers);
  for (std::size_t i = 0; i < sum.groups.size(); ++i) add_count(sum.groups[i], count.groups[i]);
}

std::uint64_t count_of(const json& counts, const char* outcome) {
  const json& value = counts.at(outcome);
  if (!value.is_object()) return count_at(counts, outcome);
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : value.items()) add_count(sum, count.get<std::uint64_t>());
  return sum;
}

CrowdedCount crowd_of(const json& counts, std::uint64_t count, const char* outcome) {
  CrowdedCount crowd;
  crowd.count = count;
  if (count == 0) return crowd;
  crowd.subscribers = count_at(counts.at("subscribers"), outcome);
  if (crowd.subscribers > Gate::kEnough)
    throw CardFault("it has more subscribers behind a count than it can tell apart");
  if (!counts.contains("groups") || !counts.at("groups").contains(outcome)) return crowd;
  crowd.groups = counts.at("groups").at(outcome).get<GroupCounts>();
  std::uint64_t known = 0;
  for (const std::uint64_t group : crowd.groups) add_count(known, group);
  if (known > count) throw CardFault("a count is less than its client groups");
  return crowd;
}

constexpr std::array kOutcomeNames = {"pass", "fail", "unobservable", "not_applicable"};

template <class Value>
std::size_t place_of(std::string_view word, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (name_of(static_cast<Value>(i)) == word) return i;
  throw CardFault("a cell has an unknown family or direction");
}

std::size_t vantage_of(std::string_view word, const Vocabulary& words) {
  for (std::size_t i = 0; i < kVantages; ++i)
    if (words.of(static_cast<Vantage>(i)).name == word) return i;
  throw CardFault("a cell has an unknown vantage");
}

void add_cell(const json& cell, const Vocabulary& words, Outcomes& into) {
  const std::array places = {
      PublicTable::kFamily + place_of<Family>(cell.at("family").get<std::string>(), 2),
      PublicTable::kDirection + place_of<Direction>(cell.at("direction").get<std::string>(), Cell::kDirections),
      PublicTable::kVantage + vantage_of(cell.at("vantage").get<std::string>(), words)};
  for (std::size_t i = 0; i < into.size(); ++i) {
    const CrowdedCount crowd = crowd_of(cell, count_of(cell, kOutcomeNames[i]), kOutcomeNames[i]);
    for (const std::size_t place : places) add_crowd(into[i][place], crowd);
  }
}

/// The cells must add up to the total. A sum that is all of the total has its subscribers, and they are exact.
void settle_places(std::array<CrowdedCount, PublicTable::kPlaces>& places) {
  const CrowdedCount& total = places[PublicTable::kTotal];
  for (const Dimension& dimension : kDimensions) {
    std::uint64_t sum = 0;
    for (std::size_t i = dimension.first; i < dimension.first + dimension.size; ++i) {
      add_count(sum, places[i].count);
      if (places[i].count == total.count) places[i].subscribers = total.subscribers;
    }
    if (sum != total.count) throw CardFault("its cells do not add up to their total");
  }
}

Outcomes sightings_of(const json& measure, const Vocabulary& words) {
  Outcomes outcomes{};
  const json& total = measure.at("total");
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    outcomes[i][PublicTable::kTotal] = crowd_of(total, count_of(total, kOutcomeNames[i]), kOutcomeNames[i]);
  for (const json& cell : measure.at("cells")) add_cell(cell, words, outcomes);
  for (auto& places : outcomes) settle_places(places);
  return outcomes;
}

/// Of entities the groups say how many are in each: none is larger than one, so nobody dominates.
Outcomes entities_of(const json& entities) {
  Outcomes outcomes{};
  const auto take = [&](Outcome outcome, std::uint64_t count) {
    const auto place = static_cast<std::size_t>(outcome);
    CrowdedCount& crowd = outcomes[place][PublicTable::kTotal];
    crowd.count = count;
    if (count != 0) crowd.subscribers = count_at(entities.at("subscribers"), kOutcomeNames[place]);
  };
  take(Outcome::pass, count_at(entities.at("worst"), "pass"));
  take(Outcome::fail, count_at(entities.at("worst"), "fail"));
  take(Outcome::unobservable, count_at(entities, "unobservable"));
  return outcomes;
}

std::size_t find_measure(const Catalogue& catalogue, const json& measure) {
  const auto& id = measure.at("id").get_ref<const std::string&>();
  const auto& unit = measure.at("unit").get_ref<const std::string&>();
  for (std::size_t i = 0; i < catalogue.size(); ++i)
    if (catalogue.measures()[i].id == id && name_of(catalogue.measures()[i].unit) == unit) return i;
  return catalogue.size();
}

void add_measure(CardSums& sums, const Catalogue& catalogue, const json& measure) {
  const std::size_t index = find_measure(catalogue, measure);
  if (index == catalogue.size()) {
    ++sums.unknown;
    return;
  }
  const bool entities = is_entity(catalogue.measures()[index].unit);
  SummedMeasure& into = sums.measures[index];
  ++into.windows;
  if (entities && measure.at("entities").at("counted") != "exact") into.sampled = true;
  if (catalogue.measures()[index].unit == Unit::subscribers)
    sums.coverage.subscribers = std::max(sums.coverage.subscribers, count_at(measure.at("entities"), "distinct"));
  const Outcomes found =
      entities ? entities_of(measure.at("entities")) : sightings_of(measure, catalogue.words(index));
  for (std::size_t i = 0; i < found.size(); ++i)
    for (std::size_t place = 0; place < found[i].size(); ++place) add_crowd(into.outcomes[i][place], found[i][place]);
}

/// Whether a text has the form of `like`, where 0 stands for any digit.
bool looks_like(std::string_view text, std::string_view like) {
  return text.size() == like.size() && std::equal(text.begin(), text.end(), like.begin(), [](char c, char form) {
           return form == '0' ? c >= '0' && c <= '9' : c == form;
         });
}

/// A day of the period. Times are RFC 3339 in UTC.
unsigned day_of(const json& time, const std::string& period) {
  const auto& text = time.get_ref<const std::string&>();
  if (!looks_like(text, "0000-00-00T00:00:00Z")) throw CardFault("one of its times is none");
  if (!text.starts_with(period))
    throw CardFault(fmt::format("has frames of {}, outside {}", text.substr(0, 10), period),
                    "give cards of the period alone");
  return static_cast<unsigned>((text[8] - '0') * 10 + (text[9] - '0'));
}

void add_ledger(CardSums& sums, const json& window) {
  const json& ledger = window.at("ledger");
  CardCoverage& coverage = sums.coverage;
  if (count_at(ledger, "frames") == 0) return;
  ++coverage.windows;
  add_count(coverage.frames, count_at(ledger, "frames"));
  add_count(coverage.cut, count_at(ledger.at("ended"), "truncated"));
  const unsigned last = day_of(ledger.at("last_time"), sums.period);
  for (unsigned day = day_of(ledger.at("first_time"), sums.period); day <= last; ++day)
    coverage.days.insert(sums.period + (day < 10 ? "-0" : "-") + std::to_string(day));
  for (std::size_t i = 0; i < kLimits; ++i) {
    const std::string_view name = name_of(static_cast<Limit>(i));
    if (window.at("limits").value(std::string(name), std::uint64_t{0}) != 0) coverage.limits.insert(name);
  }
}

bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

void check(const CardFacts& facts) {
  if (facts.k == 0)
    throw CardFault("nobody knows how many subscribers stand behind its counts",
                    "read it again with --client-groups KEY");
  if (facts.k != Gate::kEnough) throw CardFault(fmt::format("its gate is k = {}, not {}", facts.k, Gate::kEnough));
  if (!is_plain(facts.profile) || !is_plain(facts.catalogue))
    throw CardFault(
        "the name of its profile or catalogue holds other signs than letters, digits, \".\", \"_\" and \"-\"");
}

std::string_view what_differs(const CardFacts& a, const CardFacts& b) {
  if (a.profile != b.profile) return "profile";
  if (a.catalogue != b.catalogue) return "catalogue";
  if (a.subscriber != b.subscriber) return "prefix lengths of subscribers (--subscriber)";
  if (a.key != b.key) return "key of client groups (--client-groups)";
  return "knowledge of the customers (--customers)";
}

void add_run(CardCoverage& coverage, const json& card) {
  coverage.damaged += card.at("damage").size();
  coverage.interrupted += card.at("interrupted").get<bool>() ? 1 : 0;
  // Cards of older versions do not have it.
  if (card.contains("lost_before") && count_at(card, "lost_before") != 0) {
    coverage.loss_known = true;
    add_count(coverage.lost, count_at(card, "lost_before"));
  }
  for (const json& port : card.at("ports")) {
    coverage.loss_known = true;
    if (port.at("lost").is_null())
      coverage.loss_unknown = true;
    else
      add_count(coverage.lost, count_at(port, "lost"));
  }
}

void add_whole(CardSums& sums, const Catalogue& catalogue, const json& card) {
  sums.measures.resize(catalogue.size());
  for (const json& window : card.at("windows")) {
    if (!has_figures(window)) continue;
    CardFacts facts = facts_of(card, window);
    check(facts);
    if (sums.facts && *sums.facts != facts)
      throw CardFault(fmt::format("has another {} than what stands before it", what_differs(*sums.facts, facts)),
                      "export them apart");
    sums.facts = std::move(facts);
    add_ledger(sums, window);
    for (const json& measure : window.at("measures")) add_measure(sums, catalogue, measure);
  }
  add_run(sums.coverage, card);
}

}  // namespace

std::optional<Refusal> add_card(CardSums& sums, const Catalogue& catalogue, std::string_view text,
                                const std::string& name) {
  return read_card(text, name, {}, [&](const json& card) { add_whole(sums, catalogue, card); });
}

}  // namespace uptake
