#include "policy/privacy/publish.h"

#include <algorithm>

#include "policy/privacy/secondary.h"

namespace uptake {
namespace {

bool counted(const SummedMeasure& measure, std::size_t place) {
  return std::any_of(measure.outcomes.begin(), measure.outcomes.end(),
                     [place](const auto& places) { return places[place].count != 0; });
}

/// Both families where sightings have one; directions where they are known, vantages where there are any.
void choose_places(PublicTable& table, const SummedMeasure& measure, bool directions_known) {
  table.shown[PublicTable::kTotal] = true;
  bool any_family = false;
  for (std::size_t i = PublicTable::kFamily; i < PublicTable::kDirection; ++i)
    any_family = any_family || counted(measure, i);
  for (std::size_t i = PublicTable::kFamily; i < PublicTable::kDirection; ++i) table.shown[i] = any_family;
  for (std::size_t i = PublicTable::kDirection; i < PublicTable::kVantage; ++i)
    table.shown[i] = directions_known && counted(measure, i);
  bool between = false;
  for (std::size_t i = PublicTable::kVantage + 1; i < PublicTable::kPlaces; ++i)
    between = between || counted(measure, i);
  for (std::size_t i = PublicTable::kVantage; i < PublicTable::kPlaces; ++i)
    table.shown[i] = between && counted(measure, i);
}

PublicTable table_of(const SummedMeasure& measure, std::size_t index, const Unit& unit, bool directions_known) {
  PublicTable table;
  table.measure = static_cast<std::uint16_t>(index);
  choose_places(table, measure, directions_known);
  for (std::size_t i = 0; i < table.outcomes.size(); ++i) {
    for (std::size_t place = 0; place < PublicTable::kPlaces; ++place) {
      const CrowdedCount& crowd = measure.outcomes[i][place];
      if (!table.shown[place]) continue;
      table.outcomes[i][place] =
          PublicCount(crowd.count, release_of(crowd.count, crowd.subscribers, crowd.groups, unit), unit);
    }
  }
  return table;
}

bool says_something(const PublicTable& table) {
  return std::any_of(table.outcomes.begin(), table.outcomes.end(), [](const PublicTable::Places& places) {
    return std::any_of(places.begin(), places.end(), [](const PublicCount& count) { return count.value() != 0; });
  });
}

}  // namespace

Published publish(const CardSums& sums, const Catalogue& catalogue) {
  Published published;
  for (std::size_t i = 0; i < sums.measures.size(); ++i) {
    const SummedMeasure& measure = sums.measures[i];
    const Unit& unit = catalogue.measures()[i].unit;
    if (measure.windows == 0) continue;
    if (is_entity(unit) && (sums.coverage.windows > 1 || measure.sampled)) {
      ++(measure.sampled ? published.sampled : published.not_added);
      continue;
    }
    PublicTable table = table_of(measure, i, unit, sums.facts && sums.facts->directions_known);
    const std::size_t hidden = hide_secondary(table, unit);
    if (!says_something(table)) {
      ++published.closed;
      continue;
    }
    published.secondary += hidden;
    published.tables.push_back(table);
  }
  return published;
}

}  // namespace uptake
