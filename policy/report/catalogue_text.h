#pragma once

#include <string>

#include "policy/catalogue/catalogue.h"

namespace uptake {

/// All that is measured, in the catalogue's order: what `uptake catalogue` prints. At most 100 columns, except for
/// words that are longer.
[[nodiscard]] std::string render_catalogue(const Catalogue& catalogue);

}  // namespace uptake
