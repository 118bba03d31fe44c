#include "policy/privacy/package/merged_tables.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "policy/privacy/package/public_schema.h"
#include "policy/privacy/package/public_shares.h"
#include "policy/report/csv_reader.h"

namespace uptake {
namespace {

using report::CsvRow;
using report::TableFault;
using report::TableReader;

constexpr std::array<std::string_view, 4> kOutcomes = {"pass", "fail", "unobservable", "not_applicable"};
constexpr std::size_t kPass = 0;
constexpr std::size_t kFail = 1;
constexpr std::size_t kUnseen = 2;

/// Contribution: what one operator says of a cell, by outcome.
struct Contribution {
  std::array<bool, kOutcomes.size()> there{};  ///< it has a row
  std::array<std::optional<std::uint64_t>, kOutcomes.size()> counts{};

  /// Whether both sides of the share are known. Else a sum over operators would have one of them without the other.
  [[nodiscard]] bool whole() const noexcept { return counts[kPass] && counts[kFail]; }
};

/// MEASURE and UNIT, then the words of a place.
using MeasureKey = std::pair<std::string, std::string>;
using PlaceKey = std::array<std::string, package::kPlaceColumns.size()>;
using Contributions = std::vector<Contribution>;
using Cells = std::map<MeasureKey, std::map<PlaceKey, Contributions>>;

/// Sums: of one outcome of a cell, over the operators that give it.
struct Sums {
  std::uint64_t largest = 0;
  std::uint64_t sum = 0;
  std::size_t operators = 0;
};

Sums sums_of(const Contributions& cell, std::size_t outcome) {
  Sums sums;
  for (const Contribution& one : cell) {
    if (!one.whole() || !one.counts[outcome]) continue;
    sums.largest = std::max(sums.largest, *one.counts[outcome]);
    sums.sum = package::sum_of(sums.sum, *one.counts[outcome]);
    ++sums.operators;
  }
  return sums;
}

/// Merged: the operators' counts, and of what period they are.
struct Merged {
  Cells cells;
  std::string period;
};

Merged read(const TableReader& table) {
  Merged merged;
  std::map<std::string, std::size_t, std::less<>> operators;
  for (std::size_t i = 0; i < table.size(); ++i) {
    merged.period = table.cell(i, "TIME_PERIOD");
    PlaceKey place;
    for (std::size_t c = 0; c < place.size(); ++c) place[c] = table.cell(i, package::kPlaceColumns[c]);
    Contributions& cell = merged.cells[{table.cell(i, "MEASURE"), table.cell(i, "UNIT")}][place];
    const std::size_t who = operators.try_emplace(table.cell(i, "OPERATOR"), operators.size()).first->second;
    if (cell.size() <= who) cell.resize(who + 1);
    const auto* const outcome = std::find(kOutcomes.begin(), kOutcomes.end(), table.cell(i, "OUTCOME"));
    if (outcome == kOutcomes.end()) throw TableFault("one of its outcomes is none");
    const auto o = static_cast<std::size_t>(outcome - kOutcomes.begin());
    cell[who].there[o] = true;
    cell[who].counts[o] = report::count_of(table.cell(i, "OBS_VALUE"));
  }
  return merged;
}

/// Rules: what measures.csv says of one measure.
struct Rules {
  bool add = false;       ///< its counts of several operators may be added
  bool headline = false;  ///< with a share
};

std::map<MeasureKey, Rules> rules_of(const TableReader& measures) {
  std::map<MeasureKey, Rules> rules;
  for (std::size_t i = 0; i < measures.size(); ++i)
    rules[{measures.cell(i, "MEASURE"), measures.cell(i, "UNIT")}] = {
        measures.cell(i, "MERGE") == "add",
        measures.cell(i, "HEADLINE") == "yes" && measures.cell(i, "ANSWER") == "share"};
  return rules;
}

void append_cell(std::string& out, CsvRow row, const Contributions& cell, bool add, const std::string& period) {
  for (std::size_t o = 0; o < kOutcomes.size(); ++o) {
    if (std::none_of(cell.begin(), cell.end(), [o](const Contribution& one) { return one.there[o]; })) continue;
    const Sums sums = sums_of(cell, o);
    CsvRow whole = row;
    whole.insert(whole.end(), {std::string(kOutcomes[o]), period});
    if (sums.operators == 0)
      whole.insert(whole.end(), {"", ""});
    else
      whole.insert(whole.end(), {std::to_string(add ? sums.sum : sums.largest), std::to_string(sums.sum)});
    whole.push_back(std::to_string(sums.operators));
    report::append_csv_row(out, whole);
  }
}

/// The mean of the operators' shares, each as it would be published alone.
std::optional<std::uint64_t> equal_weight(const Contributions& cell) {
  std::uint64_t sum = 0;
  std::uint64_t shares = 0;
  for (const Contribution& one : cell) {
    if (!one.whole()) continue;
    const auto share =
        package::thousandths_of(*one.counts[kPass], package::sum_of(*one.counts[kPass], *one.counts[kFail]));
    sum += share.value_or(0);
    shares += share ? 1 : 0;
  }
  if (shares == 0) return std::nullopt;
  return (sum + shares / 2) / shares;
}

CsvRow headline_row(const MeasureKey& key, const std::string& period, const Contributions& cell, bool add) {
  const Sums pass = sums_of(cell, kPass);
  const Sums unseen = sums_of(cell, kUnseen);
  package::OutcomeTotals totals;
  if (add && pass.operators != 0) {
    totals.pass = pass.sum;
    totals.fail = sums_of(cell, kFail).sum;
    if (unseen.operators == pass.operators) totals.unseen = unseen.sum;
  }
  const auto [share, lower, upper] = package::shares_of(totals);
  return {key.first,
          key.second,
          period,
          share,
          lower,
          upper,
          "",
          "",
          package::share_text(equal_weight(cell)),
          std::to_string(pass.operators)};
}

std::vector<PackageFile> made_of(const Merged& merged, const std::map<MeasureKey, Rules>& rules) {
  std::string table;
  std::string headline;
  report::append_csv_row(table, package::columns_of(package::kMerged));
  report::append_csv_row(headline, package::columns_of(package::kMergedHeadline));
  for (const auto& [key, places] : merged.cells) {
    const auto rule = rules.find(key);
    if (rule == rules.end()) throw TableFault(key.first + " in " + key.second + " is not in measures.csv");
    for (const auto& [place, cell] : places) {
      CsvRow row = {key.first, key.second};
      row.insert(row.end(), place.begin(), place.end());
      append_cell(table, std::move(row), cell, rule->second.add, merged.period);
      const bool total =
          std::all_of(place.begin(), place.end(), [](const std::string& word) { return word == "_T"; });
      if (total && rule->second.headline)
        report::append_csv_row(headline, headline_row(key, merged.period, cell, rule->second.add));
    }
  }
  return {{"merged.csv", std::move(table)}, {"headline.csv", std::move(headline)}};
}

}  // namespace

Either<std::vector<PackageFile>> merged_files(std::string_view observations, std::string_view measures) {
  const char* where = "measures.csv";
  try {
    const std::map<MeasureKey, Rules> rules = rules_of(TableReader(measures));
    where = "observations.csv";
    return made_of(read(TableReader(observations)), rules);
  } catch (const TableFault& fault) {
    return Refusal{Why::configuration, fault.what(), where, {}};
  }
}

}  // namespace uptake
