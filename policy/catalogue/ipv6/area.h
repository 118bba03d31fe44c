#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// IPv6 beside IPv4: packets, connections, subscribers.
[[nodiscard]] Area ipv6_area();

}  // namespace uptake
