#pragma once

#include <cstdint>

#include "dissectors/big_endian.h"
#include "dissectors/cursor.h"

namespace uptake::rtr {

/// Type: PDU types (RFC 8210 §5; 11: draft-ietf-sidrops-8210bis).
enum Type : std::uint8_t {
  kSerialNotify = 0,
  kSerialQuery = 1,
  kResetQuery = 2,
  kCacheResponse = 3,
  kIpv4Prefix = 4,
  kIpv6Prefix = 6,
  kEndOfData = 7,
  kCacheReset = 8,
  kRouterKey = 9,
  kErrorReport = 10,
  kAspa = 11,
};

inline constexpr std::uint8_t kVersions = 3;
inline constexpr std::uint32_t kHeadBytes = 8;
/// What is read of one PDU at most: an ASPA of 12,000 providers. Longer ones are passed over, and say so.
inline constexpr std::uint32_t kLongestRead = 48 * 1024;
/// A greater length is believed of no PDU.
inline constexpr std::uint32_t kLongest = 0xffff;

// uint8 version; uint8 type; uint16 session id, zero, flags or error code; uint32 length  RFC 8210 section 5.1
/// Head: the first eight octets of every PDU.
struct Head {
  std::uint8_t version;
  std::uint8_t type;
  std::uint16_t field;
  std::uint32_t length;
};

/// The caller ensures that kHeadBytes are there.
[[nodiscard]] inline Head read_head(const std::uint8_t* at) noexcept {
  return {at[0], at[1], be16(at + 2), be32(at + 4)};
}

/// The version has such a PDU, and it may be so long.
[[nodiscard]] bool is_sound(const Head& head) noexcept;
/// The same, and what must be zero is (RFC 8210 §5).
[[nodiscard]] bool is_strict(const Head& head) noexcept;
/// Less than a head, whose octets so far may begin one.
[[nodiscard]] bool may_be_head(Bytes bytes) noexcept;

/// What a table is made of.
[[nodiscard]] constexpr bool is_record(std::uint8_t type) noexcept {
  return type == kIpv4Prefix || type == kIpv6Prefix || type == kRouterKey || type == kAspa;
}
/// A router sends it; an Error Report may be either's.
[[nodiscard]] constexpr bool is_query(std::uint8_t type) noexcept {
  return type == kSerialQuery || type == kResetQuery;
}

}  // namespace uptake::rtr
