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
  known_keys(table, {"standard", "measure", "unit", "within", "at_least", "at_most", "by", "who", "explanation"});
  Target target;
  target.standard = text_of(table, "standard", true);
  target.measure = text_of(table, "measure", true);
  target.unit = text_of(table, "unit", true);
  target.within = text_of(table, "within", false);
  target.by = day_of(table);
  target.who = text_of(table, "who", true);
  target.explanation = text_of(table, "explanation", false);
  read_share(table, target);
  require_measure(table, "measure", target.measure, target.unit, catalogue);
  if (!target.within.empty()) require_measure(table, "within", target.within, target.unit, catalogue);
  return target;
}

TargetPolicy policy_of(const toml::table& document, const Catalogue& catalogue) {
  known_keys(document, {"title", "document", "target"});
  TargetPolicy policy{text_of(document, "title", true), text_of(document, "document", true), {}};
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

/// Whether `part` of `whole` is at least so much.
bool reaches(std::uint64_t part, std::uint64_t whole, std::uint64_t permille) noexcept {
  __extension__ using Wide = unsigned __int128;
  return Wide{part} * 1000 >= Wide{whole} * permille;
}
/// Whether it is more.
bool exceeds(std::uint64_t part, std::uint64_t whole, std::uint64_t permille) noexcept {
  __extension__ using Wide = unsigned __int128;
  return Wide{part} * 1000 > Wide{whole} * permille;
}

Reached judge(const TargetResult& result, bool is_bytes) {
  if (result.pass + result.fail == 0) return Reached::unseen;
  if (!is_bytes && result.pass + result.fail < report::kFew) return Reached::few;
  const std::uint64_t permille = result.target->permille;
  const std::uint64_t all = result.pass + result.fail + result.hidden;
  const std::uint64_t most = result.pass + result.hidden;
  if (result.target->at_most) {
    if (!exceeds(most, all, permille)) return Reached::met;
    return exceeds(result.pass, all, permille) ? Reached::missed : Reached::unsaid;
  }
  if (reaches(result.pass, all, permille)) return Reached::met;
  return reaches(most, all, permille) ? Reached::unsaid : Reached::missed;
}

TargetResult hold_one(const Target& target, const Period& period) {
  TargetResult result{.target = &target};
  const PeriodMeasure* const own = period.find(target.measure, target.unit);
  const PeriodMeasure* const outer = target.within.empty() ? own : period.find(target.within, target.unit);
  if (own == nullptr || outer == nullptr) return result;
  if (!own->added || !outer->added || own->sampled || outer->sampled) {
    result.reached = own->added && outer->added ? Reached::sampled : Reached::no_sum;
    return result;
  }
  // What a limit is on counts at once: an entity that does it sometimes does it.
  const Judged& judged = target.at_most ? own->best : own->judged;
  result.pass = judged.pass;
  result.fail = judged.fail;
  result.hidden = own->hidden;
  const bool fits = own->answers && (outer == own || widen(result, *outer));
  result.reached = fits || result.pass + result.fail == 0 ? judge(result, target.unit == "bytes") : Reached::unfit;
  return result;
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
    case Reached::few:
      return "cannot be said: too few";
    case Reached::sampled:
      return "cannot be said: a sample of them was kept";
    case Reached::no_sum:
      return "cannot be said: entities of several windows do not add up";
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
