#include "policy/report/csv.h"

#include <fmt/format.h>

#include <string_view>

#include "policy/report/csv_table.h"
#include "policy/report/format.h"
#include "policy/report/rows.h"
#include "policy/statistics.h"

namespace uptake {
namespace {

using report::MeasureRow;

/// Text from outside, with an apostrophe in front of what would start a formula: at the start, and behind characters
/// that some spreadsheets take for the end of a cell.
std::string harmless(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@";
  constexpr std::string_view kEnds = ";,|\t";
  std::string out;
  bool starts = true;
  for (const char c : text) {
    if (starts && kFormula.find(c) != std::string_view::npos) out += '\'';
    starts = kEnds.find(c) != std::string_view::npos || (starts && c == ' ');
    out += c;
  }
  return out;
}

std::string time_cell(std::uint64_t time_ns, bool known) {
  std::string out;
  if (known) report::append_time(out, time_ns, report::TimeDigits::seconds);
  return out;
}

std::string share_cell(std::uint64_t part, std::uint64_t whole) {
  std::string out;
  if (whole != 0) report::append_share(out, part, whole);
  return out;
}

std::string label_cell(const ScoreCard& card) {
  std::string words;
  for (const Label& label : card.labels)
    words += fmt::format("{}{}={}", words.empty() ? "" : "; ", label.key, harmless(label.value));
  return words.empty() ? words : report::quoted_cell(words);
}

std::string counts_cells(const MeasureRow& row) {
  const bool counts_alone = row.measure->answer == Answer::two_counts;
  const std::uint64_t judged = counts_alone ? 0 : row.pass() + row.fail();
  const std::uint64_t all = counts_alone ? 0 : judged + row.hidden();
  const bool interval = judged != 0 && row.counts_entities();  // sightings come in bursts
  const Interval bounds = interval ? wilson(row.pass(), row.fail()) : Interval{};
  return fmt::format("{},{},{},{},{},{},{},{},{}", row.pass(), row.fail(), row.hidden(),
                     row.counts_entities() ? std::string{} : std::to_string(row.total.not_applicable),
                     share_cell(row.pass(), judged), interval ? fmt::format("{:.6f}", bounds.low) : "",
                     interval ? fmt::format("{:.6f}", bounds.high) : "", share_cell(row.pass(), all),
                     share_cell(row.pass() + row.hidden(), all));
}

std::string entity_cells(const MeasureRow& row) {
  if (!row.counts_entities()) return ",,";
  return fmt::format("{},{},{}", row.entities.best_pass, row.distinct, row.sampled ? "sampled" : "exact");
}

}  // namespace

std::string ScoreCardCsv::begin() {
  return "window_start,window_end,first_time,last_time,label,profile,catalogue,theme,measure,unit,standard,good,"
         "headline,pass,fail,unobservable,not_applicable,share,interval_low,interval_high,bound_low,bound_high,"
         "pass_at_best,distinct,counted\r\n";
}

std::string ScoreCardCsv::window(const WindowCard& window) {
  const bool windowed = window.end_ns != 0;
  const Ledger& ledger = window.ledger;
  const std::string before =
      fmt::format("{},{},{},{},{},{},{}", time_cell(window.start_ns, windowed), time_cell(window.end_ns, windowed),
                  time_cell(ledger.first_ns, ledger.has_span()), time_cell(ledger.last_ns, ledger.has_span()),
                  label_cell(card_), report::quoted_cell(harmless(card_.profile)), catalogue_.version());
  std::string out;
  for (const MeasureRow& row : report::rows_of(window, catalogue_)) {
    const Measure& m = *row.measure;
    out += fmt::format("{},{},{},{},{},{},{},{},{}\r\n", before, name_of(m.standard->theme), m.id, name_of(m.unit),
                       m.standard->id, name_of(m.good), m.headline.empty() ? "no" : "yes", counts_cells(row),
                       entity_cells(row));
  }
  return out;
}

}  // namespace uptake
