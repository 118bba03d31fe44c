#pragma once

#include "dataplane/setup.h"
#include "policy/refusal.h"
#include "tools/uptake/options.h"

namespace uptake {

/// The values of a run, with the files that the options name read. Failures: no_input, permission, configuration.
[[nodiscard]] Either<SetupValues> setup_values(const RunOptions& options, bool live);

}  // namespace uptake
