#pragma once

#include <string_view>
#include <vector>

#include "policy/privacy/package/package.h"
#include "policy/refusal.h"

namespace uptake {

/// What is made of the operators' counts: merged.csv and headline.csv. Sightings and subscribers are added; of other
/// entities there are at least as many as at the largest operator, and at most their sum. An operator that hides pass
/// or fail of a cell gives neither. Refusal (configuration): one of the tables has another form.
[[nodiscard]] Either<std::vector<PackageFile>> merged_files(std::string_view observations, std::string_view measures);

}  // namespace uptake
