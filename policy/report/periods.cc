#include "policy/report/periods.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "policy/report/format.h"
#include "policy/report/numbers.h"
#include "policy/report/printable.h"
#include "policy/report/said.h"
#include "policy/report/wrap.h"
#include "policy/statistics.h"

namespace uptake {
namespace {

constexpr std::int64_t kHour = 3'600;
constexpr std::int64_t kDay = 24 * kHour;

/// "2026-11-24", or "2026-11-24 14:20" where it is no beginning of a day, or the `hour` is to be said.
std::string time_words(std::int64_t seconds, bool hour = false) {
  const std::string text = report::time_text(seconds);
  if (seconds % kDay == 0 && !hour) return text.substr(0, 10);
  return fmt::format("{} {}", text.substr(0, 10), text.substr(11, 5));
}

std::string length_words(std::uint64_t seconds) {
  const auto days = seconds / static_cast<std::uint64_t>(kDay);
  const auto hours = seconds / static_cast<std::uint64_t>(kHour);
  if (days >= 2) return fmt::format("{} d {} h", days, hours % 24);
  return fmt::format("{} h {} min", hours, seconds / 60 % 60);
}

void wrapped(std::string& out, std::string_view words) {
  report::append_wrapped(out, "", words, report::kScreenColumns);
}

/// What a period is called in front of its figures.
std::string period_words(const PeriodReport& report, const PeriodGroup& group, const ReportPeriod& period) {
  std::string words =
      report.by == "month" ? time_words(period.from).substr(0, 7) : time_words(period.from, report.by == "hour");
  if (report.by.empty()) words = "whole";
  if (report.key.empty()) return words;
  return fmt::format("{} {}", words, report::printable(group.value.empty() ? "(none)" : group.value));
}

std::string figure_words(const PeriodReport& report, const ReportPeriod& period, std::size_t index) {
  const StoredMeasure& measure = report.measures[index];
  const PeriodFigure& figure = period.figures[index];
  if (measure.two_counts)
    return fmt::format("  {} and {}, no share", report::short_count(figure.largest.pass),
                       report::short_count(figure.largest.fail));
  const report::Said said = report::said_of(measure, figure, report::is_of_few(report, period, index));
  const std::string words = fmt::format("{:>8}{:>18}", said.share, said.base);
  if (said.unseen.empty()) return words + fmt::format("{:>9}", "-");
  std::string between = said.between;
  std::erase(between, ' ');
  return words + fmt::format("{:>9}{:>9}", said.unseen, between);
}

std::string title_words(const StoredMeasure& measure) {
  std::string words = report::printable(measure.headline.empty() ? measure.id : measure.headline);
  words += fmt::format(" (of {})", report::printable(measure.unit));
  if (measure.changed) words += "; what it means has changed";
  return words;
}

void append_measure(std::string& out, const PeriodReport& report, std::size_t index) {
  const StoredMeasure& measure = report.measures[index];
  std::string lines;
  for (const PeriodGroup& group : report.groups)
    for (const ReportPeriod& period : group.periods) {
      const PeriodFigure& figure = period.figures[index];
      const std::string words = period_words(report, group, period);
      if (figure.empty())
        lines += report.by.empty() ? "" : fmt::format("    {:<24}{:>8}\n", words, "unseen");
      else
        lines += fmt::format("    {:<24}{}\n", words, figure_words(report, period, index));
    }
  report::append_wrapped(out, "  ", title_words(measure), report::kScreenColumns);
  out += lines;
}

bool seen(const PeriodReport& report, std::size_t index) {
  return std::ranges::any_of(report.groups, [&](const PeriodGroup& group) {
    return std::ranges::any_of(group.periods,
                               [&](const ReportPeriod& period) { return !period.figures[index].empty(); });
  });
}

void append_labels(std::string& out, const PeriodReport& report) {
  std::string words = "profile " + report::printable(report.profile);
  for (const std::string& labels : report.labels)
    words += "; " + (labels.empty() ? std::string("without a label") : report::printable(labels));
  wrapped(out, words);
  if (report.labels.size() > 1 && report.key.empty())
    wrapped(out, fmt::format("{} sets of labels are added up: a subscriber is taken to have one operator.",
                             report.labels.size()));
  if (report.catalogues.size() > 1)
    wrapped(out, fmt::format("{} catalogues: measures whose meaning changed stand apart.", report.catalogues.size()));
}

/// Limits and dispositions that hid something, over all periods of a group.
void append_coverage(std::string& out, const PeriodReport& report, const PeriodGroup& group) {
  PeriodCoverage sum;
  for (const ReportPeriod& period : group.periods) sum.add(period.coverage);
  std::string words = report.key.empty() ? "" : fmt::format("{}: ", report::printable(group.value));
  words +=
      fmt::format("{} of {} covered, {} windows with frames and {} without; {} frames, {}", length_words(sum.covered),
                  length_words(sum.expected), report::grouped_digits(sum.windows), report::grouped_digits(sum.empty),
                  report::short_count(sum.frames), report::short_bytes(sum.wire_bytes));
  if (sum.port_lost != 0) words += fmt::format("; {} frames lost by ports", report::short_count(sum.port_lost));
  if (sum.port_silent != 0)
    words += fmt::format("; in {} windows nobody knows what ports lost", report::grouped_digits(sum.port_silent));
  wrapped(out, words + ".");
}

}  // namespace

std::string render_periods(const PeriodReport& report) {
  std::string out;
  wrapped(out, fmt::format("uptake report: {} to {} UTC{}", time_words(report.from), time_words(report.to),
                           report.by.empty() ? "" : fmt::format(", by {}", report.by)));
  append_labels(out, report);
  for (const PeriodGroup& group : report.groups) append_coverage(out, report, group);
  if (report.damaged != 0) wrapped(out, fmt::format("{} places of the inputs could not be read.", report.damaged));
  std::string_view title;
  for (std::size_t i = 0; i < report.measures.size(); ++i) {
    if (!seen(report, i)) continue;
    if (report.measures[i].title != title) {
      title = report.measures[i].title;
      out += fmt::format("\n{:<28}{:>8}{:>18}{:>9}{:>9}\n", report::printable(title), "share", "of", "unseen",
                         "between");
    }
    append_measure(out, report, i);
  }
  if (title.empty()) wrapped(out, "No headline was seen.");
  out += '\n';
  wrapped(
      out,
      "Share: of those judged. Unseen: cannot be judged; between: if all fail, or pass. Entities of two windows may "
      "be the same ones: of how many lies between the window with most and the sum; the share is that of the window "
      "with most, of subscribers of each operator's.");
  return out;
}

}  // namespace uptake
