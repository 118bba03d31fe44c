#include "tools/uptake/page_file.h"

#include <optional>
#include <utility>
#include <vector>

#include "policy/report/page/page.h"
#include "tools/uptake/input_text.h"
#include "tools/uptake/output.h"
#include "tools/uptake/store/schema.h"
#include "tools/uptake/target_files.h"

namespace uptake {
namespace {

Either<PageSource> source_of_store(const ReportOptions& options, const Catalogue& catalogue) {
  if (!options.query.group.empty())
    return usage("--html: a page is of one group; leave --group out, or choose with --label");
  store::ReportQuery query = options.query;
  query.all = true;
  Either<PeriodReport> read = store::read_report(options.store, query);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  PageSource source{std::get<PeriodReport>(std::move(read))};
  complete(source, catalogue);
  return source;
}

Either<PageSource> source_of_cards(const ReportOptions& options, const Catalogue& catalogue) {
  const store::ReportQuery& query = options.query;
  if (query.from || query.to || query.by != store::ReportQuery::By::whole || !query.group.empty() ||
      !query.labels.empty() || !query.profile.empty() || query.all)
    return usage(
        "report: a score card is a period as it is; only a store takes --from, --to, --month, --by, --group, "
        "--label, --profile and --all");
  std::vector<CardFile> cards;
  for (const std::string& path : options.cards) {
    Either<std::string> text = read_card_text(path);
    if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
    cards.push_back({path, std::get<std::string>(std::move(text))});
  }
  return read_cards(cards, catalogue);
}

}  // namespace

Either<std::string> write_page(const ReportOptions& options, const Catalogue& catalogue) {
  std::optional<TargetPolicy> policy;
  if (!options.policy.empty()) {
    Either<TargetPolicy> read = policy_at(options.policy, catalogue);
    if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
    policy = std::get<TargetPolicy>(std::move(read));
  }
  const Either<std::vector<OfferedResults>> offered = offered_at(options.offered);
  if (const Refusal* refusal = std::get_if<Refusal>(&offered)) return *refusal;
  const bool store = options.cards.size() == 1 && store::is_store(options.cards[0]);
  const Either<PageSource> source = store ? source_of_store(options, catalogue) : source_of_cards(options, catalogue);
  if (const Refusal* refusal = std::get_if<Refusal>(&source)) return *refusal;
  const std::string page = render_page(std::get<PageSource>(source), catalogue, *page::Strings::of(options.language),
                                       {policy ? &*policy : nullptr, std::get<std::vector<OfferedResults>>(offered)});
  if (std::optional<Refusal> refusal = write_whole(options.html_file, page)) return *std::move(refusal);
  return std::string{};
}

}  // namespace uptake
