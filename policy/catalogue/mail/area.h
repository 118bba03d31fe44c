#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// Mail: what servers and senders do in one connection against what they do in others.
[[nodiscard]] Area mail_area();

}  // namespace uptake
