#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "policy/report/format.h"
#include "policy/report/numbers.h"
#include "policy/report/page/parts.h"
#include "policy/report/page/wording.h"

namespace uptake::page {
namespace {

/// Verdict: what is said of a target in one word. Of those of one standard the last one holds for it.
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

/// Why it cannot be said; empty where it can.
std::string why(const Strings& strings, Reached reached) {
  switch (reached) {
    case Reached::met:
    case Reached::missed:
      return {};
    case Reached::unsaid:
      return strings["targets.unsaid"];
    case Reached::unseen:
      return strings["targets.unseen"];
    case Reached::few:
      return strings["targets.few"];
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

/// "✗ missed: ≥ 95.5 % of names"
std::string in_short(const Strings& strings, const TargetResult& result) {
  return strings.say("targets.row", {{"verdict", sign_and_word(strings, verdict_of(result.reached), "_short")},
                                     {"sign", result.target->at_most ? "≤" : "≥"},
                                     {"share", share_of(strings, *result.target)},
                                     {"unit", unit_words(strings, result.target->unit)}});
}

/// Its day lies behind the newest period.
bool is_not_due(const Contents& contents, const Target& target) {
  const std::string ends = report::time_text(contents.periods()[contents.now()].to).substr(0, 10);
  return !target.by.empty() && target.by >= ends;
}

std::string share_of(const Strings& strings, const TargetResult& result) {
  if (result.is_exact())
    return strings.say("targets.share",
                       {{"share", strings.number(report::percent_text(result.low.part, result.low.whole))}});
  const std::string range =
      report::between_text(result.low.part, result.low.whole, result.high.part, result.high.whole);
  return strings.say(result.each_window ? "targets.windows" : "targets.range", {{"range", range}});
}

/// The words of a policy, in its language.
Html quoted(const Contents& contents, std::string_view words) {
  const std::string& language = contents.policy()->language;
  if (language.empty() || language == contents.strings().language()) return text(words);
  return element("span", {{"lang", language}}, text(words));
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
  if (!target.by.empty()) aim += muted(strings.say("targets.by", {{"day", target.by}}));
  Html verdict = strong(sign_and_word(strings, verdict_of(result.reached), ""));
  const std::string reason = why(strings, result.reached);
  if (!reason.empty()) verdict += muted(reason);
  if (result.has_share()) verdict += muted(share_of(strings, result));
  if (is_not_due(contents, target)) verdict += muted(strings["targets.not_due"]);
  Html explanation = target.explanation.empty() ? text(result.reached == Reached::met ? "–" : strings["targets.none"])
                                                : quoted(contents, target.explanation);
  return element("tr", element("th", {{"scope", "row"}}, name) + element("td", aim) + element("td", verdict) +
                           element("td", quoted(contents, target.who)) + element("td", explanation));
}

}  // namespace

std::string targets_sentence(const Contents& contents) {
  std::map<std::string_view, Verdict> verdicts;  // by standard
  for (const TargetResult& result : contents.results()) {
    const Verdict verdict = verdict_of(result.reached);
    const auto [known, is_new] = verdicts.emplace(contents.standard_of(result), verdict);
    if (!is_new) known->second = std::max(known->second, verdict);
  }
  const std::size_t all = contents.rows().size();
  std::array<std::size_t, 3> counts{};
  for (const auto& [standard, verdict] : verdicts) ++counts[static_cast<std::size_t>(verdict)];
  const auto count = [&](Verdict verdict) { return std::to_string(counts[static_cast<std::size_t>(verdict)]); };
  return contents.strings().say("page.targets", {{"all", std::to_string(all)},
                                                 {"met", count(Verdict::met)},
                                                 {"missed", count(Verdict::missed)},
                                                 {"unsaid", count(Verdict::cannot)},
                                                 {"without", std::to_string(all - verdicts.size())}});
}

Html verdicts_of(const Contents& contents, const StandardPart& standard) {
  Html lines;
  for (const TargetResult& result : contents.results())
    if (contents.standard_of(result) == standard.id)
      lines += element("li", text(in_short(contents.strings(), result)));
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
  const Html whose = element("p", quoted(contents, fmt::format("{} ({})", policy.title, policy.document)));
  return section(
      "targets", strings["targets.title"],
      whose + element("p", text(strings["targets.intro"])) +
          wide_table(strings["making.targets"],
                     column_heads(strings, {"standard", "target", "verdict", "who", "explanation"}), rows));
}

}  // namespace uptake::page
