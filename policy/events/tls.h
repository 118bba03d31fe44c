#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How TLS sessions are written as events.
[[nodiscard]] std::span<const EventDescriber> tls_events() noexcept;

}  // namespace uptake
