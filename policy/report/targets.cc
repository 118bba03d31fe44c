#include "policy/report/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "policy/report/numbers.h"
#include "policy/report/printable.h"
#include "policy/report/wrap.h"

namespace uptake {
namespace {

using nlohmann::ordered_json;
using report::printable;

constexpr std::size_t kColumns = 80;
constexpr std::string_view kIndent = "      ";

std::string wanted(const Target& target) {
  return fmt::format("{} {}.{} %", target.at_most ? "at most" : "at least", target.permille / 10,
                     target.permille % 10);
}

/// What a target is about, below its line.
void append_facts(std::string& out, const Target& target) {
  std::string facts = target.category.empty() ? "" : fmt::format("{}; ", printable(target.category));
  facts += fmt::format("{} ({} of {}", target.question, target.measure, target.unit);
  if (!target.within.empty()) facts += fmt::format(", of all of {}", target.within);
  facts += ')';
  report::append_wrapped(out, kIndent, fmt::format("{}; meant: {}", facts, printable(target.who)), kColumns);
  if (!target.explanation.empty())
    report::append_wrapped(out, kIndent, fmt::format("explanation: {}", printable(target.explanation)), kColumns);
}

double number_of(const Fraction& share) { return static_cast<double>(share.part) / static_cast<double>(share.whole); }

std::string heading(const TargetPolicy& policy) {
  std::string out = "uptake targets\n";
  report::append_wrapped(out, "  ", printable(policy.title), kColumns);
  report::append_wrapped(out, "  ", printable(policy.document), kColumns);
  return out;
}

std::string row_of(const Target& target) {
  return fmt::format("  {:<40}{}{}\n", printable(target.standard), wanted(target),
                     target.by.empty() ? "" : fmt::format(", by {}", target.by));
}

/// "; 61.5 % of 78 names": what the verdict rests on; of a target without a share nothing.
std::string figure_of(const TargetResult& result) {
  if (!result.has_share()) return {};
  const std::uint64_t judged = result.pass + result.fail;
  const std::string range =
      report::between_text(result.low.part, result.low.whole, result.high.part, result.high.whole);
  if (result.each_window) return fmt::format("; {}, as one in several windows counts once or more", range);
  const bool bytes = result.target->unit == name_of(Unit::bytes);
  std::string words = fmt::format("; {} of {}", report::percent_text(result.pass, judged),
                                  bytes ? report::short_bytes(judged)
                                        : fmt::format("{} {}", report::grouped_digits(judged), result.target->unit));
  if (!result.is_exact()) words += fmt::format("; {}, as what was not seen failed or passed", range);
  return words;
}

std::size_t count_of(const std::vector<TargetResult>& results, Reached reached) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(), [&](const TargetResult& r) { return r.reached == reached; }));
}

}  // namespace

std::string render_targets(const TargetPolicy& policy) {
  std::string out = heading(policy) + '\n';
  for (const Target& target : policy.targets) {
    out += row_of(target);
    append_facts(out, target);
  }
  return out;
}

std::string render_results(const TargetPolicy& policy, const Period& period, const std::vector<TargetResult>& results,
                           std::span<const OfferedResults> offered) {
  std::string out = heading(policy);
  out += "  " + printable(period.name);
  if (!period.label.empty()) out += ", " + printable(period.label);
  if (!period.from.empty()) out += fmt::format(", {} to {}", printable(period.from), printable(period.to));
  const std::size_t met = count_of(results, Reached::met);
  const std::size_t missed = count_of(results, Reached::missed);
  out += fmt::format("\n\n  of {} targets {} met, {} missed, {} cannot be said\n\n", results.size(), met, missed,
                     results.size() - met - missed);
  for (const TargetResult& result : results) {
    out += row_of(*result.target);
    std::string said(words_of(result.reached));
    said += figure_of(result);
    report::append_wrapped(out, kIndent, said, kColumns);
    append_facts(out, *result.target);
    for (const auto& [list, offer] : offers_of(offered, result.target->measure, result.target->unit))
      report::append_wrapped(out, kIndent,
                             fmt::format("offered: {} of {} domains of {} ({})",
                                         report::percent_text(offer->pass, offer->pass + offer->fail),
                                         offer->pass + offer->fail, printable(list->name), offer->test->name),
                             kColumns);
  }
  return out;
}

std::string render_results_json(const TargetPolicy& policy, const Period& period,
                                const std::vector<TargetResult>& results, std::span<const OfferedResults> offered) {
  ordered_json rows = ordered_json::array();
  for (const TargetResult& result : results) {
    const Target& target = *result.target;
    ordered_json row = {{"standard", target.standard}, {"measure", target.measure}, {"unit", target.unit}};
    if (!target.category.empty()) row["category"] = target.category;
    if (!target.within.empty()) row["within"] = target.within;
    row[target.at_most ? "at_most" : "at_least"] = static_cast<double>(target.permille) / 1000;
    if (!target.by.empty()) row["by"] = target.by;
    row["who"] = target.who;
    if (!target.explanation.empty()) row["explanation"] = target.explanation;
    row["question"] = target.question;
    row["verdict"] = words_of(result.reached);
    row["pass"] = result.pass;
    row["fail"] = result.fail;
    row["unobservable"] = result.hidden;
    if (result.each_window) row["counted"] = "in each window";
    if (result.has_share()) {
      row["lower"] = number_of(result.low);
      row["upper"] = number_of(result.high);
    }
    for (const auto& [list, offer] : offers_of(offered, target.measure, target.unit))
      row["offered"].push_back({{"list", list->name},
                                {"kind", list->kind},
                                {"finished", list->finished},
                                {"test", offer->test->name},
                                {"pass", offer->pass},
                                {"fail", offer->fail},
                                {"not_tested", offer->untested}});
    rows.push_back(std::move(row));
  }
  const ordered_json document = {
      {"title", policy.title},           {"document", policy.document}, {"card", period.name},
      {"label", period.label},           {"from", period.from},         {"to", period.to},
      {"profile", period.facts.profile}, {"targets", std::move(rows)}};
  return document.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace uptake
