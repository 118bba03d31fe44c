#pragma once

#include <cstdint>
#include <ctime>

namespace uptake {

/// What a clock of the system says, in nanoseconds.
[[nodiscard]] inline std::uint64_t clock_ns(clockid_t clock) noexcept {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace uptake
