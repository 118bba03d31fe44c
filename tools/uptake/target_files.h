#pragma once

#include <span>
#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/refusal.h"

namespace uptake {

/// A policy, by its name or as a file, held against the score card behind it; or the policy alone. As text, or
/// `json`.
[[nodiscard]] Either<std::string> hold_targets(std::span<const std::string> policy_and_card, bool json,
                                               const Catalogue& catalogue);

}  // namespace uptake
