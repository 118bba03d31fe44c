#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kRov{"rov", "Route origin validation", "RFC 6811, RFC 8893", Theme::routes};

}  // namespace uptake::standards
