#include "tools/uptake/target_files.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "policy/compare/period.h"
#include "policy/embedded.h"
#include "policy/targets/targets.h"
#include "tools/uptake/input_text.h"

namespace uptake {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

Either<TargetPolicy> policy_at(const std::string& name, const Catalogue& catalogue) {
  const auto known = embedded_targets();
  const auto found = std::find_if(known.begin(), known.end(), [&](const EmbeddedText& e) { return e.name == name; });
  if (found != known.end()) return read_targets(found->text, name, catalogue);
  Either<std::string> text = read_text(name, kMostBytes);
  if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
  return read_targets(std::get<std::string>(text), name, catalogue);
}

}  // namespace

Either<std::string> hold_targets(std::span<const std::string> policy_and_card, bool json,
                                 const Catalogue& catalogue) {
  Either<TargetPolicy> read = policy_at(policy_and_card[0], catalogue);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& policy = std::get<TargetPolicy>(read);
  if (policy_and_card.size() == 1) return render_targets(policy);
  const std::string& card = policy_and_card[1];
  Either<std::string> text = read_card_text(card);
  if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
  const Either<Period> period = read_period(std::get<std::string>(text), card);
  if (const Refusal* refusal = std::get_if<Refusal>(&period)) return *refusal;
  const std::vector<TargetResult> results = hold_against(policy, std::get<Period>(period));
  return json ? render_results_json(policy, std::get<Period>(period), results)
              : render_results(policy, std::get<Period>(period), results);
}

}  // namespace uptake
