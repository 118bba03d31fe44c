#include "policy/report/rows.h"

#include "policy/figures.h"

namespace uptake::report {
namespace {

void count_entities(MeasureRow& row, const Figures& figures, const Catalogue& catalogue) {
  const Entities& entities = figures.entities(row.measure->unit);
  EntityCounts& counts = row.entities;
  counts = entities.count(catalogue.entity_bit(row.index));
  if (row.measure->answer != Answer::share) counts.pass = counts.best_pass;
  if (row.measure->answer == Answer::across_families) counts.fail = counts.best_fail;
  if (row.measure->answer == Answer::two_counts) counts.best_fail = counts.fail;
  row.sampled = entities.sampled();
  row.distinct = entities.distinct();
}

void count_cells(MeasureRow& row, const Tally& tally) {
  for (std::size_t i = 0; i < Cell::kCount; ++i) {
    const Cell cell = Cell::of(i);
    // The groups are for comparing and for the gate: no report shows them.
    const Counts counts = tally.over_groups(row.index, cell);
    if (counts.empty()) continue;
    row.cells.push_back({cell, counts});
    row.total.add(counts);
  }
}

}  // namespace

std::vector<MeasureRow> rows_of(const WindowCard& window, const Catalogue& catalogue) {
  std::vector<MeasureRow> rows;
  if (window.figures == nullptr) return rows;
  rows.reserve(catalogue.size());
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    MeasureRow& row = rows.emplace_back();
    row.measure = &catalogue.measures()[i];
    row.words = &catalogue.words(i);
    row.index = i;
    if (row.counts_entities()) {
      count_entities(row, *window.figures, catalogue);
      continue;
    }
    count_cells(row, window.figures->tally());
  }
  return rows;
}

}  // namespace uptake::report
