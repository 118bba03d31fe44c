#pragma once

#include <cstdint>

namespace uptake {

/// A letter of ASCII in lower case; any other octet as it is.
[[nodiscard]] constexpr std::uint8_t lower(std::uint8_t octet) noexcept {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + ('a' - 'A')) : octet;
}

}  // namespace uptake
