#pragma once

#include <string>
#include <string_view>

#include "policy/catalogue/catalogue.h"
#include "policy/refusal.h"

namespace uptake {

/// Makes what `uptake explain` prints of the measure that `words` name, in all its units. A Refusal names similar
/// ids.
[[nodiscard]] Either<std::string> explanation(const Catalogue& catalogue, const std::string& words);

}  // namespace uptake
