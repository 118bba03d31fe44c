#include <fmt/format.h>

#include <string>

#include "policy/report/numbers.h"
#include "policy/report/page/parts.h"
#include "policy/report/page/wording.h"

namespace uptake::page {
namespace {

/// Of the domains of a list: share, of how many, bar.
Html offered(const Strings& strings, const Offer& offer) {
  const Outcomes outcomes{offer.pass, offer.fail, offer.untested};
  const std::string of = strings.say("offered.of", {{"n", strings.number(report::short_count(outcomes.judged()))},
                                                    {"list", strings["offered.domains"]}});
  Html cell = strong(strings.number(report::percent_text(offer.pass, outcomes.judged()))) + text(" " + of) +
              bar(outcomes, strings);
  if (offer.untested != 0)
    cell += muted(strings.say("offered.untested", {{"n", strings.number(report::short_count(offer.untested))}}));
  return cell;
}

/// Of the traffic: the same of the measure that the test stands beside.
Html used(const Contents& contents, const Offer& offer) {
  const Strings& strings = contents.strings();
  const std::size_t index = contents.find(offer.test->measure, offer.test->unit);
  if (index == Contents::npos || contents.is_unseen(index)) return muted(strings["figure.not_seen"]);
  const report::Said said = contents.said(index);
  Html cell = strong(share_words(contents, index, contents.now()));
  cell += text(" " + strings.say(said.basis == report::Basis::enough ? "table.of" : "table.judged",
                                 {{"base", base_words(contents, index, contents.now())}}));
  if (said.basis != report::Basis::few) cell += bar(contents.shown(index), strings);
  return cell;
}

Html row_of(const Contents& contents, const Offer& offer) {
  const std::size_t index = contents.find(offer.test->measure, offer.test->unit);
  const Html question = index == Contents::npos ? text(offer.test->measure) : measure_name(contents, index);
  const Html name = question + element("code", text(offer.test->name)) +
                    element("code", text(fmt::format("{} / {}", offer.test->measure, offer.test->unit)));
  return element("tr", element("th", {{"scope", "row"}}, name) + element("td", offered(contents.strings(), offer)) +
                           element("td", used(contents, offer)));
}

}  // namespace

Html offered_beside_used(const Contents& contents, std::span<const OfferedResults> lists) {
  if (lists.empty()) return {};
  const Strings& strings = contents.strings();
  Html inside = element("p", text(strings["offered.intro"]));
  for (const OfferedResults& list : lists) {
    Html rows;
    for (const Offer& offer : list.offers) rows += row_of(contents, offer);
    const std::string name = strings.say("offered.list", {{"name", list.name},
                                                          {"kind", list.kind},
                                                          {"n", strings.number(report::grouped_digits(list.domains))},
                                                          {"day", list.finished.empty() ? "–" : list.finished}});
    inside += rows.empty() ? element("p", text(name + ": " + strings["figure.not_seen"]))
                           : wide_table(name, column_heads(strings, {"measure", "offered", "used"}), rows);
  }
  return section("offered", strings["offered.title"], inside);
}

}  // namespace uptake::page
