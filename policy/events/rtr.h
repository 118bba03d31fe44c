#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How sessions of the RPKI to Router protocol, their tables and errors are written as events.
[[nodiscard]] std::span<const EventDescriber> rtr_events() noexcept;

}  // namespace uptake
