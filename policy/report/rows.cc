#include "policy/report/rows.h"

#include "policy/figures.h"

namespace uptake::report {
namespace {

/// Takes the best of an entity where one pass is enough, and counts apart where there is no share.
void answer(EntityCounts& counts, Answer how) {
  if (how != Answer::share) counts.pass = counts.best_pass;
  if (how == Answer::across_families) counts.fail = counts.best_fail;
  if (how == Answer::two_counts) counts.best_fail = counts.fail;
}

bool counts_clients(const Measure& measure) {
  return measure.unit == Unit::subscribers || measure.unit == Unit::addresses;
}

void count_entities(MeasureRow& row, const Figures& figures, const Catalogue& catalogue) {
  const Entities& entities = figures.entities(row.measure->unit);
  const unsigned bit = catalogue.entity_bit(row.index);
  row.entities = entities.count(bit);
  answer(row.entities, row.measure->answer);
  row.sampled = entities.sampled();
  row.distinct = entities.distinct();
  if (figures.client_groups() == nullptr || !counts_clients(*row.measure)) return;
  row.by_group.resize(ClientGroups::kGroups);
  entities.count_by_last_bits(bit, row.by_group);
  for (EntityCounts& group : row.by_group) answer(group, row.measure->answer);
}

std::vector<Crowd> crowds_of(const Figures& figures, std::size_t measure, Cell cell) {
  std::vector<Crowd> crowds;
  for (std::size_t i = 0; i < Crowds::kOutcomes; ++i)
    crowds.push_back(figures.crowds().over_groups(measure, cell, static_cast<Judgement::Outcome>(i)));
  return crowds;
}

void count_crowds(MeasureRow& row, const Figures& figures) {
  row.crowds.resize(Crowds::kOutcomes);
  for (std::size_t i = 0; i < Cell::kCount; ++i) {
    const std::vector<Crowd> of_cell = crowds_of(figures, row.index, Cell::of(i));
    for (std::size_t outcome = 0; outcome < Crowds::kOutcomes; ++outcome) row.crowds[outcome].add(of_cell[outcome]);
  }
  for (CellCounts& cell : row.cells) cell.crowds = crowds_of(figures, row.index, cell.cell);
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
    if (row.counts_entities())
      count_entities(row, *window.figures, catalogue);
    else
      count_cells(row, window.figures->tally());
    if (window.figures->client_groups() != nullptr) count_crowds(row, *window.figures);
  }
  return rows;
}

}  // namespace uptake::report
