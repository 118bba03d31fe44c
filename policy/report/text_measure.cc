#include <fmt/format.h>

#include <algorithm>

#include "policy/report/numbers.h"
#include "policy/report/text_parts.h"
#include "policy/statistics.h"

namespace uptake::report {
namespace {

constexpr std::size_t kLabel = 15;         // indent and unit
constexpr std::size_t kWithReasons = 100;  // a line that would be longer puts its reason on a line of its own
constexpr std::size_t kWithUnknown = 80;   // a line that would be longer puts what is unknown on a line of its own

constexpr double kApart = 0.01;  // shares that differ by less are not shown apart

struct Line {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t hidden = 0;
  [[nodiscard]] std::uint64_t judged() const noexcept { return pass + fail; }
};

std::string range_text(Interval interval) {
  return fmt::format("{:.1f} - {:.1f}", 100 * interval.low, 100 * interval.high);
}

// Exact up to a milliard; above, the column is for reading and the JSON is exact.
std::string count_text(std::uint64_t count) {
  constexpr std::uint64_t kMilliard = 1'000'000'000;
  return count < kMilliard ? grouped_digits(count) : short_count(count);
}

// The reason with most sightings, and how many others there are.
std::string reasons_text(const Counts& counts, const Vocabulary& words) {
  const auto most = std::max_element(counts.unobservable.begin(), counts.unobservable.end());
  if (*most == 0) return {};
  const auto others =
      std::count_if(counts.unobservable.begin(), counts.unobservable.end(), [](std::uint64_t n) { return n != 0; }) -
      1;
  const auto main = static_cast<Reason>(most - counts.unobservable.begin());
  const std::string_view name = words.of(main).name;
  if (others == 0) return std::string(name);
  return fmt::format("{} +{}", name, others);
}

std::string interval_text(const Line& line, const Unit& unit) {
  return line.judged() == 0 || !is_entity(unit) ? "-" : range_text(wilson(line.pass, line.fail));
}

void append_figures(Page& page, const Line& line, const MeasureRow& row) {
  const Unit& unit = row.measure->unit;
  std::string text = fmt::format("{:<{}}{:>9}{:>14}{:>13}{}", fmt::format("    {}", name_of(unit)), kLabel,
                                 percent_text(line.pass, line.judged()), interval_text(line, unit),
                                 count_text(line.judged()), line.judged() < kFew ? " *" : "  ");
  const std::string unknown = percent_text(line.hidden, line.judged() + line.hidden);
  const std::string range = range_text(worst_case(line.pass, line.fail, line.hidden));
  const std::string reasons = reasons_text(row.total, *row.words);
  if (line.hidden != 0 && page.width >= kWithUnknown) text += fmt::format("{:>9}{:>15}", unknown, range);
  if (line.hidden != 0 && page.width >= kWithReasons) text += fmt::format("  {}", reasons);
  text.erase(text.find_last_not_of(' ') + 1);
  page.line(text);
  if (line.hidden == 0) return;
  if (page.width < kWithUnknown) page.wrapped("      ", fmt::format("unknown {}, worst case {}", unknown, range));
  if (page.width < kWithReasons && !reasons.empty()) page.wrapped("      unknown why: ", reasons);
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
  double least = 1;
  double most = 0;
  std::string words;
  for (const CellCounts& group : groups) {
    const double of_group = share(group.counts.pass, group.counts.fail);
    least = std::min(least, of_group);
    most = std::max(most, of_group);
    if (!words.empty()) words += ", ";
    words += short_text(name(group.cell), group.counts);
  }
  if (only_when_apart && most - least < kApart) return;
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

void append_entities(Page& page, const MeasureRow& row) {
  const EntityCounts& counts = row.entities;
  if (row.measure->answer == Answer::across_families && counts.unobservable != 0)
    page.wrapped("      ", "unknown are those whose prefixes nothing ties: name both on a line of --customers");
  if (counts.best_pass != counts.pass)
    page.line(fmt::format("      each counts at its worst; at their best {} pass",
                          percent_text(counts.best_pass, counts.best_pass + counts.best_fail)));
  if (row.sampled)
    page.line(fmt::format("      a uniform sample of about {} {}", grouped_digits(row.distinct),
                          name_of(row.measure->unit)));
}

}  // namespace

std::string two_counts(const MeasureRow& row, bool customers_known) {
  std::string words = fmt::format("{} IPv4, {} IPv6 {} (untied: no share)", count_text(row.fail()),
                                  count_text(row.pass()), customers_known ? "subscribers" : "clients");
  if (row.sampled) words += fmt::format(", in a sample of {} prefixes", short_count(row.distinct));
  return words;
}

void append_columns(Page& page) {
  std::string names = fmt::format("{:<{}}{:>9}{:>14}{:>13}", "", kLabel, "share", "95 % interval", "judged");
  if (page.width >= kWithUnknown) names += fmt::format("  {:>9}{:>15}", "unknown", "worst case");
  if (page.width >= kWithReasons) names += "  unknown why";
  page.line(names);
}

void append_measure(Page& page, const MeasureRow& row, bool by_family, bool by_direction) {
  if (row.measure->answer == Answer::two_counts) {
    page.wrapped("    ", two_counts(row, by_direction));
    return;
  }
  append_figures(page, {row.pass(), row.fail(), row.hidden()}, row);
  if (row.counts_entities()) {
    append_entities(page, row);
    return;
  }
  append_split(
      page, "vantage", row, [](Cell cell) { return cell.vantage; },
      [&](Cell cell) { return row.words->of(cell.vantage).words; }, false);
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
