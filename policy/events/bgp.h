#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How BGP sessions and routes are written as events.
[[nodiscard]] std::span<const EventDescriber> bgp_events() noexcept;

}  // namespace uptake
