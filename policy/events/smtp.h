#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How SMTP connections and mail transactions in clear text are written as events: no address, name or text of a
/// mail.
[[nodiscard]] std::span<const EventDescriber> smtp_events() noexcept;

}  // namespace uptake
