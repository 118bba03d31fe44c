#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How the verdicts on responses under DNSSEC are written as events.
[[nodiscard]] std::span<const EventDescriber> dnssec_events() noexcept;

}  // namespace uptake
