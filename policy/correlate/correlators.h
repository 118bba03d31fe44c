#pragma once

#include <span>
#include <vector>

#include "dissectors/dissector.h"
#include "policy/correlate/correlator.h"

namespace uptake {

/// The correlators of uptake: one line each.
[[nodiscard]] std::vector<CorrelatorRow> correlators();

/// Their facts, for the registry: rows behind those of the dissectors that claim nothing.
[[nodiscard]] std::vector<Row> fact_rows(std::span<const CorrelatorRow> correlators);

}  // namespace uptake
