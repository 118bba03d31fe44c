#pragma once

#include <span>

#include "policy/measure.h"

namespace uptake {

/// The rows of this area; static.
[[nodiscard]] std::span<const Measure> mailbox_measures() noexcept;

}  // namespace uptake
