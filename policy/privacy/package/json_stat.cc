#include "policy/privacy/package/json_stat.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

#include "policy/privacy/package/public_schema.h"
#include "policy/report/csv_reader.h"

namespace uptake {
namespace {

using nlohmann::ordered_json;
using report::TableFault;
using report::TableReader;

/// A measure of two units is two measures.
constexpr std::string_view kMeasureUnit = "MEASURE_UNIT";
constexpr std::array<std::string_view, 10> kDimensions = {kMeasureUnit, "FAMILY",     "DIRECTION", "VANTAGE",
                                                          "SECTOR",     "OUTCOME",    "REF_AREA",  "OPERATOR",
                                                          "FREQ",       "TIME_PERIOD"};

/// Axis: a dimension, and the words that stand in it, in the order in which they are met.
struct Axis {
  std::string_view name;
  std::vector<std::string> words{};
  std::map<std::string, std::size_t, std::less<>> places{};

  std::size_t place_of(const std::string& word) {
    const auto [found, fresh] = places.try_emplace(word, words.size());
    if (fresh) words.push_back(word);
    return found->second;
  }
};
using Axes = std::vector<Axis>;

/// Those that the table has: shares have no outcomes.
Axes axes_of(const TableReader& table) {
  Axes axes;
  for (const std::string_view name : kDimensions)
    if (name == kMeasureUnit || table.has(name)) axes.push_back({name});
  return axes;
}

std::string word_of(const TableReader& table, std::size_t row, std::string_view dimension) {
  if (dimension != kMeasureUnit) return table.cell(row, dimension);
  return fmt::format("{} / {}", table.cell(row, "MEASURE"), table.cell(row, "UNIT"));
}

/// Places of rows in the cube, the last dimension the fastest.
std::vector<std::size_t> places_of(const TableReader& table, Axes& axes) {
  std::vector<std::vector<std::size_t>> along(table.size());
  for (std::size_t i = 0; i < table.size(); ++i)
    for (Axis& axis : axes) along[i].push_back(axis.place_of(word_of(table, i, axis.name)));
  std::vector<std::size_t> places(table.size());
  for (std::size_t i = 0; i < table.size(); ++i)
    for (std::size_t d = 0; d < axes.size(); ++d) places[i] = places[i] * axes[d].words.size() + along[i][d];
  return places;
}

/// A count, or a share with its digits; null where the cell is empty.
ordered_json value_of(const std::string& cell) {
  if (cell.empty()) return {};
  ordered_json value = ordered_json::parse(cell, nullptr, false);
  if (!value.is_number()) throw TableFault(fmt::format("\"{}\" is no number", cell));
  return value;
}

/// By place, so that they are written in order. ordered_json would look for each key before it appends it.
void fill(const TableReader& table, const std::vector<std::size_t>& places, ordered_json& document) {
  std::map<std::size_t, std::size_t> rows;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (!rows.try_emplace(places[i], i).second)
      throw TableFault(fmt::format("row {} is for the same cell as one before it", i + 1));
  ordered_json::object_t values;
  ordered_json::object_t statuses;
  for (const auto& [place, row] : rows) {
    ordered_json value = value_of(table.cell(row, "OBS_VALUE"));
    if (value.is_null()) statuses.emplace_back(std::to_string(place), table.cell(row, "CONF_STATUS"));
    values.emplace_back(std::to_string(place), std::move(value));
  }
  document["value"] = std::move(values);
  document["status"] = std::move(statuses);
}

using Questions = std::map<std::string, std::pair<std::string, std::string>, std::less<>>;

/// Question and unit by the word of a measure.
Questions questions_of(const TableReader& measures) {
  Questions questions;
  for (std::size_t i = 0; i < measures.size(); ++i)
    questions[word_of(measures, i, kMeasureUnit)] = {measures.cell(i, "QUESTION"), measures.cell(i, "UNIT")};
  return questions;
}

ordered_json dimension_of(const Axes& axes, const Questions& questions) {
  ordered_json dimension = ordered_json::object();
  for (const Axis& axis : axes) dimension[axis.name]["category"]["index"] = axis.words;
  ordered_json::object_t labels;
  ordered_json::object_t units;
  for (const std::string& word : axes[0].words) {
    const auto found = questions.find(word);
    if (found == questions.end()) throw TableFault(fmt::format("{} is not in measures.csv", word));
    labels.emplace_back(word, found->second.first);
    units.emplace_back(word, ordered_json{{"label", found->second.second}});
  }
  dimension[kMeasureUnit]["category"]["label"] = std::move(labels);
  dimension[kMeasureUnit]["category"]["unit"] = std::move(units);
  return dimension;
}

ordered_json notes(std::span<const package::Column> columns) {
  ordered_json notes = ordered_json::array();
  for (const package::Column& column : columns)
    if (!column.words.empty()) notes.push_back(fmt::format("{}: {}", column.name, column.words));
  return notes;
}

ordered_json made_of(const TableReader& observations, const Questions& questions) {
  Axes axes = axes_of(observations);
  const std::vector<std::size_t> places = places_of(observations, axes);
  ordered_json document;
  document["note"] = observations.has("OUTCOME") ? notes(package::kObservations) : notes(package::kShares);
  document["id"] = ordered_json::array();
  document["size"] = ordered_json::array();
  for (const Axis& axis : axes) {
    document["id"].push_back(axis.name);
    document["size"].push_back(axis.words.size());
  }
  document["role"] = {{"time", {"TIME_PERIOD"}}, {"geo", {"REF_AREA"}}, {"metric", {kMeasureUnit}}};
  document["dimension"] = dimension_of(axes, questions);
  fill(observations, places, document);
  return document;
}

}  // namespace

Either<std::string> json_stat_of(std::string_view observations, std::string_view measures,
                                 std::string_view datapackage) {
  const char* where = "datapackage.json";
  try {
    const ordered_json package = ordered_json::parse(datapackage);
    ordered_json document = {{"version", "2.0"}, {"class", "dataset"}, {"label", package.at("title")}};
    const ordered_json extension = {{"uptake", package.at("uptake")}};
    where = "measures.csv";
    const Questions questions = questions_of(TableReader(measures));
    where = "observations.csv";
    document.update(made_of(TableReader(observations), questions));
    document["extension"] = extension;
    return document.dump() + "\n";
  } catch (const ordered_json::exception&) {
    return Refusal{Why::configuration, "is not as uptake writes it", where, {}};
  } catch (const TableFault& fault) {
    return Refusal{Why::configuration, fault.what(), where, {}};
  }
}

}  // namespace uptake
