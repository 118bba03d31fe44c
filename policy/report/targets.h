#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/compare/period.h"
#include "policy/offered/offered.h"
#include "policy/targets/targets.h"

namespace uptake {

/// The policy alone as text.
[[nodiscard]] std::string render_targets(const TargetPolicy& policy);
/// The results as text, and as JSON; what domains offer stands beside what is in use.
[[nodiscard]] std::string render_results(const TargetPolicy& policy, const Period& period,
                                         const std::vector<TargetResult>& results,
                                         std::span<const OfferedResults> offered = {});
[[nodiscard]] std::string render_results_json(const TargetPolicy& policy, const Period& period,
                                              const std::vector<TargetResult>& results,
                                              std::span<const OfferedResults> offered = {});

}  // namespace uptake
