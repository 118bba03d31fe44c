#pragma once

#include <span>
#include <string_view>

#include "policy/correlate/certificates/facts.h"
#include "policy/events/describer.h"

namespace uptake {

/// How the chains that servers show are written as events.
[[nodiscard]] std::span<const EventDescriber> certificate_events() noexcept;

/// Whether a chain was seen, or why not.
[[nodiscard]] std::string_view sight_name(certificates::Sight sight) noexcept;

}  // namespace uptake
