#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How DNS queries and responses are written as events.
[[nodiscard]] std::span<const EventDescriber> dns_events() noexcept;

}  // namespace uptake
