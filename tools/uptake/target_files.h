#pragma once

#include <span>
#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/refusal.h"
#include "policy/targets/targets.h"
#include "tools/uptake/store/report_reader.h"

namespace uptake {

/// A policy, by its name or as a file.
[[nodiscard]] Either<TargetPolicy> policy_at(const std::string& name, const Catalogue& catalogue);

/// A policy held against the score card behind it, or what `query` asks of a store; or the policy alone. As text, or
/// `json`.
[[nodiscard]] Either<std::string> hold_targets(std::span<const std::string> policy_and_card,
                                               const store::ReportQuery& query, bool json,
                                               const Catalogue& catalogue);

}  // namespace uptake
