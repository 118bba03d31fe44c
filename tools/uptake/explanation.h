#pragma once

#include <string>
#include <string_view>

#include "policy/catalogue/catalogue.h"
#include "policy/refusal.h"

namespace uptake {

/// What `uptake explain` prints of the measure that `words` name, in all its units; a Refusal says which ids are
/// near.
[[nodiscard]] Either<std::string> explanation(const Catalogue& catalogue, const std::string& words);

}  // namespace uptake
