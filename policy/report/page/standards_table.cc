#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

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

/// Other headlines of the standard that have a share, in a line.
Html beside(const Contents& contents, const StandardPart& standard, std::size_t main) {
  Html line;
  for (const std::size_t index : standard.headlines) {
    if (index == main || contents.measure(index).two_counts || tells_holder(contents, standard, index)) continue;
    if (contents.said(index).basis != Basis::enough) continue;
    if (!line.empty()) line += text("; ");
    line += strong(share_words(contents, index, contents.now())) + text(" " + headline_words(contents, index));
  }
  return line.empty() ? line : element("p", {{"class", "beside"}}, line);
}

Html how_far(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  const std::size_t index = contents.main(standard);
  const Html words = element("b", {{"class", "share"}}, text(share_words(contents, index, contents.now())));
  if (contents.figure(index).empty() || contents.measure(index).two_counts)
    return words + muted(measure_name(contents, index)) + verdicts_of(contents, standard);
  const report::Said said = contents.said(index);
  std::string of = strings.say(said.basis == Basis::enough ? "table.of" : "table.judged",
                               {{"base", base_words(contents, index, contents.now())}});
  if (said.basis == Basis::enough && hides_much(contents.shown(index)))
    of += "; " + strings.say("table.between", {{"range", said.between}});
  Html cell = words + muted(measure_name(contents, index));
  if (said.basis != Basis::few) cell += bar(contents.shown(index), strings, marks_of(contents, index));
  return cell + element("p", {{"class", "of"}}, text(of)) + beside(contents, standard, index) +
         verdicts_of(contents, standard);
}

Html not_seen(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  const std::size_t index = contents.main(standard);
  if (contents.figure(index).empty()) return strong(strings["table.all_unseen"]) + muted(strings["table.why_unseen"]);
  const report::Said said = contents.said(index);
  if (said.unseen.empty()) return strong(strings.number("0.0 %"));
  Html cell = strong(strings.number(said.unseen));
  const std::string reason = main_reason(contents, index);
  if (!reason.empty()) cell += muted(reason);
  if (said.basis != Basis::few) cell += muted(strings.say("table.between", {{"range", said.between}}));
  return cell;
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
    lines.emplace_back(share(outcomes.pass, outcomes.fail),
                       element("li", strong(strings.number(report::said_of(outcomes, false, false).share)) +
                                         text(" " + strings[key])));
  }
  // Who holds nothing back stands here only where nobody does.
  std::ranges::stable_sort(lines, std::greater{}, [](const auto& line) { return line.first; });
  while (lines.size() > 1 && lines.back().first == 0) lines.pop_back();
  Html list;
  for (const auto& [share, line] : lines) list += line;
  if (!list.empty()) return element("ul", list);
  const std::string* act = strings.find(fmt::format("acts.{}", standard.id));
  return muted(strings["table.not_told"]) +
         (act == nullptr ? Html{} : muted(strings.say("table.acts", {{"who", *act}})));
}

Html reading(const Contents& contents) {
  const Strings& strings = contents.strings();
  std::string words = strings["page.reading"];
  const bool aims = contents.policy() != nullptr;
  if (aims) words += " " + strings["page.mark"];
  const Html how = element("p", {{"class", "reading"}}, text(words));
  return aims ? element("p", {{"class", "seen"}}, text(seen_sentence(contents))) + how : how;
}

Html standards_table(const Contents& contents) {
  const Strings& strings = contents.strings();
  Html head;
  for (const std::string_view column : {"standard", "far", "since", "holds", "unseen"})
    head += element("th", {{"scope", "col"}, {"role", "columnheader"}, {"class", std::string(column)}},
                    text(strings[fmt::format("table.{}", column)]));
  Html rows;
  for (const StandardPart* standard : contents.rows()) rows += row(contents, *standard);
  return element("table", {{"class", "standards"}, {"role", "table"}, {"aria-label", strings["table.name"]}},
                 element("thead", {{"role", "rowgroup"}}, element("tr", {{"role", "row"}}, head)) +
                     element("tbody", {{"role", "rowgroup"}}, rows));
}

}  // namespace uptake::page
