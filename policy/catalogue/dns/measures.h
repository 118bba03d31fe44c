#pragma once

#include <span>

#include "policy/measure.h"

// The rows of this area, one function a file. All spans are static.
namespace uptake {

[[nodiscard]] std::span<const Measure> dns_query_measures() noexcept;
[[nodiscard]] std::span<const Measure> dns_response_measures() noexcept;
[[nodiscard]] std::span<const Measure> dns_publication_measures() noexcept;
[[nodiscard]] std::span<const Measure> dns_record_measures() noexcept;
[[nodiscard]] std::span<const Measure> dns_anchor_measures() noexcept;

}  // namespace uptake
