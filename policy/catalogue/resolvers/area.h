#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// Resolvers: whether they validate, and since when keys are seen that tell.
[[nodiscard]] Area resolvers_area();

}  // namespace uptake
