#include "policy/privacy/package/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "policy/privacy/package/public_package.h"
#include "policy/privacy/package/public_schema.h"
#include "policy/report/csv_reader.h"

namespace uptake {
namespace {

using nlohmann::ordered_json;
using report::CsvRow;
using report::TableFault;
using report::TableReader;

/// Fault: why packages are not merged; thrown within this file.
struct Fault : std::runtime_error {
  Fault(std::string place, const std::string& what) : std::runtime_error(what), where(std::move(place)) {}
  std::string where;
};

/// Part: one operator's package as it is read.
struct Part {
  MergeInput input;
  ordered_json facts;  ///< member "uptake" of its datapackage.json
  std::string name;    ///< of the operator
  std::string period;
};

std::string datapackage_of(const MergeInput& input) { return input.where + "/datapackage.json"; }

Part part_of(MergeInput input) {
  const std::string where = datapackage_of(input);
  try {
    Part part;
    part.facts = ordered_json::parse(input.first.at("datapackage.json")).at("uptake");
    if (part.facts.at("schema") != kPublicSchema)
      throw Fault(where, fmt::format("has the schema {}, not {}", part.facts.at("schema").dump(), kPublicSchema));
    part.name = part.facts.at("operator").get<std::string>();
    part.period = part.facts.at("period").get<std::string>();
    if (!input.signer.empty() && package::operator_key(input.signer) != package::operator_key(part.name))
      throw Fault(where, fmt::format("is of {}, but signed by {}", part.name, input.signer));
    part.input = std::move(input);
    return part;
  } catch (const ordered_json::exception&) {
    throw Fault(where, "is not as uptake writes it");
  }
}

/// What must be the same, or figures would mean different things. The catalogue's digest tells the profile,
/// too, so the profile is named first.
constexpr std::array<std::string_view, 10> kSame = {"/profile",
                                                    "/catalogue",
                                                    "/period",
                                                    "/anonymisation/k",
                                                    "/anonymisation/unit",
                                                    "/anonymisation/rounding",
                                                    "/anonymisation/rounding_of_bytes",
                                                    "/anonymisation/shares",
                                                    "/anonymisation/dominance",
                                                    "/anonymisation/secondary"};

void check_same(const Part& one, const Part& other) {
  for (const std::string_view name : kSame) {
    const ordered_json::json_pointer place{std::string(name)};
    const auto value = [&](const Part& part) {
      return part.facts.contains(place) ? part.facts.at(place).dump() : std::string("none");
    };
    if (value(one) != value(other))
      throw Fault(other.input.where,
                  fmt::format("has another {} than {}: {}, not {}", name.substr(name.rfind('/') + 1), one.input.where,
                              value(other), value(one)));
  }
}

std::vector<Part> parts_of(std::vector<MergeInput> packages) {
  std::vector<Part> parts;
  for (MergeInput& package : packages) parts.push_back(part_of(std::move(package)));
  const auto key = [](const Part& part) { return package::operator_key(part.name); };
  std::ranges::sort(parts, {}, key);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (key(parts[i]) == key(parts[i - 1]))
      throw Fault(parts[i].input.where, fmt::format("is of {}, as {} is; give one package of each operator",
                                                    parts[i].name, parts[i - 1].input.where));
    check_same(parts[0], parts[i]);
  }
  return parts;
}

using MeasureKey = std::pair<std::string, std::string>;
using Grouped = std::map<MeasureKey, std::vector<CsvRow>>;

/// Rows with exactly these columns, by measure.
void add_rows(Grouped& grouped, const TableReader& table, std::span<const package::Column> columns) {
  std::vector<std::size_t> places;
  for (const package::Column& column : columns) places.push_back(table.column(column.name));
  for (std::size_t i = 0; i < table.size(); ++i) {
    CsvRow row;
    for (const std::size_t place : places) row.push_back(table.row(i)[place]);
    grouped[{table.cell(i, "MEASURE"), table.cell(i, "UNIT")}].push_back(std::move(row));
  }
}

std::string text_of(const Grouped& grouped, std::span<const package::Column> columns) {
  std::string text;
  report::append_csv_row(text, package::columns_of(columns));
  for (const auto& [key, rows] : grouped)
    for (const CsvRow& row : rows) report::append_csv_row(text, row);
  return text;
}

/// Calls `take` with a table of a package; what it throws of the table names the file.
template <class Take>
void with_table(const Part& part, const char* name, const Take& take) {
  try {
    take(TableReader(part.input.first.at(name)));
  } catch (const TableFault& fault) {
    throw Fault(fmt::format("{}/{}", part.input.where, name), fault.what());
  }
}

/// Each operator's rows, none of which may be in the name of another.
std::string observations(const std::vector<Part>& parts) {
  Grouped grouped;
  for (const Part& part : parts) {
    with_table(part, "observations.csv", [&](const TableReader& table) {
      for (std::size_t i = 0; i < table.size(); ++i)
        if (table.cell(i, "OPERATOR") != part.name || table.cell(i, "TIME_PERIOD") != part.period)
          throw TableFault(fmt::format("row {} is of another operator or period than datapackage.json", i + 1));
      add_rows(grouped, table, package::kObservations);
    });
  }
  return text_of(grouped, package::kObservations);
}

/// Each measure once.
std::string measures(const std::vector<Part>& parts) {
  Grouped grouped;
  for (const Part& part : parts)
    with_table(part, "measures.csv", [&](const TableReader& table) { add_rows(grouped, table, package::kMeasures); });
  for (auto& [key, rows] : grouped) {
    if (std::adjacent_find(rows.begin(), rows.end(), std::not_equal_to<>()) != rows.end())
      throw Fault("measures.csv",
                  fmt::format("{} in {} is not the same measure in all packages", key.first, key.second));
    rows.resize(1);
  }
  return text_of(grouped, package::kMeasures);
}

std::string coverage(const std::vector<Part>& parts) {
  std::string text;
  report::append_csv_row(text, package::columns_of(package::kMergedCoverage));
  for (const Part& part : parts) {
    with_table(part, "coverage.csv", [&](const TableReader& table) {
      for (std::size_t i = 0; i < table.size(); ++i) {
        CsvRow row = {part.name};
        for (const package::Column& column : package::kCoverage) row.push_back(table.cell(i, column.name));
        report::append_csv_row(text, row);
      }
    });
  }
  return text;
}

/// What is the same of all, and who they are. `software` is that of the merge.
ordered_json facts_of(const std::vector<Part>& parts, std::string_view version) {
  ordered_json operators = ordered_json::array();
  for (const Part& part : parts) {
    ordered_json one = {{"operator", part.name}};
    for (const char* name : {"area", "software", "directions_known"}) one[name] = part.facts.at(name);
    one["manifest"] = fmt::format("sha256:{}", part.input.manifest);
    operators.push_back(std::move(one));
  }
  const ordered_json& any = parts[0].facts;
  return {{"schema", kMergedSchema},
          {"software", fmt::format("uptake {}", version)},
          {"catalogue", any.at("catalogue")},
          {"profile", any.at("profile")},
          {"period", any.at("period")},
          {"operators", std::move(operators)},
          {"anonymisation", any.at("anonymisation")}};
}

}  // namespace

Either<PackageTexts> merge_packages(std::vector<MergeInput> packages, std::string_view version) {
  try {
    const std::vector<Part> parts = parts_of(std::move(packages));
    PackageTexts first;
    first["observations.csv"] = observations(parts);
    first["measures.csv"] = measures(parts);
    first["coverage.csv"] = coverage(parts);
    first["datapackage.json"] = package::merged_datapackage(facts_of(parts, version));
    return first;
  } catch (const Fault& fault) {
    return Refusal{Why::configuration, fault.what(), fault.where, {}};
  } catch (const ordered_json::exception&) {
    return Refusal{Why::configuration, "a datapackage.json is not as uptake writes it", {}, {}};
  }
}

}  // namespace uptake
