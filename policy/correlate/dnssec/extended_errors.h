#pragma once

#include <cstdint>

#include "dissectors/cursor.h"

namespace uptake::dnssec {

/// Some Extended DNS Error of the message has an INFO-CODE of that kind (RFC 8914). A message or an OPT that cannot
/// be read to its end has none.
[[nodiscard]] bool has_extended_error(Bytes message, bool (*is_meant)(std::uint16_t info_code)) noexcept;

/// It does not validate: DNSSEC Bogus to NSEC Missing.
[[nodiscard]] constexpr bool says_bogus(std::uint16_t info_code) noexcept {
  constexpr std::uint16_t kFirst = 6, kLast = 12;
  return info_code >= kFirst && info_code <= kLast;
}
/// It is not the answer of the zone at that time, and whoever answers means it so.
[[nodiscard]] constexpr bool says_altered(std::uint16_t info_code) noexcept {
  constexpr std::uint16_t kStale = 3, kForged = 4, kBlocked = 15, kCensored = 16, kFiltered = 17, kStaleNxDomain = 19;
  return info_code == kStale || info_code == kForged || info_code == kBlocked || info_code == kCensored ||
         info_code == kFiltered || info_code == kStaleNxDomain;
}

}  // namespace uptake::dnssec
