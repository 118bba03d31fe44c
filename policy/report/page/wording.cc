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

std::string headline_key(const StoredMeasure& measure) {
  return fmt::format("headlines.{} {}", measure.id, measure.unit);
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
  const std::string* words = contents.strings().find(headline_key(measure));
  if (words != nullptr) return *words;
  if (!measure.headline.empty()) return measure.headline;
  const Measure* known = contents.known(index);
  return known == nullptr ? measure.id : std::string(known->question);
}

Html measure_name(const Contents& contents, std::size_t index) {
  const StoredMeasure& measure = contents.measure(index);
  const bool has_words = contents.strings().find(headline_key(measure)) != nullptr;
  if (has_words || !measure.headline.empty()) return text(headline_words(contents, index));
  const Measure* known = contents.known(index);
  return known == nullptr ? text(measure.id) : in_english(contents.strings(), known->question);
}

std::string share_words(const Contents& contents, std::size_t index, std::size_t period) {
  const Strings& strings = contents.strings();
  const PeriodFigure& figure = contents.periods()[period].figures[index];
  if (figure.sum.all() == 0) return strings["figure.not_seen"];
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

std::string base_number(const Contents& contents, std::size_t index, std::size_t period) {
  const Strings& strings = contents.strings();
  const std::string base = contents.said(index, period).base;
  const std::size_t to = base.find(" to ");
  if (to == std::string::npos) return strings.number(base);
  return strings.say("figure.from_to",
                     {{"from", strings.number(base.substr(0, to))}, {"to", strings.number(base.substr(to + 4))}});
}

std::string base_words(const Contents& contents, std::size_t index, std::size_t period) {
  return count_words(contents.strings(), base_number(contents, index, period), contents.measure(index).unit);
}

std::string count_beside(const Contents& contents, std::size_t index, const std::string& count) {
  const Strings& strings = contents.strings();
  const std::string& unit = contents.measure(index).unit;
  const bool said = headline_words(contents, index).find(unit_words(strings, unit)) != std::string::npos;
  return said ? count : count_words(strings, count, unit);
}

std::string count_words(const Strings& strings, const std::string& count, std::string_view unit) {
  return unit == name_of(Unit::bytes) ? count : fmt::format("{} {}", count, unit_words(strings, unit));
}

std::string main_reason(const Contents& contents, std::size_t index) {
  const std::vector<NamedCount>& reasons = contents.figure(index).reasons;
  const auto most = std::ranges::max_element(reasons, {}, &NamedCount::count);
  if (most == reasons.end()) return {};
  return or_else(contents.strings().find(fmt::format("reasons.{}", most->name)), most->name);
}

Html quoted(const Contents& contents, std::string_view words) {
  const std::string& language = contents.policy()->language;
  if (language.empty() || language == contents.strings().language()) return text(words);
  return element("span", {{"lang", language}}, text(words));
}

Html who_acts(const Contents& contents, const StandardPart& standard) {
  const Strings& strings = contents.strings();
  const auto line = [&](const Html& who) { return text(strings["table.acts"] + " ") + who; };
  if (const std::string* who = strings.find(fmt::format("acts.{}", standard.id)); who != nullptr)
    return line(text(*who));
  for (const TargetResult& result : contents.results())
    if (contents.standard_of(result) == standard.id) return line(quoted(contents, result.target->who));
  return {};
}

std::string time_words(std::int64_t seconds) {
  constexpr std::int64_t kDay = 86'400;
  const std::string time = report::time_text(seconds);
  const std::string day = unbroken(time.substr(0, 10));
  return seconds % kDay == 0 ? day : fmt::format("{} {}", day, time.substr(11, 5));
}

std::string span_words(const Strings& strings, std::int64_t from, std::int64_t to) {
  return strings.say("page.span", {{"from", time_words(from)}, {"to", time_words(to)}});
}

}  // namespace uptake::page
