#include "tools/uptake/target_files.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "policy/compare/period.h"
#include "policy/embedded.h"
#include "policy/targets/targets.h"
#include "tools/uptake/input_text.h"
#include "tools/uptake/store/schema.h"

namespace uptake {
namespace {

Either<Period> period_of_store(const std::string& path, store::ReportQuery query) {
  query.by = store::ReportQuery::By::whole;
  query.all = true;
  Either<PeriodReport> read = store::read_report(path, query);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& report = std::get<PeriodReport>(read);
  Period period = period_of(report, report.groups.at(0).periods.at(0));
  period.name = path;
  return period;
}

Either<Period> period_at(const std::string& path, const store::ReportQuery& query) {
  if (store::is_store(path)) return period_of_store(path, query);
  if (query.from || query.to || !query.labels.empty() || !query.profile.empty())
    return Refusal{Why::usage,
                   "targets: a score card is a period as it is; only a store takes --from, --to, --month, --label "
                   "and --profile"};
  Either<std::string> text = read_card_text(path);
  if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
  return read_period(std::get<std::string>(text), path);
}

}  // namespace

Either<TargetPolicy> policy_at(const std::string& name, const Catalogue& catalogue) {
  const auto known = embedded_targets();
  const auto found = std::find_if(known.begin(), known.end(), [&](const EmbeddedText& e) { return e.name == name; });
  if (found != known.end()) return read_targets(found->text, name, catalogue);
  Either<std::string> text = read_text(name, kMostText);
  if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
  return read_targets(std::get<std::string>(text), name, catalogue);
}

Either<std::string> hold_targets(std::span<const std::string> policy_and_card, const store::ReportQuery& query,
                                 bool json, const Catalogue& catalogue) {
  Either<TargetPolicy> read = policy_at(policy_and_card[0], catalogue);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& policy = std::get<TargetPolicy>(read);
  if (policy_and_card.size() == 1) return render_targets(policy);
  const Either<Period> found = period_at(policy_and_card[1], query);
  if (const Refusal* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& period = std::get<Period>(found);
  const std::vector<TargetResult> results = hold_against(policy, period);
  return json ? render_results_json(policy, period, results) : render_results(policy, period, results);
}

}  // namespace uptake
