#include "policy/report/public_headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "policy/report/csv_table.h"
#include "policy/report/public_schema.h"

namespace uptake {
namespace {

using report::CsvRow;

/// Fault: why a table cannot be read; thrown within this file.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Table: rows of a CSV, whose cells are found by the names of their columns.
class Table {
 public:
  explicit Table(std::string_view text) : rows_(report::csv_rows_of(text)) {
    if (rows_.empty()) throw Fault("it has no header");
    for (const CsvRow& row : rows_)
      if (row.size() != rows_[0].size()) throw Fault("its rows are not all as long as its header");
  }
  [[nodiscard]] std::size_t column(std::string_view name) const {
    const auto found = std::find(rows_[0].begin(), rows_[0].end(), name);
    if (found == rows_[0].end()) throw Fault(fmt::format("it has no column {}", name));
    return static_cast<std::size_t>(found - rows_[0].begin());
  }
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size() - 1; }
  [[nodiscard]] const CsvRow& row(std::size_t i) const noexcept { return rows_[i + 1]; }

 private:
  std::vector<CsvRow> rows_;
};

/// Totals: of one measure; nothing where a count is hidden or missing.
struct Totals {
  std::string period;
  std::optional<std::uint64_t> pass, fail, unseen;
};
using AllTotals = std::map<std::pair<std::string, std::string>, Totals>;

std::optional<std::uint64_t> number_of(const std::string& cell) {
  if (cell.empty()) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc{} || end != cell.data() + cell.size()) throw Fault(fmt::format("\"{}\" is no count", cell));
  return number;
}

AllTotals totals_of(const Table& table) {
  constexpr std::array<std::string_view, 4> kTotal = {"FAMILY", "DIRECTION", "VANTAGE", "SECTOR"};
  AllTotals all;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const CsvRow& row = table.row(i);
    const auto is_total = [&](std::string_view name) { return row[table.column(name)] == "_T"; };
    if (!std::all_of(kTotal.begin(), kTotal.end(), is_total)) continue;
    Totals& totals = all[{row[table.column("MEASURE")], row[table.column("UNIT")]}];
    totals.period = row[table.column("TIME_PERIOD")];
    const std::string& outcome = row[table.column("OUTCOME")];
    const std::optional<std::uint64_t> value = number_of(row[table.column("OBS_VALUE")]);
    if (outcome == "pass") totals.pass = value;
    if (outcome == "fail") totals.fail = value;
    if (outcome == "unobservable") totals.unseen = value;
  }
  return all;
}

/// To 0.1 point, half up; empty where there is nothing to share.
std::string share_of(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return {};
  // Above 2^53 the product would overflow; shifting both changes far less than a digit.
  while (whole > std::uint64_t{1} << 53) {
    whole >>= 1;
    part >>= 1;
  }
  const std::uint64_t thousandths = (part * 1000 + whole / 2) / whole;
  return fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  if (a > ~std::uint64_t{0} - b) throw Fault("its counts are beyond 64 bits");
  return a + b;
}

CsvRow row_of(const std::string& id, const std::string& unit, const Totals& totals) {
  CsvRow row = {id, unit, totals.period, {}, {}, {}, {}, {}};
  if (!totals.pass || !totals.fail) return row;
  const std::uint64_t judged = plus(*totals.pass, *totals.fail);
  row[3] = share_of(*totals.pass, judged);
  if (!totals.unseen || judged == 0) return row;
  const std::uint64_t all = plus(judged, *totals.unseen);
  row[4] = share_of(*totals.pass, all);
  row[5] = share_of(plus(*totals.pass, *totals.unseen), all);
  return row;
}

std::string made_of(const AllTotals& totals, const Table& measures) {
  std::string out;
  report::append_csv_row(out, report::columns_of(report::kHeadline));
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const CsvRow& row = measures.row(i);
    const std::string& id = row[measures.column("MEASURE")];
    const std::string& unit = row[measures.column("UNIT")];
    if (row[measures.column("HEADLINE")] != "yes" || row[measures.column("ANSWER")] != "share") continue;
    const auto found = totals.find({id, unit});
    if (found == totals.end()) throw Fault(fmt::format("{} in {} is not in observations.csv", id, unit));
    report::append_csv_row(out, row_of(id, unit, found->second));
  }
  return out;
}

}  // namespace

Either<std::string> headline_of(std::string_view observations, std::string_view measures) {
  const char* where = "observations.csv";
  try {
    const AllTotals totals = totals_of(Table(observations));
    where = "measures.csv";
    return made_of(totals, Table(measures));
  } catch (const Fault& fault) {
    return Refusal{Why::configuration, fault.what(), where, {}};
  }
}

}  // namespace uptake
