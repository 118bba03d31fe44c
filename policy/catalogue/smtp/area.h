#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// SMTP: mail between servers, and mail that is submitted.
[[nodiscard]] Area smtp_area();

}  // namespace uptake
