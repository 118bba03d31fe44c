#include "tools/uptake/target_files.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "policy/compare/period.h"
#include "policy/embedded.h"
#include "policy/report/targets.h"
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

Either<std::vector<OfferedResults>> offered_at(std::span<const std::string> paths) {
  std::vector<OfferedResults> lists;
  for (const std::string& path : paths) {
    Either<std::string> text = read_card_text(path);
    if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
    Either<OfferedResults> read = read_offered(std::get<std::string>(text), path);
    if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
    lists.push_back(std::get<OfferedResults>(std::move(read)));
  }
  return lists;
}

Either<std::string> hold_targets(const TargetsAsked& asked, const Catalogue& catalogue) {
  Either<TargetPolicy> read = policy_at(asked.words[0], catalogue);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& policy = std::get<TargetPolicy>(read);
  if (asked.words.size() == 1) return render_targets(policy);
  const Either<Period> found = period_at(asked.words[1], asked.query);
  if (const Refusal* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& period = std::get<Period>(found);
  const Either<std::vector<OfferedResults>> lists = offered_at(asked.offered);
  if (const Refusal* refusal = std::get_if<Refusal>(&lists)) return *refusal;
  const auto& offered = std::get<std::vector<OfferedResults>>(lists);
  const std::vector<TargetResult> results = hold_against(policy, period);
  return asked.json ? render_results_json(policy, period, results, offered)
                    : render_results(policy, period, results, offered);
}

}  // namespace uptake
