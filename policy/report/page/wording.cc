#include "policy/report/page/wording.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/report/format.h"
#include "policy/report/numbers.h"

namespace uptake::page {
namespace {

std::string or_else(const std::string* words, std::string_view otherwise) {
  return words == nullptr ? std::string(otherwise) : *words;
}

}  // namespace

Html in_english(const Strings& strings, std::string_view words) {
  if (strings.language() == "en") return text(words);
  return element("span", {{"lang", "en"}}, text(words));
}

std::string theme_title(const Strings& strings, const ThemePart& theme) {
  return or_else(strings.find(fmt::format("themes.{}", theme.name)), theme.title);
}

std::string standard_name(const Strings& strings, const StandardPart& standard) {
  return or_else(strings.find(fmt::format("standards.{}", standard.id)), standard.title);
}

std::string unit_words(const Strings& strings, std::string_view unit) {
  return or_else(strings.find(fmt::format("units.{}", unit)), unit);
}

std::string headline_words(const Contents& contents, std::size_t index) {
  const StoredMeasure& measure = contents.measure(index);
  const std::string* words = contents.strings().find(fmt::format("headlines.{} {}", measure.id, measure.unit));
  if (words != nullptr) return *words;
  if (!measure.headline.empty()) return measure.headline;
  const Measure* known = contents.known(index);
  return known == nullptr ? measure.id : std::string(known->question);
}

Html measure_name(const Contents& contents, std::size_t index) {
  const StoredMeasure& measure = contents.measure(index);
  if (!measure.headline.empty()) return text(headline_words(contents, index));
  const Measure* known = contents.known(index);
  return known == nullptr ? text(measure.id) : in_english(contents.strings(), known->question);
}

std::string share_words(const Contents& contents, std::size_t index, std::size_t period) {
  const Strings& strings = contents.strings();
  const PeriodFigure& figure = contents.periods()[period].figures[index];
  if (figure.empty()) return strings["figure.not_seen"];
  if (contents.measure(index).two_counts)
    return strings.say("figure.two_counts", {{"v4", strings.number(report::short_count(figure.largest.fail))},
                                             {"v6", strings.number(report::short_count(figure.largest.pass))}});
  const report::Said said = contents.said(index, period);
  switch (said.basis) {
    case report::Basis::none:
      return strings["figure.unknown"];
    case report::Basis::few:
      return strings["figure.too_few"];
    case report::Basis::enough:
      break;
  }
  return strings.number(said.share);
}

std::string base_words(const Contents& contents, std::size_t index, std::size_t period) {
  const Strings& strings = contents.strings();
  const StoredMeasure& measure = contents.measure(index);
  std::string base = strings.number(contents.said(index, period).base);
  if (const std::size_t to = base.find(" to "); to != std::string::npos)
    base = strings.say("figure.from_to", {{"from", base.substr(0, to)}, {"to", base.substr(to + 4)}});
  if (measure.counts == Unit::Counts::bytes) return base;
  return fmt::format("{} {}", base, unit_words(strings, measure.unit));
}

std::string main_reason(const Contents& contents, std::size_t index) {
  const std::vector<NamedCount>& reasons = contents.figure(index).reasons;
  const auto most = std::ranges::max_element(reasons, {}, &NamedCount::count);
  if (most == reasons.end()) return {};
  return or_else(contents.strings().find(fmt::format("reasons.{}", most->name)), most->name);
}

std::string time_words(std::int64_t seconds) {
  constexpr std::int64_t kDay = 86'400;
  const std::string time = report::time_text(seconds);
  if (seconds % kDay == 0) return time.substr(0, 10);
  return time.substr(0, 10) + " " + time.substr(11, 5);
}

std::string span_words(const Strings& strings, std::int64_t from, std::int64_t to) {
  return strings.say("page.span", {{"from", time_words(from)}, {"to", time_words(to)}});
}

}  // namespace uptake::page
