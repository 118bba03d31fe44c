#pragma once

#include <string>

#include "policy/refusal.h"
#include "tools/uptake/export_options.h"

namespace uptake {

/// Merges the packages in options.packages, each checked before, into options.folder, which is made, or must be
/// empty. What was written, as text.
[[nodiscard]] Either<std::string> merge_files(const MergeOptions& options);

}  // namespace uptake
