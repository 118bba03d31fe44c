#include "policy/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>

namespace uptake {
namespace {

constexpr ReasonRow kCommon[] = {
    {Reason::truncated, "truncated", "it was cut short, by the capture or, in DNS, by the server (TC)"},
    {Reason::gap, "gap", "a segment of it is missing from the capture"},
    {Reason::malformed, "malformed", "it breaks the rules of its protocol, so what follows is not to be trusted"},
    {Reason::limit, "limit", "it went beyond a bound of uptake"},
    {Reason::no_answer_path, "no_answer_path", "the capture shows only one direction of the link"},
    {Reason::not_asked, "not_asked", "nobody asked for it here, so its absence says nothing", false},
    {Reason::unfinished, "unfinished", "the capture does not show how it went on"},
};

bool is_own(Reason reason) noexcept {
  return std::ranges::find(kOwnReasons, static_cast<std::uint8_t>(reason)) != kOwnReasons.end();
}

}  // namespace

VantageRow Vocabulary::of(Vantage vantage) const noexcept {
  const auto number = static_cast<std::size_t>(vantage);
  if (number == 0) return {"none", "unclassified"};
  return number <= vantages_.size() ? vantages_[number - 1] : VantageRow{"unknown", "unknown"};
}

ReasonRow Vocabulary::of(Reason reason) const noexcept {
  for (const std::span<const ReasonRow> rows : {std::span<const ReasonRow>(kCommon), reasons_})
    for (const ReasonRow& row : rows)
      if (row.reason == reason) return row;
  return {reason, "unknown", {}};
}

std::string Vocabulary::fault() const {
  if (vantages_.size() >= kVantages) return fmt::format("has more than {} vantages", kVantages - 1);
  for (const VantageRow& row : vantages_)
    if (row.name.empty() || row.words.empty()) return "has a vantage without a name or words";
  for (const ReasonRow& row : reasons_) {
    if (row.name.empty() || row.words.empty()) return "has a reason without a name or words";
    if (!is_own(row.reason)) return fmt::format("calls a reason {} that is not its own", row.name);
    const auto same = [&](const ReasonRow& other) { return other.reason == row.reason || other.name == row.name; };
    if (std::ranges::count_if(reasons_, same) > 1 || std::ranges::any_of(kCommon, same))
      return fmt::format("has two reasons where {} stands", row.name);
  }
  return {};
}

}  // namespace uptake
