#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// The RPKI to Router protocol: how routers get what they judge routes by.
[[nodiscard]] Area rtr_area();

}  // namespace uptake
