#include "dissectors/quic/packet.h"

#include <algorithm>

namespace uptake::quic {
namespace {

/// All that is left: what has no length ends with its datagram.
void take_rest(Cursor& datagram, const std::uint8_t* first, Packet& packet) noexcept {
  datagram.skip(datagram.left());
  packet.whole = {first, datagram.here()};
}

// Token Length (i), Token (..), of an Initial alone; Length (i), Packet Number, Payload  RFC 9000 section 17.2.2
void read_protected(Cursor& datagram, std::size_t wire_left, const std::uint8_t* first, Packet& packet) noexcept {
  if (packet.type == Type::initial) {
    const std::uint64_t token = read_varint(datagram);
    datagram.skip(std::min<std::uint64_t>(token, datagram.left() + 1));
  }
  const std::uint64_t length = read_varint(datagram);
  packet.number_at = static_cast<std::size_t>(datagram.here() - first);
  if (datagram.failed() || length > wire_left - packet.number_at) {
    packet.kind = Packet::Kind::none;
    return take_rest(datagram, first, packet);
  }
  packet.cut = length > datagram.left();
  datagram.skip(std::min<std::uint64_t>(length, datagram.left()));
  packet.whole = {first, datagram.here()};
}

}  // namespace

std::uint64_t read_varint(Cursor& cursor) noexcept {
  const std::uint8_t first = cursor.u8();
  const unsigned size = 1U << (first >> 6);
  std::uint64_t value = first & 0x3fU;
  for (const std::uint8_t octet : cursor.bytes(size - 1)) value = value << 8 | octet;
  return value;
}

// 1 (1), fixed (1), type (2), bits (4); version (32); length (8) and destination ID; length (8) and source ID
// RFC 9000 section 17.2, RFC 8999 section 5.1
Packet read_packet(Cursor& datagram, std::size_t wire_left) noexcept {
  const std::uint8_t* const first = datagram.here();
  Packet packet;
  const std::uint8_t form = datagram.u8();
  if ((form & 0x80) == 0) {
    if ((form & 0x40) != 0) packet.kind = Packet::Kind::short_header;
    take_rest(datagram, first, packet);
    return packet;
  }
  const std::uint32_t number = datagram.u32();
  packet.version = version_of(number);
  packet.destination_id = datagram.bytes(datagram.u8());
  packet.source_id = datagram.bytes(datagram.u8());
  const bool long_id = packet.destination_id.size() > kLongestId || packet.source_id.size() > kLongestId;
  if (datagram.failed() || long_id) {
    take_rest(datagram, first, packet);
    return packet;
  }
  const VersionRow* const row = row_of(packet.version);
  packet.kind = number == 0      ? Packet::Kind::negotiation
                : row != nullptr ? Packet::Kind::long_header
                                 : Packet::Kind::foreign;
  if (row != nullptr) packet.type = row->types[form >> 4 & 3U];
  if (packet.kind != Packet::Kind::long_header || packet.type == Type::retry)
    take_rest(datagram, first, packet);
  else
    read_protected(datagram, wire_left, first, packet);
  return packet;
}

}  // namespace uptake::quic
