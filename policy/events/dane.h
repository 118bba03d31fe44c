#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How connections to servers with TLSA records are written as events.
[[nodiscard]] std::span<const EventDescriber> dane_events() noexcept;

}  // namespace uptake
