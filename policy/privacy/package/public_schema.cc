#include "policy/privacy/package/public_schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "dissectors/ascii.h"
#include "policy/privacy/release.h"

namespace uptake::package {
namespace {

using nlohmann::ordered_json;

ordered_json values_of(std::string_view words) {
  ordered_json values = ordered_json::array();
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    values.push_back(std::string(words.substr(0, end)));
    words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
  }
  return values;
}

ordered_json field_of(const Column& column) {
  ordered_json field = {{"name", column.name}, {"type", column.type}};
  if (!column.words.empty()) field["description"] = column.words;
  if (column.required) field["constraints"]["required"] = true;
  if (!column.values.empty()) field["constraints"]["enum"] = values_of(column.values);
  return field;
}

ordered_json resource(std::string_view name, std::span<const Column> columns, std::vector<std::string> key) {
  ordered_json fields = ordered_json::array();
  for (const Column& column : columns) fields.push_back(field_of(column));
  return {{"name", name},
          {"path", fmt::format("{}.csv", name)},
          {"type", "table"},
          {"format", "csv"},
          {"mediatype", "text/csv"},
          {"encoding", "utf-8"},
          {"schema", {{"fields", fields}, {"primaryKey", key}, {"missingValues", ordered_json::array({""})}}}};
}

/// The same counts once more.
ordered_json json_stat_resource() {
  return {{"name", "observations-json-stat"},
          {"path", "observations.json"},
          {"description", "observations.csv as JSON-stat 2.0"},
          {"format", "json"},
          {"mediatype", "application/json"},
          {"encoding", "utf-8"}};
}

ordered_json with_measures(ordered_json table) {
  const std::vector<std::string> key = {"MEASURE", "UNIT"};
  table["schema"]["foreignKeys"] = ordered_json::array();
  table["schema"]["foreignKeys"].push_back(
      {{"fields", key}, {"reference", {{"resource", "measures"}, {"fields", key}}}});
  return table;
}

constexpr std::string_view kOfOne =
    "What one operator's traffic shows. observations.csv has the counts, each rounded, or hidden with the "
    "reason in CONF_STATUS; headline.csv and observations.json are made of it. measures.csv says what each "
    "measure asks, coverage.csv what was seen. Traffic is not a list of domains: what is used more counts more.";
constexpr std::string_view kOfShares =
    "What one operator's traffic shows, without how much there was. observations.csv has shares of rounded "
    "counts, and what they would be had all that was not seen failed or passed. measures.csv says what each "
    "measure asks, coverage.csv what was seen.";
constexpr std::string_view kOfSeveral =
    "What the traffic of several operators shows. observations.csv has their counts side by side. merged.csv "
    "adds them where MERGE in measures.csv is add: sightings, and subscribers, of which each has one operator. "
    "Of all else there are at least AT_LEAST, the largest operator's, and at most AT_MOST, the sum. An operator "
    "that hides pass or fail of a cell is left out of all of its outcomes; OPERATORS says how many are in. In "
    "headline.csv SHARE is of all together, EQUAL_WEIGHT the mean of the operators' shares.";

ordered_json observations() {
  return with_measures(resource("observations", kObservations,
                                {"MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE", "SECTOR", "OUTCOME", "REF_AREA",
                                 "OPERATOR", "TIME_PERIOD"}));
}

std::string document(const std::string& name, const std::string& title, std::string_view description,
                     const ordered_json& uptake, const std::vector<ordered_json>& resources) {
  const ordered_json document = {{"$schema", "https://datapackage.org/profiles/2.0/datapackage.json"},
                                 {"name", name},
                                 {"title", title},
                                 {"description", description},
                                 {"version", "1"},
                                 {"uptake", uptake},
                                 {"resources", resources}};
  return document.dump(1) + "\n";
}

ordered_json anonymisation(const CardFacts& facts) {
  static_assert(PublicCount::kDigitsOfBytes == 3);
  return {{"k", Gate::kEnough},
          {"unit", fmt::format("subscriber (IPv4 /{}, IPv6 /{})", facts.subscriber[0], facts.subscriber[1])},
          {"rounding", PublicCount::kRounding},
          {"rounding_of_bytes", "three digits"},
          {"shares", "of rounded counts"},
          {"dominance",
           ordered_json::array({fmt::format("1,{}", kMostPercentOfOne), fmt::format("2,{}", kMostPercentOfTwo)})},
          {"secondary", "propagation of bounds within a measure, width >= k; no linear programming"},
          {"dp_epsilon", nullptr}};
}

}  // namespace

std::string operator_key(std::string name) {
  for (char& c : name) c = static_cast<char>(lower(static_cast<std::uint8_t>(c)));
  return name;
}

std::vector<std::string> columns_of(std::span<const Column> columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.emplace_back(column.name);
  return names;
}

std::string datapackage(const PackageName& name, const CardSums& sums) {
  const CardFacts facts = sums.facts.value_or(CardFacts{});
  const ordered_json uptake = {{"schema", kPublicSchema},
                               {"software", fmt::format("uptake {}", name.version)},
                               {"catalogue", facts.catalogue},
                               {"profile", facts.profile},
                               {"operator", name.operator_name},
                               {"area", name.area},
                               {"period", name.period},
                               {"directions_known", facts.directions_known},
                               {"anonymisation", anonymisation(facts)}};
  return document(fmt::format("uptake-public-{}-{}", operator_key(name.operator_name), name.period),
                  fmt::format("Use of modern internet standards, {}, {}", name.operator_name, name.period), kOfOne,
                  uptake,
                  {observations(), with_measures(resource("headline", kHeadline, {"MEASURE", "UNIT", "TIME_PERIOD"})),
                   resource("measures", kMeasures, {"MEASURE", "UNIT"}),
                   resource("coverage", kCoverage, {"TIME_PERIOD"}), json_stat_resource()});
}

std::string shares_datapackage(const ordered_json& facts) {
  const std::string who = facts.at("operator").get<std::string>();
  const std::string period = facts.at("period").get<std::string>();
  return document(fmt::format("uptake-shares-{}-{}", operator_key(who), period),
                  fmt::format("Use of modern internet standards, {}, {}", who, period), kOfShares, facts,
                  {with_measures(resource("observations", kShares,
                                          {"MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE", "SECTOR", "REF_AREA",
                                           "OPERATOR", "TIME_PERIOD"})),
                   with_measures(resource("headline", kHeadline, {"MEASURE", "UNIT", "TIME_PERIOD"})),
                   resource("measures", kMeasures, {"MEASURE", "UNIT"}),
                   resource("coverage", kSharesCoverage, {"TIME_PERIOD"}), json_stat_resource()});
}

std::string merged_datapackage(const ordered_json& facts) {
  const std::string period = facts.at("period").get<std::string>();
  return document(
      fmt::format("uptake-merged-{}", period),
      fmt::format("Use of modern internet standards, {} operators, {}", facts.at("operators").size(), period),
      kOfSeveral, facts,
      {observations(),
       with_measures(
           resource("merged", kMerged,
                    {"MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE", "SECTOR", "OUTCOME", "TIME_PERIOD"})),
       with_measures(resource("headline", kMergedHeadline, {"MEASURE", "UNIT", "TIME_PERIOD"})),
       resource("measures", kMeasures, {"MEASURE", "UNIT"}),
       resource("coverage", kMergedCoverage, {"OPERATOR", "TIME_PERIOD"}), json_stat_resource()});
}

}  // namespace uptake::package
