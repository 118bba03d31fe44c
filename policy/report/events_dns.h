#pragma once

#include <span>

#include "policy/report/events.h"

namespace uptake::report {

/// How DNS queries and responses are written as events.
[[nodiscard]] std::span<const EventDescriber> dns_events();

}  // namespace uptake::report
