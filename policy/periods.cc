#include "policy/periods.h"

#include <algorithm>

namespace uptake {

void add(std::vector<NamedCount>& to, const std::vector<NamedCount>& from) {
  for (const NamedCount& count : from) {
    const auto found = std::ranges::find(to, count.name, &NamedCount::name);
    if (found == to.end())
      to.push_back(count);
    else
      found->count += count.count;
  }
}

Outcomes& outcomes_in(std::vector<CellOutcomes>& cells, Cell cell) {
  const auto same = [&](const CellOutcomes& known) { return known.cell.index() == cell.index(); };
  const auto found = std::ranges::find_if(cells, same);
  return found == cells.end() ? cells.emplace_back(CellOutcomes{cell, {}}).outcomes : found->outcomes;
}

std::size_t PeriodReport::find(std::string_view id, std::string_view unit) const noexcept {
  const auto same = [&](const StoredMeasure& known) { return known.id == id && known.unit == unit; };
  return static_cast<std::size_t>(std::ranges::find_if(measures, same) - measures.begin());
}

void PeriodCoverage::add(const PeriodCoverage& other) {
  expected += other.expected;
  covered += other.covered;
  windows += other.windows;
  empty += other.empty;
  frames += other.frames;
  wire_bytes += other.wire_bytes;
  captured_bytes += other.captured_bytes;
  port_lost += other.port_lost;
  port_silent += other.port_silent;
  uptake::add(ended, other.ended);
  uptake::add(limits, other.limits);
  uptake::add(unread, other.unread);
}

}  // namespace uptake
