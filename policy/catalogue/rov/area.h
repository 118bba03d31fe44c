#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// Route origin validation: what VRPs say of routes.
[[nodiscard]] Area rov_area();

}  // namespace uptake
