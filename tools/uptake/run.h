#pragma once

#include "tools/uptake/options.h"

namespace uptake {

/// Reads capture files and prints the score card. Returns an Exit code; errors are printed in one line.
[[nodiscard]] int run_read(const RunOptions& options);

/// The same for DPDK ports, until `duration_ns` is over or a signal asks to stop.
[[nodiscard]] int run_live(const RunOptions& options);

}  // namespace uptake
