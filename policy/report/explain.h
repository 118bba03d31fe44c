#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/catalogue/catalogue.h"

namespace uptake {

/// The rows that `words` name: a measure's id, in all its units, or its words on the first screen. Indices into
/// measures(); none when there is no such row.
[[nodiscard]] std::vector<std::size_t> rows_named(const Catalogue& catalogue, std::string_view words);

/// Ids that begin with `words`, or hold them: what may have been meant. In the order of the catalogue, each once.
[[nodiscard]] std::vector<std::string_view> ids_like(const Catalogue& catalogue, std::string_view words);

/// All that is to be known of a row: its question, what passes, fails, is unobservable and for which reasons, and to
/// what it does not apply, its standard, unit, theme and traps. At most 80 columns.
[[nodiscard]] std::string render_explanation(const Catalogue& catalogue, std::size_t row);

/// The catalogue as JSON (policy/report/catalogue.schema.json): all of that of every row, in the catalogue's order.
[[nodiscard]] std::string render_catalogue_json(const Catalogue& catalogue);

}  // namespace uptake
