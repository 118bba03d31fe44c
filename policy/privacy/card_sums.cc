#include "policy/privacy/card_sums.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "policy/ledger.h"
#include "policy/report/json.h"

namespace uptake {
namespace {

using nlohmann::json;
using Outcome = Judgement::Outcome;
using Outcomes = std::array<std::array<CrowdedCount, PublicTable::kPlaces>, Crowds::kOutcomes>;

/// Fault: why a card is not taken; thrown within this file.
struct Fault : std::runtime_error {
  explicit Fault(const std::string& what, std::string hint = "give what uptake wrote with --json")
      : std::runtime_error(what), todo(std::move(hint)) {}
  std::string todo;
};

void add_to(std::uint64_t& sum, std::uint64_t count) {
  if (count > ~std::uint64_t{0} - sum) throw Fault("its counts are beyond 64 bits");
  sum += count;
}

/// Cells of one window: each may have its own subscribers, or the same. Windows alike.
void add_crowd(CrowdedCount& sum, const CrowdedCount& count) {
  add_to(sum.count, count.count);
  sum.subscribers = std::max(sum.subscribers, count.subscribers);
  for (std::size_t i = 0; i < sum.groups.size(); ++i) add_to(sum.groups[i], count.groups[i]);
}

std::uint64_t number(const json& object, const char* key) {
  const json& value = object.at(key);
  if (!value.is_number_unsigned()) throw Fault(std::string("its \"") + key + "\" is no count");
  return value.get<std::uint64_t>();
}

std::uint64_t count_of(const json& counts, const char* outcome) {
  const json& value = counts.at(outcome);
  if (!value.is_object()) return number(counts, outcome);
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : value.items()) add_to(sum, count.get<std::uint64_t>());
  return sum;
}

CrowdedCount crowd_of(const json& counts, std::uint64_t count, const char* outcome) {
  CrowdedCount crowd;
  crowd.count = count;
  if (count == 0) return crowd;
  crowd.subscribers = number(counts.at("subscribers"), outcome);
  if (crowd.subscribers > Gate::kEnough) throw Fault("it has more subscribers behind a count than it can tell apart");
  if (!counts.contains("groups") || !counts.at("groups").contains(outcome)) return crowd;
  crowd.groups = counts.at("groups").at(outcome).get<GroupCounts>();
  std::uint64_t known = 0;
  for (const std::uint64_t group : crowd.groups) add_to(known, group);
  if (known > count) throw Fault("a count is less than its client groups");
  return crowd;
}

constexpr std::array kOutcomeNames = {"pass", "fail", "unobservable", "not_applicable"};

template <class Value>
std::size_t place_of(std::string_view word, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (name_of(static_cast<Value>(i)) == word) return i;
  throw Fault("a cell has an unknown family or direction");
}

std::size_t vantage_of(std::string_view word, const Vocabulary& words) {
  for (std::size_t i = 0; i < kVantages; ++i)
    if (words.of(static_cast<Vantage>(i)).name == word) return i;
  throw Fault("a cell has an unknown vantage");
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
      add_to(sum, places[i].count);
      if (places[i].count == total.count) places[i].subscribers = total.subscribers;
    }
    if (sum != total.count) throw Fault("its cells do not add up to their total");
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
    if (count != 0) crowd.subscribers = number(entities.at("subscribers"), kOutcomeNames[place]);
  };
  take(Outcome::pass, number(entities.at("worst"), "pass"));
  take(Outcome::fail, number(entities.at("worst"), "fail"));
  take(Outcome::unobservable, number(entities, "unobservable"));
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
    sums.coverage.subscribers = std::max(sums.coverage.subscribers, number(measure.at("entities"), "distinct"));
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
  if (!looks_like(text, "0000-00-00T00:00:00Z")) throw Fault("one of its times is none");
  if (!text.starts_with(period))
    throw Fault("has frames of " + text.substr(0, 10) + ", outside " + period, "give cards of the period alone");
  return static_cast<unsigned>((text[8] - '0') * 10 + (text[9] - '0'));
}

