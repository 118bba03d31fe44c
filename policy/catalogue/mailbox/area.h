#pragma once

#include "policy/catalogue/area.h"

namespace uptake {

/// IMAP and POP3: people reading their mail.
[[nodiscard]] Area mailbox_area();

}  // namespace uptake
