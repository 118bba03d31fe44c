#include <fmt/format.h>

#include <algorithm>

#include "policy/report/text_parts.h"
#include "policy/report/wrap.h"
#include "policy/statistics.h"

namespace uptake::report {
namespace {

constexpr std::size_t kLabel = 15;         // indent and unit
constexpr std::size_t kWithReasons = 100;  // columns that a line with its reason may take

struct Line {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t hidden = 0;
  [[nodiscard]] std::uint64_t judged() const noexcept { return pass + fail; }
};

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

// Rounding must not claim "all" or "none" of what is neither.
std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  if (part != 0 && percent(part, whole) < 0.05) return "<0.1 %";
  if (part != whole && percent(part, whole) >= 99.95) return ">99.9 %";
  return fmt::format("{:.1f} %", percent(part, whole));
}

std::string range_text(Interval interval) {
  return fmt::format("{:.1f} - {:.1f}", 100 * interval.low, 100 * interval.high);
}

// Exact up to a milliard; above, the column is for reading and the JSON is exact.
std::string count_text(std::uint64_t count) {
  constexpr std::uint64_t kMillion = 1'000'000;
  return count < 1000 * kMillion ? grouped_digits(count) : grouped_digits(count / kMillion) + " M";
}

// The reason with most sightings, and how many others there are.
std::string reasons_text(const Counts& counts) {
  const auto most = std::max_element(counts.unobservable.begin(), counts.unobservable.end());
  if (*most == 0) return {};
  const auto others =
      std::count_if(counts.unobservable.begin(), counts.unobservable.end(), [](std::uint64_t n) { return n != 0; }) -
      1;
  const auto main = static_cast<Reason>(most - counts.unobservable.begin());
  if (others == 0) return std::string(name_of(main));
  return fmt::format("{} +{}", name_of(main), others);
}

std::string figures_text(const Line& line, std::string_view reasons, std::size_t width) {
  std::string text = fmt::format("{:>9}{:>14}{:>13}{}", percent_text(line.pass, line.judged()),
                                 line.judged() == 0 ? "-" : range_text(wilson(line.pass, line.fail)),
                                 count_text(line.judged()), line.judged() < kFew ? " *" : "  ");
  if (line.hidden != 0)
    text += fmt::format("{:>9}{:>15}  {}", percent_text(line.hidden, line.judged() + line.hidden),
                        range_text(worst_case(line.pass, line.fail, line.hidden)),
                        width < kWithReasons ? std::string_view{} : reasons);
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string short_text(std::string_view name, const Counts& counts) {
  return fmt::format("{} {} of {}{}", name, percent_text(counts.pass, counts.judged()),
                     grouped_digits(counts.judged()), counts.judged() < kFew ? "*" : "");
}

// One line that names the shares of each group; the groups' shares of one measure are of different denominators.
template <class Key, class Name>
void append_split(Page& page, std::string_view by, const MeasureRow& row, Key key, Name name, bool only_when_apart) {
  std::vector<CellCounts> groups = grouped(row.cells, key);
  std::erase_if(groups, [](const CellCounts& group) { return group.counts.judged() == 0; });
  if (groups.size() < 2) return;
  double highest_low = 0;
  double lowest_high = 1;
  std::string words;
  for (const CellCounts& group : groups) {
    const Interval interval = wilson(group.counts.pass, group.counts.fail);
    highest_low = std::max(highest_low, interval.low);
    lowest_high = std::min(lowest_high, interval.high);
    if (!words.empty()) words += ", ";
    words += short_text(name(group.cell), group.counts);
  }
  if (only_when_apart && highest_low <= lowest_high) return;
  page.wrapped(fmt::format("      by {}: ", by), words);
}

std::string_view family_words(Family family) { return family == Family::v4 ? "IPv4" : "IPv6"; }

std::string_view direction_words(Direction direction) {
  switch (direction) {
    case Direction::unknown:
      return "neither end or both a customer";
    case Direction::from_customer:
      return "from customers";
    case Direction::toward_customer:
      return "toward customers";
  }
  return {};
}

std::string_view vantage_words(Vantage vantage) {
  switch (vantage) {
    case Vantage::none:
      return "unclassified";
    case Vantage::stub_resolver:
      return "stub to resolver";
    case Vantage::resolver_authoritative:
      return "resolver to authoritative";
    case Vantage::other:
      return "other";
  }
  return {};
}

void append_entities(Page& page, const MeasureRow& row) {
  const EntityCounts& counts = row.entities;
  if (counts.best_pass != counts.pass)
    page.line(fmt::format("      each counts at its worst; at their best {} pass",
                          percent_text(counts.best_pass, counts.best_pass + counts.best_fail)));
  if (row.sampled)
    page.line(fmt::format("      a uniform sample of about {} {}", grouped_digits(row.distinct),
                          name_of(row.measure->unit)));
}

}  // namespace

void append_columns(Page& page) {
  page.line(fmt::format("{:<{}}{:>9}{:>14}{:>13}  {:>9}{:>15}{}", "", kLabel, "share", "95 % interval", "judged",
                        "unknown", "worst case", page.width < kWithReasons ? "" : "  unknown why"));
}

void append_measure(Page& page, const MeasureRow& row, bool by_family, bool by_direction) {
  const std::string label = fmt::format("{:<{}}", fmt::format("    {}", name_of(row.measure->unit)), kLabel);
  const Line line{row.pass(), row.fail(), row.hidden()};
  page.line(label + figures_text(line, reasons_text(row.total), page.width));
  if (row.counts_entities()) {
    append_entities(page, row);
    return;
  }
  append_split(
      page, "vantage", row, [](Cell cell) { return cell.vantage; },
      [](Cell cell) { return vantage_words(cell.vantage); }, false);
  if (by_direction)
    append_split(
        page, "direction", row, [](Cell cell) { return cell.direction; },
        [](Cell cell) { return direction_words(cell.direction); }, false);
  if (by_family)
    append_split(
        page, "family", row, [](Cell cell) { return cell.family; },
        [](Cell cell) { return family_words(cell.family); }, true);
}

}  // namespace uptake::report
