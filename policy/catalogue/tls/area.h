#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// TLS, and what is carried in it.
[[nodiscard]] Area tls_area();

}  // namespace uptake
