#pragma once

#include <span>

#include "policy/measure.h"

// The rows of this area, one function a file. All spans are static.
namespace uptake {

[[nodiscard]] std::span<const Measure> smtp_starttls_measures() noexcept;
[[nodiscard]] std::span<const Measure> smtp_session_measures() noexcept;
[[nodiscard]] std::span<const Measure> smtp_clear_measures() noexcept;
[[nodiscard]] std::span<const Measure> smtp_extension_measures() noexcept;
[[nodiscard]] std::span<const Measure> smtp_message_measures() noexcept;

}  // namespace uptake
