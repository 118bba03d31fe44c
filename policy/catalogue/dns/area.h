#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// The DNS: queries, responses, and what names publish.
[[nodiscard]] Area dns_area();

}  // namespace uptake
