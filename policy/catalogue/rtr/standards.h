#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kRtr{"rtr", "RPKI to Router protocol", "RFC 8210, RFC 6810, draft-ietf-sidrops-8210bis",
                               Theme::routes};

}  // namespace uptake::standards
