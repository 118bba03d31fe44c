#include "policy/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "policy/report/printable.h"

namespace uptake {
namespace {

std::string lengths(const CardFacts& facts) { return fmt::format("{},{}", facts.subscriber[0], facts.subscriber[1]); }

/// Why figures of these facts mean different things; nothing where they mean the same.
std::string difference_of(const CardFacts& a, const CardFacts& b) {
  const auto differ = [](std::string_view what, std::string_view one, std::string_view other) {
    return fmt::format("the {} differ: {} and {}", what, one, other);
  };
  if (a.profile != b.profile) return differ("profiles", a.profile, b.profile);
  if (a.catalogue != b.catalogue) return differ("catalogues", a.catalogue, b.catalogue);
  if (a.k == 0 || b.k == 0)
    return fmt::format("the {} has no client groups; read it again with --client-groups", a.k == 0 && b.k == 0
                                                                                              ? "one as the other"
                                                                                          : a.k == 0 ? "first"
                                                                                                     : "second");
  if (a.k != b.k) return fmt::format("the gates differ: k = {} and {}", a.k, b.k);
  if (a.subscriber != b.subscriber) return differ("prefixes of subscribers", lengths(a), lengths(b));
  if (a.directions_known != b.directions_known)
    return "only one of the two knows the customers; give --customers to both";
  return {};
}

using ByName = std::map<std::pair<std::string_view, std::string_view>, const PeriodMeasure*>;

ByName by_name(const Period& period) {
  ByName all;
  for (const PeriodMeasure& measure : period.measures) all[{measure.id, measure.unit}] = &measure;
  return all;
}

bool is_judged(const PeriodMeasure* measure) {
  return measure != nullptr && measure->judged.pass + measure->judged.fail != 0;
}

void compare_one(ComparedMeasure& row, Groups groups) {
  const PeriodMeasure* const before = row.before;
  const PeriodMeasure* const after = row.after;
  if (!is_judged(before) || !is_judged(after)) {
    row.why = Uncompared::unseen;
  } else if (!before->answers || !after->answers) {
    row.why = Uncompared::no_share;
  } else if (!before->groups || !after->groups) {
    row.why = Uncompared::no_groups;
  } else if (!before->added || !after->added) {
    row.why = Uncompared::windows;
  } else if (const std::optional<Change> change = change_of(*before->groups, *after->groups, groups)) {
    row.change = *change;
  } else {
    row.why = Uncompared::few;
  }
}

std::string share_text(const PeriodMeasure* measure) {
  if (!is_judged(measure) || !measure->answers) return "-";
  return fmt::format("{:.1f} %", 100 * share(measure->judged.pass, measure->judged.fail));
}

std::string period_line(std::string_view name, const Period& period) {
  using report::printable;
  std::string line = fmt::format("  {}  {}", name, printable(period.name));
  if (!period.label.empty()) line += fmt::format(", {}", printable(period.label));
  if (!period.from.empty()) line += fmt::format(", {} to {}", printable(period.from), printable(period.to));
  return line + '\n';
}

std::string row_line(const ComparedMeasure& row) {
  const PeriodMeasure& any = row.any();
  std::string line =
      fmt::format("  {:<33} {:<14}{:>9}{:>9}", any.id, any.unit, share_text(row.before), share_text(row.after));
  if (row.why == Uncompared::none)
    line += fmt::format("{:>+9.1f}{:>9.1f}", 100 * row.change.difference, 100 * row.change.by_bursts);
  return line + '\n';
}

/// The rows that `take` wants below a title; nothing where there are none.
template <class Take>
std::string section(std::string_view title, const std::vector<ComparedMeasure>& rows, Take take) {
  std::string lines;
  for (const ComparedMeasure& row : rows)
    if (take(row)) lines += row_line(row);
  return lines.empty() ? lines : fmt::format("\n{}\n{}", title, lines);
}

}  // namespace

std::string_view words_of(Uncompared why) noexcept {
  switch (why) {
    case Uncompared::none:
      return "compared";
    case Uncompared::unseen:
      return "not seen, or never judged, in one of the two";
    case Uncompared::no_share:
      return "two counts, not a share";
    case Uncompared::no_groups:
      return "no clients are counted behind it (packets, bytes, servers, names)";
    case Uncompared::windows:
      return "entities of several windows do not add up";
    case Uncompared::few:
      return "too few clients to tell their bursts";
  }
  return {};
}

Comparison compare(const Period& before, const Period& after) {
  Comparison comparison;
  comparison.why_not = difference_of(before.facts, after.facts);
  if (!comparison.why_not.empty()) return comparison;
  comparison.groups = before.facts.key == after.facts.key ? Groups::paired : Groups::unpaired;
  const ByName earlier = by_name(before);
  const ByName later = by_name(after);
  const auto add = [&](const PeriodMeasure& measure) {
    const std::pair<std::string_view, std::string_view> name(measure.id, measure.unit);
    const auto at = [&](const ByName& all) { return all.contains(name) ? all.at(name) : nullptr; };
    compare_one(comparison.measures.emplace_back(ComparedMeasure{at(earlier), at(later), {}, {}}), comparison.groups);
  };
  for (const PeriodMeasure& measure : before.measures) add(measure);
  for (const PeriodMeasure& measure : after.measures)
    if (!earlier.contains({measure.id, measure.unit})) add(measure);
  return comparison;
}

std::string render_comparison(const Period& before, const Period& after, const Comparison& comparison, bool all) {
  std::string text = "uptake compare\n" + period_line("A", before) + period_line("B", after);
  if (!comparison.why_not.empty()) return text + fmt::format("\nnot compared: {}\n", comparison.why_not);
  if (comparison.groups == Groups::unpaired)
    text += "  the keys of the client groups differ: no client is in both, so only large changes are clear\n";
  const std::vector<ComparedMeasure>& rows = comparison.measures;
  const auto compared = [](const ComparedMeasure& row) { return row.why == Uncompared::none; };
  const auto clear = [&](const ComparedMeasure& row) { return compared(row) && row.change.clear(); };
  const auto count = std::ranges::count_if(rows, compared);
  const auto changed = std::ranges::count_if(rows, clear);
  text += fmt::format("\n  {:<34}{:<14}{:>9}{:>9}{:>9}{:>9}\n", "measure", "unit", "A", "B", "points", "bursts");
  text += section("more than bursts explain", rows, clear);
  text += section("no clear change", rows, [&](const ComparedMeasure& row) {
    return compared(row) && !row.change.clear() && (all || row.any().headline);
  });
  for (const Uncompared why :
       {Uncompared::few, Uncompared::unseen, Uncompared::no_share, Uncompared::windows, Uncompared::no_groups})
    text += section(fmt::format("not compared: {}", words_of(why)), rows,
                    [&](const ComparedMeasure& row) { return row.why == why && (all || row.any().headline); });
  text += fmt::format(
      "\n{} of {} compared measures changed by more than bursts explain; of as many without any change about {} "
      "would "
      "seem\nto. points: B less A. bursts: how far the clients' bursts alone move a share in 95 of 100 pairs of "
      "periods.\n",
      changed, count, (count + 10) / 20);
  return text;
}

}  // namespace uptake
