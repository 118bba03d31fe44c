#pragma once

#include <string>
#include <string_view>

#include "policy/refusal.h"

namespace uptake {

/// headline.csv, made of nothing but the texts of observations.csv and measures.csv: a share to 0.1 point of the
/// rounded totals, and what it would be had all that was not seen failed or passed. Empty where a count is hidden.
/// Refusal (configuration): one of them has other columns, or no number where one belongs.
[[nodiscard]] Either<std::string> headline_of(std::string_view observations, std::string_view measures);

}  // namespace uptake
