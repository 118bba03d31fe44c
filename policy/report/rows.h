#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/crowds.h"
#include "policy/entities.h"
#include "policy/scorecard.h"
#include "policy/tally.h"

namespace uptake::report {

/// CellCounts: the counts of one measure in one cell.
struct CellCounts {
  Cell cell;
  Counts counts;
  std::vector<Crowd> crowds{};  ///< by outcome; empty where nobody asked who stands behind the counts
};

/// MeasureRow: all that one window found for one measure. Either `total` and `cells` or, for a measure in
/// entities, `entities` and what follows it. Borrows Measure and Vocabulary from the catalogue.
struct MeasureRow {
  const Measure* measure = nullptr;
  const Vocabulary* words = nullptr;  ///< of its area
  std::size_t index = 0;              ///< in the catalogue
  Counts total;
  std::vector<CellCounts> cells;       ///< the cells in which something was counted, in cell order
  std::vector<Crowd> crowds;           ///< of all cells, by outcome; empty as in CellCounts
  EntityCounts entities;               ///< among the kept ones
  std::vector<EntityCounts> by_group;  ///< of clients: the same by client group; empty as `crowds`
  bool sampled = false;                ///< more entities were seen than are kept: `entities` is of a uniform sample
  std::uint64_t distinct = 0;          ///< entities of this kind seen, for whatever measure; estimated when sampled

  [[nodiscard]] bool counts_entities() const noexcept { return is_entity(measure->unit); }
  [[nodiscard]] std::uint64_t pass() const noexcept { return counts_entities() ? entities.pass : total.pass; }
  [[nodiscard]] std::uint64_t fail() const noexcept { return counts_entities() ? entities.fail : total.fail; }
  [[nodiscard]] std::uint64_t hidden() const noexcept {
    return counts_entities() ? entities.unobservable : total.hidden();
  }
  /// Nothing was counted: the measure was not seen in this window.
  [[nodiscard]] bool empty() const noexcept {
    return counts_entities() ? pass() + fail() + hidden() == 0 : total.empty();
  }
};

/// One row for each measure, in the order of the catalogue. No rows when the window has no figures.
[[nodiscard]] std::vector<MeasureRow> rows_of(const WindowCard& window, const Catalogue& catalogue);

/// Sum of the rows' cells that share what `key` returns of them, in order of first appearance of the key.
/// `key` maps a Cell to something that compares equal.
template <class Key>
[[nodiscard]] std::vector<CellCounts> grouped(const std::vector<CellCounts>& cells, Key key) {
  std::vector<CellCounts> groups;
  for (const CellCounts& cell : cells) {
    CellCounts* home = nullptr;
    for (CellCounts& group : groups)
      if (key(group.cell) == key(cell.cell)) home = &group;
    if (home == nullptr) home = &groups.emplace_back(CellCounts{cell.cell, {}});
    home->counts.add(cell.counts);
  }
  return groups;
}

}  // namespace uptake::report
