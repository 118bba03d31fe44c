#pragma once

#include <cstdint>

namespace uptake {

/// Packet time is counted in nanoseconds since 1970, UTC.
inline constexpr std::uint64_t kSecondNs = 1'000'000'000;

}  // namespace uptake
