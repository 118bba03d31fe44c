#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// QUIC, HTTP/3 and DNS over QUIC.
[[nodiscard]] Area quic_area();

}  // namespace uptake
