#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "policy/report/numbers.h"
#include "policy/report/page/graphics.h"
#include "policy/report/page/holders.h"
#include "policy/report/page/parts.h"
#include "policy/report/page/wording.h"

namespace uptake::page {
namespace {

using report::Basis;

/// A change below half a tenth of a point is printed as none.
constexpr double kHalfStep = 0.0005;

/// What was not seen could move the share by five points or more: then it is said beside it, too.
bool hides_much(const Outcomes& outcomes) noexcept {
  constexpr std::uint64_t kOneIn = 20;
  return outcomes.hidden >= outcomes.all() / kOneIn && outcomes.hidden != 0;
}

/// "of 302"; "14 connections could be judged"
std::string of_how_many(const Contents& contents, std::size_t index) {
  const Strings& strings = contents.strings();
  const report::Said said = contents.said(index);
  const std::string base = count_beside(contents, index, base_number(contents, index, contents.now()));
  if (said.basis == Basis::few) return strings.say("table.judged", {{"base", base}});
  if (said.basis == Basis::enough) return strings.say("table.of", {{"base", base}});
  const std::string met = strings.number(report::short_count(contents.shown(index).hidden));
  return strings.say("table.unjudged", {{"base", count_beside(contents, index, met)}});
}

/// Other headlines of the standard that have a share, a line each.
Html beside(const Contents& contents, const StandardPart& standard, std::size_t main) {
  Html lines;
  for (const std::size_t index : standard.headlines) {
    if (index == main || contents.measure(index).two_counts || tells_holder(contents, standard, index)) continue;
    if (contents.said(index).basis != Basis::enough) continue;
    lines += element("p", {{"class", "beside"}},
                     strong(share_words(contents, index, contents.now())) +
                         text(fmt::format(" {}, {}", headline_words(contents, index), of_how_many(contents, index))));
  }
  return lines;
}

Html how_far(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  const std::size_t index = contents.main(standard);
  const Html words = element("b", {{"class", "share"}}, text(share_words(contents, index, contents.now())));
  if (contents.is_unseen(index) || contents.measure(index).two_counts)
    return words + muted(measure_name(contents, index)) + verdicts_of(contents, standard);
  const report::Said said = contents.said(index);
  std::string of = ", " + of_how_many(contents, index);
  if (said.basis == Basis::enough && hides_much(contents.shown(index)))
    of += "; " + strings.say("table.between", {{"range", strings.number(said.between)}});
  Html cell = words + muted(measure_name(contents, index) + text(of));
  if (said.basis != Basis::few) cell += bar(contents.shown(index), strings, marks_of(contents, index));
  return cell + beside(contents, standard, index) + verdicts_of(contents, standard);
}

Html not_seen(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  const std::size_t index = contents.main(standard);
  if (contents.is_unseen(index)) return strong(strings["table.all_unseen"]);
  const report::Said said = contents.said(index);
  if (said.basis == Basis::few && contents.shown(index).all() < report::kFew)
    return muted(strings["figure.few_to_say"]);
  if (said.unseen.empty()) return strong(strings.number("0.0 %"));
  std::string why = main_reason(contents, index);
  if (said.basis != Basis::few)
    why += (why.empty() ? "" : "; ") + strings.say("table.between", {{"range", strings.number(said.between)}});
  return strong(strings.number(said.unseen)) + muted(why);
}

Html row(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  const auto cell = [&](std::string_view column, const Html& inside) {
    return element(
        "td",
        {{"role", "cell"}, {"class", std::string(column)}, {"data-q", strings[fmt::format("table.{}", column)]}},
        inside);
  };
  const Html name = element("a", {{"href", "#standard-" + standard.id}}, text(standard_name(strings, standard))) +
                    muted(in_english(strings, standard.title));
  return element("tr", {{"role", "row"}},
                 element("th", {{"scope", "row"}, {"role", "rowheader"}}, name) +
                     cell("far", how_far(contents, standard)) +
                     cell("since", since_when(contents, contents.main(standard))) +
                     cell("holds", who_holds(contents, standard)) + cell("unseen", not_seen(contents, standard)));
}

}  // namespace

std::vector<Point> points_of(const Contents& contents, std::size_t index) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < contents.periods().size(); ++i) {
    Point& point = points.emplace_back(Point{time_words(contents.periods()[i].from), std::nullopt});
    const Outcomes& shown = contents.periods()[i].figures[index].shown(contents.measure(index));
    if (contents.said(index, i).basis == Basis::enough) point.share = share(shown.pass, shown.fail);
  }
  return points;
}

