#include "tools/uptake/query_words.h"

#include <fmt/format.h>

#include <utility>

#include "policy/scorecard.h"
#include "tools/uptake/values.h"
#include "tools/uptake/words.h"

namespace uptake {
namespace {

std::optional<Refusal> take_time(std::string_view option, const std::string& text,
                                 std::optional<std::int64_t>& time) {
  if (text.empty()) return std::nullopt;
  time = parse_time(text);
  if (time) return std::nullopt;
  return usage(fmt::format("{}: \"{}\" is not understood; give a time in UTC: 2026-11-01 or 2026-11-01T14:00", option,
                           printable(text)));
}

}  // namespace

void QueryWords::add_to(std::vector<OptionWord>& options) {
  options.insert(
      options.end(),
      {{"--from", &from}, {"--to", &to}, {"--month", &month}, {"--label", &labels}, {"--profile", &profile}});
}

std::optional<Refusal> take_query(std::string_view verb, const QueryWords& words, store::ReportQuery& query) {
  if (auto refusal = take_time("--from", words.from, query.from)) return refusal;
  if (auto refusal = take_time("--to", words.to, query.to)) return refusal;
  if (!words.month.empty()) {
    if (query.from || query.to)
      return usage(fmt::format("{}: --month says from when to when; leave --from and --to out", verb));
    const auto month = parse_month(words.month);
    if (!month)
      return usage(fmt::format("--month: \"{}\" is not understood; give it as 2026-11", printable(words.month)));
    query.from = month->first;
    query.to = month->second;
  }
  query.profile = words.profile;
  for (const std::string& text : words.labels) {
    std::optional<Label> label = parse_label(text);
    if (!label) return usage(fmt::format("--label: \"{}\" is not understood; give key=value", printable(text)));
    query.labels.push_back(*std::move(label));
  }
  return std::nullopt;
}

}  // namespace uptake
