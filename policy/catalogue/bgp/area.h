#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// BGP: sessions, what their speakers can do, and what their routes carry.
[[nodiscard]] Area bgp_area();

}  // namespace uptake
