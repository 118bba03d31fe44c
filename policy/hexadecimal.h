#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uptake {

/// Two lower-case digits for each octet.
[[nodiscard]] inline std::string hexadecimal(std::span<const std::uint8_t> octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * octets.size());
  for (const std::uint8_t octet : octets) {
    text.push_back(kDigits[octet >> 4]);
    text.push_back(kDigits[octet & 0xf]);
  }
  return text;
}

}  // namespace uptake
