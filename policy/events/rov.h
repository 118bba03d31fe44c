#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How the validity of a route's origin is written as an event.
[[nodiscard]] std::span<const EventDescriber> rov_events() noexcept;

}  // namespace uptake
