#pragma once

#include <span>

#include "policy/measure.h"

// The rows of this area, one function a file. All spans are static.
namespace uptake {

[[nodiscard]] std::span<const Measure> bgp_session_measures() noexcept;
[[nodiscard]] std::span<const Measure> bgp_capability_measures() noexcept;
[[nodiscard]] std::span<const Measure> bgp_notification_measures() noexcept;
[[nodiscard]] std::span<const Measure> bgp_update_measures() noexcept;
[[nodiscard]] std::span<const Measure> bgp_route_measures() noexcept;

}  // namespace uptake
