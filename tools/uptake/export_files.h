#pragma once

#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/refusal.h"
#include "tools/uptake/options.h"

namespace uptake {

/// Writes what may leave of the score cards at options.cards as a package into options.folder, which is made, or must
/// be empty. What was written and what was left out, as text.
[[nodiscard]] Either<std::string> export_files(const ExportOptions& options, const Catalogue& catalogue);

/// Checks a package: every file is as SHA256SUMS says, and headline.csv is what observations.csv makes of it.
[[nodiscard]] Either<std::string> verify_files(const std::string& folder);

}  // namespace uptake
