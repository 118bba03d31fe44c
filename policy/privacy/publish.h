#pragma once

#include <cstddef>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/privacy/card_sums.h"
#include "policy/privacy/public_figures.h"

namespace uptake {

/// Published: what may leave of a period.
struct Published {
  std::vector<PublicTable> tables;  ///< in the order of the catalogue
  std::size_t secondary = 0;        ///< counts that were hidden because another could be computed from them
  std::size_t closed = 0;           ///< measures left out: no count of theirs above zero may leave
  std::size_t not_added = 0;        ///< measures left out: entities of several windows do not add up
  std::size_t sampled = 0;          ///< measures left out: their entities are a sample
};

/// Gate, dominance, rounding, then further hiding. A measure of which only zeros could be shown is left out: they
/// would say what the few behind it all do.
[[nodiscard]] Published publish(const CardSums& sums, const Catalogue& catalogue);

}  // namespace uptake
