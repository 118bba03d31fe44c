#include "policy/targets/targets.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "policy/report/numbers.h"

namespace uptake {
namespace {

/// Fault: what is wrong with a policy, and where; thrown within this file.
struct Fault : std::runtime_error {
  Fault(const toml::node& node, const std::string& what) : std::runtime_error(what), at(node.source().begin) {}
  toml::source_position at;
};

void known_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
  for (const auto& [key, node] : table)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      throw Fault(node, fmt::format("`{}` is not a key of a policy", key.str()));
}

std::string text_of(const toml::table& table, std::string_view key, bool required) {
  const toml::node* const node = table.get(key);
  if (node == nullptr && !required) return {};
  if (node == nullptr) throw Fault(table, fmt::format("`{}` is missing", key));
  const auto value = node->value_exact<std::string>();
  if (!value || value->empty()) throw Fault(*node, fmt::format("`{}` must be a text", key));
  return *value;
}

std::string day_of(const toml::table& table) {
  const toml::node* const node = table.get("by");
  if (node == nullptr) return {};
  const auto day = node->value_exact<toml::date>();
  if (!day) throw Fault(*node, "`by` must be a day, as 2026-12-31");
  return fmt::format("{:04}-{:02}-{:02}", day->year, unsigned{day->month}, unsigned{day->day});
}

/// Exactly one of `at_least` and `at_most`, in percent.
void read_share(const toml::table& table, Target& target) {
  const toml::node* const least = table.get("at_least");
  const toml::node* const most = table.get("at_most");
  if ((least == nullptr) == (most == nullptr)) throw Fault(table, "a target has `at_least` or `at_most`");
  const toml::node& node = least != nullptr ? *least : *most;
  const auto percent = node.value<double>();
  if (!percent || !(*percent >= 0 && *percent <= 100)) throw Fault(node, "a share is a number from 0 to 100");
  constexpr double kNear = 1e-6;
  const double permille = std::round(*percent * 10);
  if (std::abs(permille - *percent * 10) > kNear) throw Fault(node, "a share has at most one digit behind the point");
  target.at_most = most != nullptr;
  target.permille = static_cast<std::uint64_t>(permille);
}

void require_measure(const toml::table& table, std::string_view key, const std::string& id, const std::string& unit,
                     const Catalogue& catalogue) {
  if (catalogue.find(id, Unit{unit}) == catalogue.size())
    throw Fault(*table.get(key), fmt::format("there is no measure {} of {}", id, unit));
}

Target target_of(const toml::table& table, const Catalogue& catalogue) {
  known_keys(table, {"standard", "category", "measure", "unit", "within", "at_least", "at_most", "by", "who",
                     "explanation"});
  Target target;
  target.standard = text_of(table, "standard", true);
  target.category = text_of(table, "category", false);
  target.measure = text_of(table, "measure", true);
  target.unit = text_of(table, "unit", true);
  target.within = text_of(table, "within", false);
  target.by = day_of(table);
  target.who = text_of(table, "who", true);
  target.explanation = text_of(table, "explanation", false);
  read_share(table, target);
  require_measure(table, "measure", target.measure, target.unit, catalogue);
  target.question = catalogue.measures()[catalogue.find(target.measure, Unit{target.unit})].question;
  if (!target.within.empty()) require_measure(table, "within", target.within, target.unit, catalogue);
  return target;
}

TargetPolicy policy_of(const toml::table& document, const Catalogue& catalogue) {
  known_keys(document, {"title", "document", "language", "target"});
  TargetPolicy policy{text_of(document, "title", true),
                      text_of(document, "document", true),
                      {},
                      text_of(document, "language", false)};
  const toml::node* const list = document.get("target");
  if (list == nullptr || !list->is_array_of_tables()) throw Fault(document, "there is no [[target]]");
  for (const toml::node& one : *list->as_array()) policy.targets.push_back(target_of(*one.as_table(), catalogue));
  return policy;
}

/// Moves the base of a question inside another one's yes to the base of that one.
bool widen(TargetResult& result, const PeriodMeasure& outer) {
  const Judged& judged = result.target->at_most ? outer.best : outer.judged;
  const std::uint64_t inner = result.pass + result.fail;
  if (inner > judged.pass + outer.hidden) return false;
  const std::uint64_t base = judged.pass + judged.fail + outer.hidden;
  result.fail += judged.fail;
  result.hidden = base - result.pass - result.fail;
  return true;
}

/// Whether a share is at least so much.
bool reaches(const Fraction& share, std::uint64_t permille) noexcept {
  __extension__ using Wide = unsigned __int128;
  return Wide{share.part} * 1000 >= Wide{share.whole} * permille;
}
/// Whether it is more.
bool exceeds(const Fraction& share, std::uint64_t permille) noexcept {
  __extension__ using Wide = unsigned __int128;
  return Wide{share.part} * 1000 > Wide{share.whole} * permille;
}

/// The share if all that was not seen had failed, and if it had passed.
void bound(TargetResult& result) {
  const std::uint64_t all = result.pass + result.fail + result.hidden;
  result.low = {result.pass, all};
  result.high = {result.pass + result.hidden, all};
}

/// The same of entities of several windows. Together there are as many as in the largest window, or more, up to the
/// sum. One that fails in a window fails; at its best, one that passes in a window passes.
void bound_windows(TargetResult& result, const PeriodMeasure& own) {
  const std::uint64_t least = own.largest.all();
  const std::uint64_t most = result.pass + result.fail + result.hidden;
  const auto once = [](std::uint64_t in_largest, std::uint64_t sum) {
    return std::max<std::uint64_t>(in_largest, sum != 0 ? 1 : 0);
  };
  if (result.target->at_most) {
    result.low = {once(own.largest_best.pass, result.pass), most};
    result.high = {std::min(least, result.pass + result.hidden), least};
  } else {
    result.low = {least - std::min(least, result.fail + result.hidden), least};
    result.high = {most - once(own.largest.fail, result.fail), most};
  }
}

/// Of a share between those bounds.
Reached judge(const TargetResult& result) {
  const std::uint64_t permille = result.target->permille;
  const Reached open = result.each_window ? Reached::no_sum : Reached::unsaid;
  if (result.target->at_most) {
    if (!exceeds(result.high, permille)) return Reached::met;
    return exceeds(result.low, permille) ? Reached::missed : open;
  }
  if (reaches(result.low, permille)) return Reached::met;
  return reaches(result.high, permille) ? open : Reached::missed;
}

/// Of a target of which nothing was judged.
Reached nothing_of(const TargetResult& result) noexcept {
  return result.hidden == 0 ? Reached::unseen : Reached::unjudged;
}

TargetResult hold_one(const Target& target, const Period& period) {
  TargetResult result{.target = &target};
  const PeriodMeasure* const own = period.find(target.measure, target.unit);
  const PeriodMeasure* const outer = target.within.empty() ? own : period.find(target.within, target.unit);
  if (own == nullptr || outer == nullptr) return result;
  // What a limit is on counts at once: an entity that does it sometimes does it.
  const Judged& judged = target.at_most ? own->best : own->judged;
  result.pass = judged.pass;
  result.fail = judged.fail;
  result.hidden = own->hidden;
  result.each_window = !own->added || !outer->added;
  const auto ends = [&](Reached reached) {
    result.reached = reached;
    return result;
  };
  if (own->sampled || outer->sampled) return ends(Reached::sampled);
  if (result.each_window && outer != own) return ends(Reached::no_sum);
  if (!own->answers || (outer != own && !widen(result, *outer)))
    return ends(result.pass + result.fail == 0 ? nothing_of(result) : Reached::unfit);
  const std::uint64_t seen = result.each_window ? own->largest.judged() : result.pass + result.fail;
  if (seen == 0) return ends(nothing_of(result));
  if (target.unit != name_of(Unit::bytes) && seen < report::kFew) return ends(Reached::few);
  if (result.each_window)
    bound_windows(result, *own);
  else
    bound(result);
  return ends(judge(result));
}

}  // namespace

