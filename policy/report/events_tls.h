#pragma once

#include <span>

#include "policy/report/events.h"

namespace uptake::report {

/// How TLS sessions are written as events.
[[nodiscard]] std::span<const EventDescriber> tls_events();

}  // namespace uptake::report
