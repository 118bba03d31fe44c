#pragma once

#include <cstdint>

namespace uptake {

/// FactId: number of a fact over all dissectors: the registry gives each row its base at start. Kinds of Exhibits are
/// numbered from the same bases.
using FactId = std::uint16_t;

/// Direction of the client relative to the operator's customers (configured prefixes).
enum class Direction : std::uint8_t { unknown, from_customer, toward_customer };

}  // namespace uptake
