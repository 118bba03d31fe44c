#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// DANE: what hosts publish of their certificates in signed zones, and what they show.
[[nodiscard]] Area dane_area();

}  // namespace uptake
