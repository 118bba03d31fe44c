#pragma once

#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/refusal.h"
#include "tools/uptake/export_options.h"

namespace uptake {

/// Writes what may leave of the score cards at options.cards as a package into options.folder, which is made, or must
/// be empty. What was written and what was left out, as text.
[[nodiscard]] Either<std::string> export_files(const ExportOptions& options, const Catalogue& catalogue);

/// Checks a package: who signed it where `signers` names a file, every file is as SHA256SUMS says, and headline.csv
/// and observations.json are what the other files make of them.
[[nodiscard]] Either<std::string> verify_files(const std::string& folder, const SignatureRules& signers);

}  // namespace uptake
