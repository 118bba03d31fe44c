#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// The certificates of TLS servers, as far as handshakes below TLS 1.3 show them.
[[nodiscard]] Area certificates_area();

}  // namespace uptake
