#include <fmt/format.h>

#include <algorithm>

#include "policy/catalogue/smtp/themes.h"
#include "policy/report/numbers.h"
#include "policy/report/page/graphics.h"
#include "policy/report/page/parts.h"
#include "policy/report/page/wording.h"

namespace uptake::page {
namespace {

using report::Basis;

Html cell(const Html& inside) { return element("td", inside); }
Html number_cell(std::string_view words) { return element("td", {{"class", "number"}}, text(words)); }

/// The cells behind the name of a row: share, bar, of how many, not seen, between.
Html outcome_cells(const Strings& strings, const report::Said& said, const std::string& share,
                   const std::string& base, const Outcomes& outcomes) {
  return number_cell(share) + cell(said.basis == Basis::few ? Html{} : bar(outcomes, strings)) + number_cell(base) +
         number_cell(said.unseen.empty() ? "–" : strings.number(said.unseen)) +
         number_cell(said.unseen.empty() || said.basis == Basis::few ? "–" : said.between);
}

Html measure_row(const Contents& contents, std::size_t index) {
  const Strings& strings = contents.strings();
  const StoredMeasure& measure = contents.measure(index);
  Html name = measure_name(contents, index) + element("code", text(fmt::format("{} / {}", measure.id, measure.unit)));
  const Measure* const known = contents.known(index);
  if (known != nullptr && known->good == Good::low) name += muted(strings["figure.less"]);
  if (measure.changed) name += muted(strings["measures.changed"]);
  if (contents.figure(index).sampled != 0) name += muted(strings["measures.sampled"]);
  name = element("th", {{"scope", "row"}}, name);
  const std::string share = share_words(contents, index, contents.now());
  if (contents.figure(index).empty() || measure.two_counts)
    return element("tr", name + element("td", {{"colspan", "5"}}, text(share)));
  return element("tr", name + outcome_cells(strings, contents.said(index), share,
                                            base_words(contents, index, contents.now()), contents.shown(index)));
}

Html measures_table(const Contents& contents, const std::string& name, const std::vector<std::size_t>& measures) {
  Html rows;
  for (const std::size_t index : measures) rows += measure_row(contents, index);
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

/// What the share of a figure is made of: by family, direction and vantage, where there are two or more of them.
Html split_of(const Contents& contents, std::size_t index) {
  const Strings& strings = contents.strings();
  const StoredMeasure& measure = contents.measure(index);
  Html rows;
  const auto split = [&](std::string_view by, auto key, auto name) {
    std::vector<CellOutcomes> groups;
    for (const CellOutcomes& one : contents.figure(index).cells) {
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
      rows += element(
          "tr", element("th", {{"scope", "row"}}, muted(strings[fmt::format("split.{}", by)]) + name(group.cell)) +
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
                    column_heads(strings, {"part", "share", "bar", "base", "unseen", "between"}), rows);
}

/// Other measures of the standard in the unit of its figure that were seen: versions, algorithms, reasons of failure.
std::vector<std::size_t> parts_of(const Contents& contents, const StandardPart& standard, std::size_t main) {
  std::vector<std::size_t> parts;
  for (const std::size_t index : standard.others)
    if (contents.measure(index).unit == contents.measure(main).unit && !contents.figure(index).empty())
      parts.push_back(index);
  return parts;
}

Html standard_section(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  const std::size_t main = contents.main(standard);
  const std::string name = standard_name(strings, standard);
  Html body = element("h3", {{"id", "standard-" + standard.id}}, text(name)) +
              element("p", in_english(strings, fmt::format("{} ({})", standard.title, standard.document)));
  const std::string* act = strings.find(fmt::format("acts.{}", standard.id));
  if (act != nullptr) body += element("p", text(strings.say("table.acts", {{"who", *act}})));
  body += measures_table(contents, strings.say("sections.figures", {{"name", name}}), standard.headlines);
  if (contents.figure(main).empty()) return body;
  body += trend_of(contents, main);
  const std::vector<std::size_t> parts = parts_of(contents, standard, main);
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
