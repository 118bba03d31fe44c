#include "policy/privacy/package/shares_edition.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "policy/privacy/package/public_schema.h"
#include "policy/privacy/package/public_shares.h"
#include "policy/report/csv_reader.h"

namespace uptake {
namespace {

using nlohmann::ordered_json;
using report::CsvRow;
using report::TableFault;
using report::TableReader;

constexpr std::array<std::string_view, 10> kCellColumns = {
    "MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE", "SECTOR", "REF_AREA", "OPERATOR", "FREQ", "TIME_PERIOD"};

/// SharedCell: the counts of one cell, and why one of them is hidden.
struct SharedCell {
  package::OutcomeTotals counts;
  std::string hidden = "F";
};

/// Takes one outcome of a cell. What does not apply is in no share.
void take(SharedCell& cell, std::string_view outcome, std::optional<std::uint64_t> count, const std::string& letter) {
  if (outcome == "unobservable") cell.counts.unseen = count;
  if (outcome == "pass") cell.counts.pass = count;
  if (outcome == "fail") cell.counts.fail = count;
  const bool side = outcome == "pass" || outcome == "fail";
  if (side && !count && cell.hidden == "F") cell.hidden = letter;
}

/// Measures of which pass and fail may be the same ones have no share.
std::set<std::string> with_shares(const TableReader& measures) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < measures.size(); ++i)
    if (measures.cell(i, "ANSWER") == "share")
      ids.insert(measures.cell(i, "MEASURE") + '/' + measures.cell(i, "UNIT"));
  return ids;
}

std::string shares(const TableReader& counts, const TableReader& measures) {
  const std::set<std::string> shared = with_shares(measures);
  std::vector<std::pair<CsvRow, SharedCell>> cells;
  std::map<CsvRow, std::size_t> places;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!shared.contains(counts.cell(i, "MEASURE") + '/' + counts.cell(i, "UNIT"))) continue;
    CsvRow words;
    for (const std::string_view name : kCellColumns) words.push_back(counts.cell(i, name));
    const auto [place, fresh] = places.try_emplace(words, cells.size());
    if (fresh) cells.emplace_back(std::move(words), SharedCell{});
    take(cells[place->second].second, counts.cell(i, "OUTCOME"), report::count_of(counts.cell(i, "OBS_VALUE")),
         counts.cell(i, "CONF_STATUS"));
  }
  std::string text;
  report::append_csv_row(text, package::columns_of(package::kShares));
  for (auto& [row, cell] : cells) {
    const auto [share, lower, upper] = package::shares_of(cell.counts);
    row.insert(row.end(), {share, share.empty() ? "M" : "A", cell.hidden, lower, upper});
    report::append_csv_row(text, row);
  }
  return text;
}

/// A table with some of its columns.
std::string with_columns(const TableReader& table, std::span<const package::Column> columns) {
  std::string text;
  report::append_csv_row(text, package::columns_of(columns));
  for (std::size_t i = 0; i < table.size(); ++i) {
    CsvRow row;
    for (const package::Column& column : columns) row.push_back(table.cell(i, column.name));
    report::append_csv_row(text, row);
  }
  return text;
}

std::string headline(const TableReader& shares, const TableReader& measures) {
  std::set<std::string> wanted;
  for (std::size_t i = 0; i < measures.size(); ++i)
    if (measures.cell(i, "HEADLINE") == "yes")
      wanted.insert(measures.cell(i, "MEASURE") + '/' + measures.cell(i, "UNIT"));
  std::string text;
  report::append_csv_row(text, package::columns_of(package::kHeadline));
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (!package::is_total(shares, i) || !wanted.contains(shares.cell(i, "MEASURE") + '/' + shares.cell(i, "UNIT")))
      continue;
    report::append_csv_row(text, {shares.cell(i, "MEASURE"), shares.cell(i, "UNIT"), shares.cell(i, "TIME_PERIOD"),
                                  shares.cell(i, "OBS_VALUE"), shares.cell(i, "LOWER_IF_UNSEEN_FAIL"),
                                  shares.cell(i, "UPPER_IF_UNSEEN_PASS"), "", ""});
  }
  return text;
}

}  // namespace

Either<PackageTexts> shares_edition(const PackageTexts& counts) {
  try {
    const TableReader measures(counts.at("measures.csv"));
    PackageTexts first;
    first["observations.csv"] = shares(TableReader(counts.at("observations.csv")), measures);
    first["measures.csv"] = counts.at("measures.csv");
    first["coverage.csv"] = with_columns(TableReader(counts.at("coverage.csv")), package::kSharesCoverage);
    ordered_json facts = ordered_json::parse(counts.at("datapackage.json")).at("uptake");
    facts["schema"] = kSharesSchema;
    facts["withheld"] = "counts and frames: shares only";
    first["datapackage.json"] = package::shares_datapackage(facts);
    return first;
  } catch (const TableFault& fault) {
    return Refusal{Why::configuration, fault.what(), {}, {}};
  } catch (const ordered_json::exception&) {
    return Refusal{Why::configuration, "datapackage.json is not as uptake writes it", {}, {}};
  }
}

Either<std::string> shares_headline_of(std::string_view observations, std::string_view measures) {
  try {
    return headline(TableReader(observations), TableReader(measures));
  } catch (const TableFault& fault) {
    return Refusal{Why::configuration, fault.what(), "observations.csv", {}};
  }
}

}  // namespace uptake
