#pragma once

#include <cstdint>

namespace uptake {

/// TCP sequence numbers (RFC 9293 section 3.4) lie on a circle: how far `to` is ahead of `from`, or behind it.
[[nodiscard]] constexpr std::int32_t distance(std::uint32_t from, std::uint32_t to) noexcept {
  return static_cast<std::int32_t>(to - from);
}

/// How far from the next octet of a stream a segment may lie while hellos and messages are read. Ahead: the largest
/// window without scaling (RFC 9293 section 3.1). Behind: chosen, twice as much, for retransmissions.
inline constexpr std::int32_t kMostAhead = 64 * 1024;
inline constexpr std::int32_t kMostBehind = -128 * 1024;
[[nodiscard]] constexpr bool is_near(std::uint32_t next, std::uint32_t sequence) noexcept {
  return distance(next, sequence) >= kMostBehind && distance(next, sequence) <= kMostAhead;
}

}  // namespace uptake
