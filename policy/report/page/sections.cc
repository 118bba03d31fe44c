#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "policy/catalogue/smtp/themes.h"
#include "policy/report/numbers.h"
#include "policy/report/page/graphics.h"
#include "policy/report/page/holders.h"
#include "policy/report/page/parts.h"
#include "policy/report/page/wording.h"

namespace uptake::page {
namespace {

using report::Basis;

Html cell(const Html& inside) { return element("td", inside); }
Html number_cell(std::string_view words) { return element("td", {{"class", "number"}}, text(words)); }

/// How much could not be seen; of a few no share.
std::string unseen_words(const Strings& strings, const report::Said& said, const Outcomes& outcomes) {
  if (said.basis == Basis::few && outcomes.all() < report::kFew) return strings["figure.few_to_say"];
  return said.unseen.empty() ? "–" : strings.number(said.unseen);
}

/// The cells behind the name of a row: share, bar, of how many, not seen, between.
Html outcome_cells(const Strings& strings, const report::Said& said, const std::string& share,
                   const std::string& base, const Outcomes& outcomes) {
  return number_cell(share) + cell(said.basis == Basis::few ? Html{} : bar(outcomes, strings)) + number_cell(base) +
         number_cell(unseen_words(strings, said, outcomes)) +
         number_cell(said.unseen.empty() || said.basis == Basis::few ? "–" : strings.number(said.between));
}

/// `more` stands below the name.
Html measure_row(const Contents& contents, std::size_t index, const Html& more) {
  const Strings& strings = contents.strings();
  const StoredMeasure& measure = contents.measure(index);
  Html name =
      measure_name(contents, index) + more + element("code", text(fmt::format("{} / {}", measure.id, measure.unit)));
  const Measure* const known = contents.known(index);
  if (known != nullptr && known->good == Good::low) name += text(" ") + muted(strings["figure.less"]);
  if (measure.changed) name += text(" ") + muted(strings["measures.changed"]);
  if (contents.figure(index).sampled != 0) name += text(" ") + muted(strings["measures.sampled"]);
  name = element("th", {{"scope", "row"}}, name);
  const std::string share = share_words(contents, index, contents.now());
  if (contents.is_unseen(index) || measure.two_counts)
    return element("tr", name + element("td", {{"colspan", "5"}}, text(share)));
  return element("tr", name + outcome_cells(strings, contents.said(index), share,
                                            base_words(contents, index, contents.now()), contents.shown(index)));
}

Html measures_table(const Contents& contents, const std::string& name, const std::vector<std::size_t>& measures,
                    const std::function<Html(std::size_t)>& more = {}) {
  Html rows;
  for (const std::size_t index : measures) rows += measure_row(contents, index, more ? more(index) : Html{});
  return wide_table(name, column_heads(contents.strings(), {"measure", "share", "bar", "base", "unseen", "between"}),
                    rows);
}

/// The trend of the figure of a standard: a drawing, and the same as a table.
Html trend_of(const Contents& contents, std::size_t index) {
  const Strings& strings = contents.strings();
  const std::vector<Point> points = points_of(contents, index);
  const auto seen = std::ranges::count_if(points, [](const Point& point) { return point.share.has_value(); });
  if (contents.periods().size() < 2 || contents.measure(index).two_counts) return {};
  const std::string name = strings.say("trend.name", {{"figure", headline_words(contents, index)}});
  Html rows;
  for (std::size_t i = 0; i < contents.periods().size(); ++i) {
    const ReportPeriod& period = contents.periods()[i];
    const report::Said said = contents.said(index, i);
    rows += element("tr",
                    element("th", {{"scope", "row"}}, text(span_words(strings, period.from, period.to))) +
                        outcome_cells(strings, said, share_words(contents, index, i), base_words(contents, index, i),
                                      period.figures[index].shown(contents.measure(index))));
  }
  return (seen < 2 ? Html{} : element("figure", trend(points, name, strings))) +
         wide_table(name, column_heads(strings, {"period", "share", "bar", "base", "unseen", "between"}), rows);
}

/// What the share of a figure is made of: by family, direction and vantage, where there are two or more of them. What
/// is too little for a share has no parts with one.
Html split_of(const Contents& contents, std::size_t index) {
  const Strings& strings = contents.strings();
  const StoredMeasure& measure = contents.measure(index);
  if (contents.said(index).basis != Basis::enough) return {};
  Html rows;
  bool few = false;
  const auto split = [&](std::string_view by, auto key, auto name) {
    std::vector<CellOutcomes> groups;
    for (const CellOutcomes& one : contents.figure(index).cells) {
      if (one.outcomes.all() == 0) continue;
      const auto same =
          std::ranges::find_if(groups, [&](const CellOutcomes& known) { return key(known.cell) == key(one.cell); });
      (same == groups.end() ? groups.emplace_back(CellOutcomes{one.cell, {}}) : *same).outcomes.add(one.outcomes);
    }
    if (groups.size() < 2) return;
    for (const CellOutcomes& group : groups) {
      const report::Said said = report::said_of(group.outcomes, measure.counts == Unit::Counts::bytes,
                                                group.outcomes.judged() < report::kFew);
      const std::string share = said.basis == Basis::enough ? strings.number(said.share)
                                : said.basis == Basis::few  ? strings["figure.too_few"]
                                                            : strings["figure.unknown"];
      few = few || said.basis == Basis::few;
      rows += element("tr", element("th", {{"scope", "row"}},
                                    muted(strings[fmt::format("split.{}", by)]) + text(" ") + name(group.cell)) +
                                outcome_cells(strings, said, share, strings.number(said.base), group.outcomes));
    }
  };
  // IPv6 is a family: of each one all or nothing.
  if (measure.standard != "ipv6")
    split(
        "family", [](const Cell& cell) { return cell.family; },
        [](const Cell& cell) { return text(cell.family == Family::v4 ? "IPv4" : "IPv6"); });
  if (contents.report().directions_known)
    split(
        "direction", [](const Cell& cell) { return cell.direction; },
        [&](const Cell& cell) { return text(strings[fmt::format("split.{}", name_of(cell.direction))]); });
  if (const Vocabulary* words = contents.words(index); words != nullptr)
    split(
        "vantage", [](const Cell& cell) { return cell.vantage; },
        [&](const Cell& cell) { return in_english(strings, words->of(cell.vantage).words); });
  if (rows.empty()) return {};
  return wide_table(strings.say("split.name", {{"figure", headline_words(contents, index)}}),
                    column_heads(strings, {"part", "share", "bar", "base", "unseen", "between"}), rows) +
         (few ? muted(strings["split.few"]) : Html{});
}

/// Other measures of the standard in the unit of its figure that were seen: versions, algorithms, reasons of failure.
std::vector<std::size_t> parts_of(const Contents& contents, const StandardPart& standard, std::size_t main,
                                  const std::vector<std::size_t>& figures) {
  std::vector<std::size_t> parts;
  for (const std::size_t index : standard.others)
    if (contents.measure(index).unit == contents.measure(main).unit && !contents.is_unseen(index) &&
        std::ranges::find(figures, index) == figures.end())
      parts.push_back(index);
  return parts;
}

/// All that the row of the standard says a number of: headlines, targets, and who holds it back.
std::vector<std::size_t> figures_of(const Contents& contents, const StandardPart& standard) {
  std::vector<std::size_t> figures = standard.headlines;
  const auto add = [&](std::size_t index) {
    if (index != Contents::npos && std::ranges::find(figures, index) == figures.end()) figures.push_back(index);
  };
  for (const TargetResult& result : contents.results())
    if (contents.standard_of(result) == standard.id) add(contents.find(result.target->measure, result.target->unit));
  for (const Holder& holder : holders()) {
    const std::size_t index = contents.find(holder.measure, holder.unit);
    if (holder.standard == standard.id && index != Contents::npos && !contents.is_unseen(index)) add(index);
  }
  return figures;
}

/// What a figure answers; of the large one in the row that it is that.
Html answer_of(const Contents& contents, std::size_t index, bool main) {
  const Strings& strings = contents.strings();
  const StoredMeasure& measure = contents.measure(index);
  const std::string* answer = strings.find(fmt::format("answers.{} {}", measure.id, measure.unit));
  Html line = main ? strong(strings["sections.headline"]) : Html{};
  if (answer != nullptr) line += text((main ? " " : "") + *answer);
  return line.empty() ? line : text(" ") + muted(line);
}

Html standard_section(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  const std::size_t main = contents.main(standard);
  const std::string name = standard_name(strings, standard);
  Html body = element("h3", {{"id", "standard-" + standard.id}}, text(name)) +
              element("p", in_english(strings, fmt::format("{} ({})", standard.title, standard.document)));
  const Html acts = who_acts(contents, standard);
  if (!acts.empty()) body += element("p", acts);
  const std::vector<std::size_t> figures = figures_of(contents, standard);
  body += measures_table(contents, strings.say("sections.figures", {{"name", name}}), figures,
                         [&](std::size_t index) { return answer_of(contents, index, index == main); });
  if (contents.is_unseen(main)) return body;
  body += trend_of(contents, main);
  const std::vector<std::size_t> parts = parts_of(contents, standard, main, figures);
  if (!parts.empty())
    body += element("details",
                    element("summary", text(strings.say("sections.parts", {{"n", std::to_string(parts.size())}}))) +
                        measures_table(contents, strings.say("sections.parts_base", {{"name", name}}), parts));
  return body + split_of(contents, main);
}

std::vector<std::size_t> measures_of(const ThemePart& theme) {
  std::vector<std::size_t> measures;
  for (const StandardPart& standard : theme.standards) {
    measures.insert(measures.end(), standard.headlines.begin(), standard.headlines.end());
    measures.insert(measures.end(), standard.others.begin(), standard.others.end());
  }
  return measures;
}

}  // namespace

Html wide_table(const std::string& name, const Html& head, const Html& rows) {
  const Html table = element(
      "table", element("caption", text(name)) + element("thead", element("tr", head)) + element("tbody", rows));
  return element("div", {{"class", "wide"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", name}}, table);
}

Html column_heads(const Strings& strings, std::initializer_list<std::string_view> columns) {
  Html head;
  for (const std::string_view column : columns)
    head += element("th", {{"scope", "col"}}, text(strings[fmt::format("columns.{}", column)]));
  return head;
}

Html section(const std::string& id, const std::string& title, const Html& inside) {
  return element("section", {{"aria-labelledby", id}}, element("h2", {{"id", id}}, text(title)) + inside);
}

Html theme_sections(const Contents& contents) {
  const Strings& strings = contents.strings();
  Html sections;
  for (const ThemePart& theme : contents.themes()) {
    Html inside;
    for (const StandardPart& standard : theme.standards)
      if (!standard.headlines.empty()) inside += standard_section(contents, standard);
    if (theme.name == name_of(themes::kUniversalAcceptance))
      inside += element("p", text(strings["sections.acceptance"])) +
                measures_table(contents, strings.say("sections.figures", {{"name", theme_title(strings, theme)}}),
                               measures_of(theme));
    if (!inside.empty()) sections += section("theme-" + theme.name, theme_title(strings, theme), inside);
  }
  return sections;
}

Html all_measures(const Contents& contents) {
  const Strings& strings = contents.strings();
  Html inside = element("p", text(strings["measures.intro"]));
  for (const ThemePart& theme : contents.themes()) {
    const std::vector<std::size_t> measures = measures_of(theme);
    const std::string name = strings.say(
        "measures.theme", {{"theme", theme_title(strings, theme)}, {"n", std::to_string(measures.size())}});
    inside += element("details", element("summary", text(name)) + measures_table(contents, name, measures));
  }
  return section("measures", strings["measures.title"], inside);
}

}  // namespace uptake::page
