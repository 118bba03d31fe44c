#pragma once

#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/quic/versions.h"

namespace uptake::quic {

inline constexpr std::size_t kLongestId = 20;  ///< octets of a connection ID (RFC 9000 section 17.2)
/// A client's first Initial has no shorter destination connection ID (RFC 9000 section 7.2).
inline constexpr std::size_t kShortestFirstId = 8;
/// A datagram with an Initial of a client has no fewer octets (RFC 9000 section 14.1).
inline constexpr std::uint32_t kLeastInitial = 1200;

/// An integer of 1, 2, 4 or 8 octets, as its first two bits say (RFC 9000 section 16).
[[nodiscard]] std::uint64_t read_varint(Cursor& cursor) noexcept;

/// Packet: one packet of a datagram, as far as its header says. Borrows the datagram.
struct Packet {
  enum class Kind : std::uint8_t {
    none,  ///< no packet: padding, or octets that no header begins with
    short_header,
    negotiation,  ///< Version Negotiation
    long_header,  ///< `type` says which
    foreign,      ///< a long header of a version that is not known: only its IDs mean something (RFC 8999)
  };
  Kind kind = Kind::none;
  Type type = Type::initial;
  Version version = Version::none;
  bool cut = false;  ///< the snaplen cut it
  Bytes destination_id;
  Bytes source_id;
  Bytes whole;                ///< from its first octet to its end, as captured
  std::size_t number_at = 0;  ///< where its packet number is; Initials, 0-RTT and Handshake packets only
};

/// Reads the next packet of a datagram and goes behind it; `wire_left`: octets from there on, on the wire. None, and
/// the cursor at its end, when no packet begins there.
[[nodiscard]] Packet read_packet(Cursor& datagram, std::size_t wire_left) noexcept;

}  // namespace uptake::quic
