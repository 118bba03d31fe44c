#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace uptake {

// Two, four and eight octets in the order of the network, where a structure was checked as a whole: one wide read
// each.

[[nodiscard, gnu::always_inline]] inline std::uint16_t be16(const std::uint8_t* at) noexcept {
  std::uint16_t value;
  std::memcpy(&value, at, sizeof value);
  return std::endian::native == std::endian::big ? value : __builtin_bswap16(value);
}
[[nodiscard, gnu::always_inline]] inline std::uint32_t be32(const std::uint8_t* at) noexcept {
  std::uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return std::endian::native == std::endian::big ? value : __builtin_bswap32(value);
}
[[nodiscard, gnu::always_inline]] inline std::uint64_t be64(const std::uint8_t* at) noexcept {
  std::uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return std::endian::native == std::endian::big ? value : __builtin_bswap64(value);
}

}  // namespace uptake
