#pragma once

#include "policy/unit.h"

namespace uptake::units {

inline constexpr Unit kMessages{"messages", 11, "messages: mail transactions in clear text"};

}  // namespace uptake::units
