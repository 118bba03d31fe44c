#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// What responses come to when they are validated from what crossed the wire alone.
[[nodiscard]] Area dnssec_area();

}  // namespace uptake
