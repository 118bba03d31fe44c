#include "tools/uptake/store/crowd_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "policy/figures.h"
#include "policy/privacy/release.h"

namespace uptake::store {
namespace {

// A key that is not that of the windows before it leaves none: their groups cannot be added.
constexpr const char* kFacts =
    "INSERT INTO crowd_facts (period, windows, ports, k, subscriber_v4, subscriber_v6, key, subscribers) "
    "VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (period) DO UPDATE SET windows = windows + 1, "
    "ports = ports + excluded.ports, key = CASE WHEN key = excluded.key AND k = excluded.k AND "
    "subscriber_v4 = excluded.subscriber_v4 AND subscriber_v6 = excluded.subscriber_v6 THEN key ELSE '' END, "
    "subscribers = max(subscribers, excluded.subscribers)";
constexpr const char* kKnown =
    "SELECT subscribers, groups FROM crowd WHERE period = ?1 AND measure = ?2 AND cell = ?3 AND outcome = ?4";
constexpr const char* kCrowd = "INSERT OR REPLACE INTO crowd VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// Adds the counts of "1,2,3".
void add_text(GroupCounts& groups, std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::uint64_t& group : groups) {
    std::uint64_t count = 0;
    const auto [next, error] = std::from_chars(at, end, count);
    if (error != std::errc{}) return;
    group += count;
    at = next == end ? end : next + 1;
  }
}

std::uint64_t distinct_subscribers(const std::vector<report::MeasureRow>& rows) {
  std::uint64_t most = 0;
  for (const report::MeasureRow& row : rows)
    if (row.measure->unit == Unit::subscribers && !row.empty()) most = std::max(most, row.distinct);
  return most;
}

}  // namespace

CrowdWriter::CrowdWriter(Database& database, const Names& names)
    : names_(names), facts_(database, kFacts), known_(database, kKnown), crowd_(database, kCrowd) {}

void CrowdWriter::add(std::int64_t day, const ScoreCard& card, const WindowCard& window,
                      const std::vector<report::MeasureRow>& rows) {
  if (window.figures == nullptr || window.figures->client_groups() == nullptr) return;
  const SubscriberLengths& lengths = window.figures->subscriber();
  facts_.run(day, std::int64_t{!card.ports.empty()}, std::uint64_t{Gate::kEnough}, std::int64_t{lengths.v4},
             std::int64_t{lengths.v6}, std::string_view(window.figures->client_groups()->name()),
             distinct_subscribers(rows));
  for (const report::MeasureRow& row : rows)
    if (!row.empty() && !row.crowds.empty()) add_row(day, row);
}

void CrowdWriter::add_row(std::int64_t day, const report::MeasureRow& row) {
  const std::int64_t measure = names_.measure(row.index);
  if (row.counts_entities()) {
    const EntityCounts& counts = row.entities;
    const std::array sums = {counts.pass, counts.fail, counts.unobservable};
    GroupCounts pass{};
    GroupCounts fail{};
    for (std::size_t i = 0; i < row.by_group.size(); ++i) {
      pass[i] = row.by_group[i].pass;
      fail[i] = row.by_group[i].fail;
    }
    const std::array<const GroupCounts*, 3> groups = {&pass, &fail, nullptr};
    for (std::size_t i = 0; i < sums.size(); ++i) {
      // Where subscribers are what is counted, there are no more behind a count than it says.
      std::uint64_t subscribers = row.crowds[i].gate.count;
      if (row.measure->unit == Unit::subscribers) subscribers = std::min(subscribers, sums[i]);
      if (sums[i] != 0) put({day, measure, kTotal}, i, subscribers, row.by_group.empty() ? nullptr : groups[i]);
    }
    return;
  }
  const auto put_all = [&](std::int64_t cell, const Counts& counts, const std::vector<Crowd>& crowds) {
    const std::array sums = {counts.pass, counts.fail, counts.hidden(), counts.not_applicable};
    const bool grouped = has_groups(row.measure->unit);
    for (std::size_t i = 0; i < sums.size(); ++i)
      if (sums[i] != 0) put({day, measure, cell}, i, crowds[i].gate.count, grouped ? &crowds[i].groups : nullptr);
  };
  put_all(kTotal, row.total, row.crowds);
  for (const report::CellCounts& cell : row.cells)
    put_all(static_cast<std::int64_t>(cell.cell.in_group()), cell.counts, cell.crowds);
}

void CrowdWriter::put(const Place& place, std::size_t outcome, std::uint64_t subscribers, const GroupCounts* groups) {
  GroupCounts sums = groups == nullptr ? GroupCounts{} : *groups;
  known_.start(place.period, place.measure, place.cell, std::uint64_t{outcome});
  if (known_.step()) {
    subscribers = std::max(subscribers, known_.count(0));
    if (groups != nullptr) add_text(sums, known_.text(1));
  }
  const std::string text = groups == nullptr ? "" : fmt::format("{}", fmt::join(sums, ","));
  crowd_.run(place.period, place.measure, place.cell, std::uint64_t{outcome}, subscribers, std::string_view(text));
}

}  // namespace uptake::store
