#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/privacy/package/package.h"
#include "policy/refusal.h"

namespace uptake {

inline constexpr std::string_view kMergedSchema = "uptake-merged/1";

/// MergeInput: one operator's package, checked before.
struct MergeInput {
  std::string where;     ///< its folder; does not leave
  std::string manifest;  ///< SHA-256 of its SHA256SUMS
  PackageTexts first;
  std::string signer = {};  ///< who signed it, as a list of operators names them; empty: nobody looked
};

/// The first files of a package of several operators: their counts side by side, and how each was made. The order of
/// `packages` does not matter. Refusal (configuration): one is signed by another than its operator, whose name is
/// compared without regard to case; two are of one operator; or their figures mean different things: it says which.
[[nodiscard]] Either<PackageTexts> merge_packages(std::vector<MergeInput> packages, std::string_view version);

}  // namespace uptake
