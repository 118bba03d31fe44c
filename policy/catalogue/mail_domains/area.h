#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// Mail domains: what they publish about their mail against what deliveries to their servers do.
[[nodiscard]] Area mail_domains_area();

}  // namespace uptake
