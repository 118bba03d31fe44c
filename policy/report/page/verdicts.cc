#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "policy/report/format.h"
#include "policy/report/numbers.h"
#include "policy/report/page/parts.h"
#include "policy/report/page/wording.h"

namespace uptake::page {
namespace {

/// Verdict: what is said of a target in one word.
enum class Verdict : std::uint8_t { met, cannot, missed };

Verdict verdict_of(Reached reached) noexcept {
  if (reached == Reached::met) return Verdict::met;
  return reached == Reached::missed ? Verdict::missed : Verdict::cannot;
}

/// A sign and a word: no colour. `form`: "", or "_short".
std::string sign_and_word(const Strings& strings, Verdict verdict, std::string_view form) {
  switch (verdict) {
    case Verdict::met:
      return "✓ " + strings[fmt::format("targets.met{}", form)];
    case Verdict::missed:
      return "✗ " + strings[fmt::format("targets.missed{}", form)];
    case Verdict::cannot:
      break;
  }
  return "? " + strings[fmt::format("targets.cannot{}", form)];
}

/// How many were judged.
std::string base_of(const Strings& strings, const TargetResult& result) {
  const std::uint64_t judged = result.pass + result.fail;
  const bool bytes = result.target->unit == name_of(Unit::bytes);
  return strings.number(bytes ? report::short_bytes(judged) : report::short_count(judged));
}

/// Why it cannot be said; empty where it can.
std::string why(const Strings& strings, const TargetResult& result) {
  switch (result.reached) {
    case Reached::met:
    case Reached::missed:
      return {};
    case Reached::unsaid:
      return strings["targets.unsaid"];
    case Reached::unseen:
      return strings["targets.unseen"];
    case Reached::unjudged:
      return strings["targets.unjudged"];
    case Reached::few:
      return strings.say("targets.few",
                         {{"base", count_words(strings, base_of(strings, result), result.target->unit)}});
    case Reached::sampled:
      return strings["targets.sampled"];
    case Reached::no_sum:
      return strings["targets.no_sum"];
    case Reached::unfit:
      return strings["targets.unfit"];
  }
  return {};
}

std::string share_of(const Strings& strings, const Target& target) {
  const std::uint64_t rest = target.permille % 10;
  return strings.number(rest == 0 ? fmt::format("{} %", target.permille / 10)
                                  : fmt::format("{}.{} %", target.permille / 10, rest));
}

/// "at least 95.5 % of names"
std::string wanted(const Strings& strings, const Target& target) {
  return strings.say(target.at_most ? "targets.at_most" : "targets.at_least",
                     {{"share", share_of(strings, target)}, {"unit", unit_words(strings, target.unit)}});
}

std::size_t index_of(const Contents& contents, const TargetResult& result) {
  return contents.find(result.target->measure, result.target->unit);
}

/// "98.2 % (78-99 %)": of those judged, as the tables say it, and as what was not seen failed or passed.
std::string share_of(const Contents& contents, const TargetResult& result) {
  const Strings& strings = contents.strings();
  if (result.is_exact()) return strings.number(report::percent_text(result.low.part, result.low.whole));
  const std::string range =
      strings.number(report::between_text(result.low.part, result.low.whole, result.high.part, result.high.whole));
  const std::string share = result.each_window
                                ? share_words(contents, index_of(contents, result), contents.now())
                                : strings.number(report::percent_text(result.pass, result.pass + result.fail));
  return fmt::format("{} ({})", share, range);
}

/// What a target is held against: "98.2 % (78-99 %) signed answers validated, of 446 responses".
Html judged_figure(const Contents& contents, const TargetResult& result) {
  const Strings& strings = contents.strings();
  const std::size_t index = index_of(contents, result);
  if (!result.has_share()) return measure_name(contents, index) + text(", " + why(strings, result));
  const std::string base =
      result.each_window ? base_number(contents, index, contents.now()) : base_of(strings, result);
  return strong(share_of(contents, result)) + text(" ") + measure_name(contents, index) +
         text(", " + strings.say("table.of", {{"base", count_beside(contents, index, base)}}));
}

/// "target ≥ 95.5 % by 2027-01-01"
std::string aim_of(const Strings& strings, const Target& target) {
  std::string words =
      strings.say("targets.aim", {{"sign", target.at_most ? "≤" : "≥"}, {"share", share_of(strings, target)}});
  if (!target.by.empty()) words += " " + strings.say("targets.by", {{"day", unbroken(target.by)}});
  return words;
}

std::string place_of(const Contents& contents, const TargetResult& result) {
  return fmt::format("target-{}", &result - contents.results().data());
}

/// "✗ missed: 61.5 % names with IPv6, of 78 names; target ≥ 95.5 %". A target on the figure of the row says so.
Html in_short(const Contents& contents, const TargetResult& result, std::size_t main) {
  const Strings& strings = contents.strings();
  const Html verdict = element("a", {{"href", "#" + place_of(contents, result)}},
                               text(sign_and_word(strings, verdict_of(result.reached), "_short"))) +
                       text(": ");
  const std::string aim = aim_of(strings, *result.target);
  const bool same = result.target->within.empty() && index_of(contents, result) == main;
  if (!same || result.each_window) return verdict + judged_figure(contents, result) + text("; " + aim);
  return verdict + text(result.has_share() ? strings.say("targets.same", {{"aim", aim}})
                                           : fmt::format("{}; {}", why(strings, result), aim));
}

/// Its day lies behind the newest period.
bool is_not_due(const Contents& contents, const Target& target) {
  const std::string ends = report::time_text(contents.periods()[contents.now()].to).substr(0, 10);
  return !target.by.empty() && target.by >= ends;
}

Html row_of(const Contents& contents, const TargetResult& result) {
  const Strings& strings = contents.strings();
  const Target& target = *result.target;
  Html name = quoted(contents, target.standard);
  if (!target.category.empty()) name += muted(quoted(contents, target.category));
  std::string id = fmt::format("{} / {}", target.measure, target.unit);
  if (!target.within.empty()) id += fmt::format(" < {}", target.within);
  name += element("code", text(id));
  Html aim = text(wanted(strings, target));
  aim += muted(target.by.empty() ? strings["targets.no_day"]
                                 : strings.say("targets.by", {{"day", unbroken(target.by)}}));
  Html verdict = strong(sign_and_word(strings, verdict_of(result.reached), "")) +
                 element("p", {{"class", "beside"}}, judged_figure(contents, result));
  if (result.has_share() && result.each_window) verdict += muted(strings["targets.windows"]);
  if (result.has_share() && verdict_of(result.reached) == Verdict::cannot) verdict += muted(why(strings, result));
  if (is_not_due(contents, target)) verdict += muted(strings["targets.not_due"]);
  Html explanation = target.explanation.empty() ? text(result.reached == Reached::met ? "–" : strings["targets.none"])
                                                : quoted(contents, target.explanation);
  return element("tr", {{"id", place_of(contents, result)}},
                 element("th", {{"scope", "row"}}, name) + element("td", aim) + element("td", verdict) +
                     element("td", quoted(contents, target.who)) + element("td", explanation));
}

}  // namespace

std::string targets_sentence(const Contents& contents) {
  std::set<std::string_view> aimed;  // standards
  std::array<std::size_t, 3> counts{};
  for (const TargetResult& result : contents.results()) {
    aimed.insert(contents.standard_of(result));
    ++counts[static_cast<std::size_t>(verdict_of(result.reached))];
  }
  const std::size_t rows = contents.rows().size();
  const auto count = [&](Verdict verdict) { return std::to_string(counts[static_cast<std::size_t>(verdict)]); };
  return contents.strings().say("page.targets", {{"all", std::to_string(contents.results().size())},
                                                 {"met", count(Verdict::met)},
                                                 {"missed", count(Verdict::missed)},
                                                 {"unsaid", count(Verdict::cannot)},
                                                 {"rows", std::to_string(rows)},
                                                 {"without", std::to_string(rows - aimed.size())}});
}

Html verdicts_of(const Contents& contents, const StandardPart& standard) {
  Html lines;
  for (const TargetResult& result : contents.results())
    if (contents.standard_of(result) == standard.id)
      lines += element("li", in_short(contents, result, contents.main(standard)));
  return lines.empty() ? lines : element("ul", {{"class", "verdicts"}}, lines);
}

std::vector<Mark> marks_of(const Contents& contents, std::size_t index) {
  std::vector<Mark> marks;
  for (const TargetResult& result : contents.results()) {
    const Target& target = *result.target;
    if (target.within.empty() && contents.find(target.measure, target.unit) == index)
      marks.push_back({target.permille, wanted(contents.strings(), target)});
  }
  return marks;
}

Html comply_or_explain(const Contents& contents) {
  if (contents.policy() == nullptr) return {};
  const Strings& strings = contents.strings();
  Html rows;
  for (const TargetResult& result : contents.results()) rows += row_of(contents, result);
  const TargetPolicy& policy = *contents.policy();
  const Html whose = element("p", text(strings["targets.source"] + " ") +
                                      quoted(contents, fmt::format("{} ({})", policy.title, policy.document)));
  return section(
      "targets", strings["targets.title"],
      whose + element("p", text(strings["targets.intro"])) +
          wide_table(strings["making.targets"],
                     column_heads(strings, {"standard", "target", "verdict", "who", "explanation"}), rows));
}

}  // namespace uptake::page