Either<TargetPolicy> read_targets(std::string_view toml, std::string_view name, const Catalogue& catalogue) {
  const auto refusal = [&](std::string_view what, const toml::source_position& at) {
    return Refusal{Why::configuration, std::string(what), fmt::format("{}:{}:{}", name, at.line, at.column), {}};
  };
  try {
    return policy_of(toml::parse(toml, name), catalogue);
  } catch (const Fault& fault) {
    return refusal(fault.what(), fault.at);
  } catch (const toml::parse_error& error) {
    return refusal(error.description(), error.source().begin);
  }
}

std::string_view words_of(Reached reached) noexcept {
  switch (reached) {
    case Reached::met:
      return "met";
    case Reached::missed:
      return "missed";
    case Reached::unsaid:
      return "cannot be said: it depends on what was not seen";
    case Reached::unseen:
      return "cannot be said: nothing of it was seen";
    case Reached::unjudged:
      return "cannot be said: none of it could be judged";
    case Reached::few:
      return "cannot be said: too few";
    case Reached::sampled:
      return "cannot be said: a sample of them was kept";
    case Reached::no_sum:
      return "cannot be said: it depends on which of several windows are the same ones";
    case Reached::unfit:
      return "cannot be said: its counts have no such share";
  }
  return {};
}

std::vector<TargetResult> hold_against(const TargetPolicy& policy, const Period& period) {
  std::vector<TargetResult> results;
  for (const Target& target : policy.targets) results.push_back(hold_one(target, period));
  return results;
}

}  // namespace uptake
