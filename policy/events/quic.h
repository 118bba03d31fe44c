#pragma once

#include <span>

#include "policy/events/describer.h"

namespace uptake {

/// How QUIC connections are written as events.
[[nodiscard]] std::span<const EventDescriber> quic_events() noexcept;

}  // namespace uptake
