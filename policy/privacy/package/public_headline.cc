#include "policy/privacy/package/public_headline.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "policy/privacy/package/public_schema.h"
#include "policy/privacy/package/public_shares.h"
#include "policy/report/csv_reader.h"
#include "policy/report/csv_table.h"

namespace uptake {
namespace {

using report::CsvRow;
using report::TableFault;
using report::TableReader;

/// Totals: of one measure.
struct Totals {
  std::string period;
  package::OutcomeTotals counts;
};
using AllTotals = std::map<std::pair<std::string, std::string>, Totals>;

AllTotals totals_of(const TableReader& table) {
  AllTotals all;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const CsvRow& row = table.row(i);
    if (!package::is_total(table, i)) continue;
    Totals& totals = all[{row[table.column("MEASURE")], row[table.column("UNIT")]}];
    totals.period = row[table.column("TIME_PERIOD")];
    const std::string& outcome = row[table.column("OUTCOME")];
    const auto value = report::count_of(row[table.column("OBS_VALUE")]);
    if (outcome == "pass") totals.counts.pass = value;
    if (outcome == "fail") totals.counts.fail = value;
    if (outcome == "unobservable") totals.counts.unseen = value;
  }
  return all;
}

CsvRow row_of(const std::string& id, const std::string& unit, const Totals& totals) {
  const auto [share, lower, upper] = package::shares_of(totals.counts);
  return {id, unit, totals.period, share, lower, upper, {}, {}};
}

std::string made_of(const AllTotals& totals, const TableReader& measures) {
  std::string out;
  report::append_csv_row(out, package::columns_of(package::kHeadline));
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const CsvRow& row = measures.row(i);
    const std::string& id = row[measures.column("MEASURE")];
    const std::string& unit = row[measures.column("UNIT")];
    if (row[measures.column("HEADLINE")] != "yes" || row[measures.column("ANSWER")] != "share") continue;
    const auto found = totals.find({id, unit});
    if (found == totals.end()) throw TableFault(fmt::format("{} in {} is not in observations.csv", id, unit));
    report::append_csv_row(out, row_of(id, unit, found->second));
  }
  return out;
}

}  // namespace

Either<std::string> headline_of(std::string_view observations, std::string_view measures) {
  const char* where = "observations.csv";
  try {
    const AllTotals totals = totals_of(TableReader(observations));
    where = "measures.csv";
    return made_of(totals, TableReader(measures));
  } catch (const TableFault& fault) {
    return Refusal{Why::configuration, fault.what(), where, {}};
  }
}

}  // namespace uptake