Html since_when(const Contents& contents, std::size_t index) {
  const Strings& strings = contents.strings();
  if (contents.periods().size() < 2) return muted(strings["since.one_period"]);
  const std::vector<Point> points = points_of(contents, index);
  const auto first = std::ranges::find_if(points, [](const Point& point) { return point.share.has_value(); });
  const Point& now = points[contents.now()];
  if (contents.measure(index).two_counts || !now.share || &*first == &now) return muted(strings["since.no_share"]);
  const double difference = *now.share - *first->share;
  const bool level = std::abs(difference) < kHalfStep;
  const std::string_view sign = level ? "●" : difference > 0 ? "▲" : "▼";
  const std::string moved = level ? "0.0" : fmt::format("{:+.1f}", 100 * difference);
  const std::string points_words = strings.say("since.points", {{"points", strings.number(moved)}});
  const std::optional<Change>& change = contents.change(index);
  const bool tested = change && first == points.begin();
  Html cell;
  if (tested && !change->clear())
    cell = text("● " + strings["since.same"]) + muted(points_words);
  else
    cell = text(fmt::format("{} {}", sign, points_words)) + muted(strings[tested ? "since.clear" : "since.untested"]);
  return cell + sparkline(points) + muted(strings.say("since.when", {{"when", first->when}}));
}

bool tells_holder(const Contents& contents, const StandardPart& standard, std::size_t index) {
  return std::ranges::any_of(holders(), [&](const Holder& holder) {
    return holder.standard == standard.id && contents.find(holder.measure, holder.unit) == index;
  });
}

Html who_holds(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  std::vector<std::pair<double, Html>> lines;
  for (const Holder& holder : holders()) {
    if (holder.standard != standard.id) continue;
    const std::size_t index = contents.find(holder.measure, holder.unit);
    if (index == Contents::npos || contents.said(index).basis != Basis::enough) continue;
    Outcomes outcomes = contents.shown(index);
    if (!holder.passes) std::swap(outcomes.pass, outcomes.fail);
    const std::string key = fmt::format("holders.{} {}", holder.measure, holder.passes ? "passes" : "fails");
    lines.emplace_back(
        share(outcomes.pass, outcomes.fail),
        element("li", strong(strings.number(report::said_of(outcomes, false, false).share)) +
                          text(" " + strings.say(key, {{"n", base_number(contents, index, contents.now())}}))));
  }
  // Who holds nothing back stands here only where nobody does.
  std::ranges::stable_sort(lines, std::greater{}, [](const auto& line) { return line.first; });
  while (lines.size() > 1 && lines.back().first == 0) lines.pop_back();
  Html list;
  for (const auto& [share, line] : lines) list += line;
  const Html acts = who_acts(contents, standard);
  return (list.empty() ? muted(strings["table.not_told"]) : element("ul", list)) +
         (acts.empty() ? acts : muted(acts));
}

Html reading(const Contents& contents) {
  const Strings& strings = contents.strings();
  std::string words = strings["page.reading"];
  if (contents.policy() == nullptr) return element("p", {{"class", "reading"}}, text(words));
  words += " " + strings["page.mark"];
  const TargetPolicy& policy = *contents.policy();
  return element("p", {{"class", "seen"}}, text(seen_sentence(contents))) +
         element("p", {{"class", "reading"}},
                 text(words + " " + strings["targets.source"] + " ") +
                     quoted(contents, fmt::format("{} ({})", policy.title, policy.document)) + text("."));
}

Html standards_table(const Contents& contents) {
  const Strings& strings = contents.strings();
  Html head;
  for (const std::string_view column : {"standard", "far", "since", "holds", "unseen"})
    head += element("th", {{"scope", "col"}, {"role", "columnheader"}, {"class", std::string(column)}},
                    text(strings[fmt::format("table.{}", column)]));
  Html rows;
  for (const StandardPart* standard : contents.rows()) rows += row(contents, *standard);
  const bool trend = contents.periods().size() > 1;
  return element(
      "table",
      {{"class", trend ? "standards" : "standards single"}, {"role", "table"}, {"aria-label", strings["table.name"]}},
      element("thead", {{"role", "rowgroup"}}, element("tr", {{"role", "row"}}, head)) +
          element("tbody", {{"role", "rowgroup"}}, rows));
}

}  // namespace uptake::page
