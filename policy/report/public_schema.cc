#include "policy/report/public_schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "dissectors/ascii.h"

namespace uptake::report {
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

ordered_json with_measures(ordered_json table) {
  const std::vector<std::string> key = {"MEASURE", "UNIT"};
  table["schema"]["foreignKeys"] = ordered_json::array();
  table["schema"]["foreignKeys"].push_back(
      {{"fields", key}, {"reference", {{"resource", "measures"}, {"fields", key}}}});
  return table;
}

ordered_json anonymisation(const CardFacts& facts) {
  return {{"k", Gate::kEnough},
          {"unit", fmt::format("subscriber (IPv4 /{}, IPv6 /{})", facts.subscriber[0], facts.subscriber[1])},
          {"rounding", PublicCount::kRounding},
          {"rounding_of_bytes", "three digits"},
          {"shares", "of rounded counts"},
          {"dominance", ordered_json::array({"1,50", "2,85"})},
          {"secondary", "propagation of bounds within a measure, width >= k; no linear programming"},
          {"dp_epsilon", nullptr}};
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(lower(static_cast<std::uint8_t>(c)));
  return text;
}

}  // namespace

std::vector<std::string> columns_of(std::span<const Column> columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.emplace_back(column.name);
  return names;
}

std::string datapackage(const PackageName& name, const CardSums& sums) {
  const CardFacts facts = sums.facts.value_or(CardFacts{});
  const ordered_json document = {
      {"$schema", "https://datapackage.org/profiles/2.0/datapackage.json"},
      {"name", fmt::format("uptake-public-{}-{}", lower_case(name.operator_name), name.period)},
      {"title", fmt::format("Use of modern internet standards, {}, {}", name.operator_name, name.period)},
      {"version", "1"},
      {"uptake",
       {{"schema", kPublicSchema},
        {"software", fmt::format("uptake {}", name.version)},
        {"catalogue", facts.catalogue},
        {"profile", facts.profile},
        {"operator", name.operator_name},
        {"area", name.area},
        {"directions_known", facts.directions_known},
        {"anonymisation", anonymisation(facts)}}},
      {"resources",
       {with_measures(resource("observations", kObservations,
                               {"MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE", "SECTOR", "OUTCOME", "REF_AREA",
                                "OPERATOR", "TIME_PERIOD"})),
        with_measures(resource("headline", kHeadline, {"MEASURE", "UNIT", "TIME_PERIOD"})),
        resource("measures", kMeasures, {"MEASURE", "UNIT"}), resource("coverage", kCoverage, {"TIME_PERIOD"})}}};
  return document.dump(1) + "\n";
}

}  // namespace uptake::report