void add_ledger(CardSums& sums, const json& window) {
  const json& ledger = window.at("ledger");
  CardCoverage& coverage = sums.coverage;
  if (number(ledger, "frames") == 0) return;
  ++coverage.windows;
  add_to(coverage.frames, number(ledger, "frames"));
  add_to(coverage.cut, number(ledger.at("ended"), "truncated"));
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

CardFacts facts_of(const json& card, const json& window) {
  if (!window.contains("client_groups"))
    throw Fault("nobody knows how many subscribers stand behind its counts",
                "read it again with --client-groups KEY");
  const json& groups = window.at("client_groups");
  if (number(groups, "k") != Gate::kEnough)
    throw Fault("its gate is k = " + std::to_string(number(groups, "k")) + ", not " + std::to_string(Gate::kEnough));
  CardFacts facts;
  facts.catalogue = card.at("catalogue").get<std::string>();
  facts.profile = card.at("profile").get<std::string>();
  facts.subscriber = groups.at("subscriber").get<std::array<std::uint64_t, 2>>();
  facts.key = groups.at("key").get<std::string>();
  facts.directions_known = card.at("directions_known").get<bool>();
  if (!is_plain(facts.profile) || !is_plain(facts.catalogue))
    throw Fault(
        "the name of its profile or catalogue holds other signs than letters, digits, \".\", \"_\" and \"-\"");
  return facts;
}

std::string_view difference_of(const CardFacts& a, const CardFacts& b) {
  if (a.profile != b.profile) return "profile";
  if (a.catalogue != b.catalogue) return "catalogue";
  if (a.subscriber != b.subscriber) return "prefix lengths of subscribers (--subscriber)";
  if (a.key != b.key) return "key of client groups (--client-groups)";
  return "knowledge of the customers (--customers)";
}

void add_run(CardCoverage& coverage, const json& card) {
  coverage.damaged += card.at("damage").size();
  coverage.interrupted += card.at("interrupted").get<bool>() ? 1 : 0;
  for (const json& port : card.at("ports")) {
    coverage.loss_known = true;
    if (port.at("lost").is_null())
      coverage.loss_unknown = true;
    else
      add_to(coverage.lost, number(port, "lost"));
  }
}

void add_whole(CardSums& sums, const Catalogue& catalogue, const json& card) {
  if (card.at("schema").get_ref<const std::string&>() != kScoreCardSchema) throw Fault("it has another schema");
  sums.measures.resize(catalogue.size());
  for (const json& window : card.at("windows")) {
    if (window.contains("empty_windows") && number(window.at("ledger"), "frames") == 0) continue;
    CardFacts facts = facts_of(card, window);
    if (sums.facts && *sums.facts != facts)
      throw Fault("has another " + std::string(difference_of(*sums.facts, facts)) + " than what stands before it",
                  "export them apart");
    sums.facts = std::move(facts);
    add_ledger(sums, window);
    for (const json& measure : window.at("measures")) add_measure(sums, catalogue, measure);
  }
  add_run(sums.coverage, card);
}

}  // namespace

Release CrowdedCount::release(const Unit& unit) const noexcept {
  if (count == 0) return Release::free;
  if (subscribers < Gate::kEnough) return Release::few;
  return has_groups(unit) ? dominance_of(count, groups) : Release::free;
}

std::optional<Refusal> add_card(CardSums& sums, const Catalogue& catalogue, std::string_view text,
                                const std::string& name) {
  const auto refusal = [&](const std::string& why, const std::string& hint) {
    return Refusal{Why::configuration, why, name, hint};
  };
  const std::string hint = "give what uptake wrote with --json";
  try {
    add_whole(sums, catalogue, json::parse(text));
    return std::nullopt;
  } catch (const json::parse_error&) {
    return refusal("it is no JSON", hint);
  } catch (const json::exception&) {
    return refusal("a part of it is missing, or of another kind", hint);
  } catch (const Fault& fault) {
    return refusal(fault.what(), fault.todo);
  }
}

}  // namespace uptake
