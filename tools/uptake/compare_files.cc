#include "tools/uptake/compare_files.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "policy/compare/compare.h"
#include "tools/uptake/input_text.h"
#include "tools/uptake/store/day_cards.h"
#include "tools/uptake/values.h"

namespace uptake {
namespace {

Either<Period> period_at(const std::string& path) {
  Either<std::string> text = read_card_text(path);
  if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
  return read_period(std::get<std::string>(text), path);
}

/// "2026-11", "2026-11-01..2026-11-11" (before that day) or "operator=ISP-A".
std::optional<store::ReportQuery> part_of(store::ReportQuery query, const std::string& word) {
  constexpr std::string_view kTo = "..";
  const std::size_t dots = word.find(kTo);
  if (const auto month = parse_month(word)) {
    query.from = month->first;
    query.to = month->second;
  } else if (dots != std::string::npos) {
    query.from = parse_time(word.substr(0, dots));
    query.to = parse_time(word.substr(dots + kTo.size()));
    if (!query.from || !query.to) return std::nullopt;
  } else if (std::optional<Label> label = parse_label(word)) {
    query.labels.push_back(*std::move(label));
  } else {
    return std::nullopt;
  }
  return query;
}

Either<Period> period_in(const std::string& path, const store::ReportQuery& query, const std::string& word) {
  const std::optional<store::ReportQuery> part = part_of(query, word);
  if (!part)
    return usage(
        fmt::format("compare: \"{}\" is no part of a store; give a month, days as 2026-11-01..2026-11-11, or "
                    "key=value",
                    printable(word)));
  Either<std::string> text = store::read_day_cards(path, *part);
  if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
  return read_period(std::get<std::string>(text), fmt::format("{} {}", path, word));
}

}  // namespace

Either<Compared> compare_files(std::span<const std::string> words, const store::ReportQuery& query, bool all) {
  const bool store = words.size() == 3;
  Either<Period> earlier = store ? period_in(words[0], query, words[1]) : period_at(words[0]);
  if (Refusal* refusal = std::get_if<Refusal>(&earlier)) return std::move(*refusal);
  Either<Period> later = store ? period_in(words[0], query, words[2]) : period_at(words[1]);
  if (Refusal* refusal = std::get_if<Refusal>(&later)) return std::move(*refusal);
  const Comparison comparison = compare(std::get<Period>(earlier), std::get<Period>(later));
  return Compared{render_comparison(std::get<Period>(earlier), std::get<Period>(later), comparison, all),
                  comparison.why_not.empty()};
}

}  // namespace uptake
