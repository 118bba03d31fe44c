#pragma once

#include <cstdint>
#include <span>

#include "dissectors/cursor.h"

namespace uptake::dnssec {

/// Rdata: RDATA in canonical form.
struct Rdata {
  enum class How : std::uint8_t { made, malformed, no_room };
  How how = How::made;
  Bytes bytes{};          ///< where it stood, or in the room
  std::size_t taken = 0;  ///< octets of the room
};

/// Makes the canonical form of RDATA (RFC 4034 §6.2, RFC 6840 §5.1): names whole, in lower case in the types listed
/// there. `rdata` lies in `message`. What needs no change is borrowed.
[[nodiscard]] Rdata canonical_rdata(std::uint16_t type, Bytes message, Cursor rdata,
                                    std::span<std::uint8_t> room) noexcept;

}  // namespace uptake::dnssec
