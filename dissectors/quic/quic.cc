#include "dissectors/quic/quic.h"

#include <algorithm>

#include "dissectors/quic/datagram.h"

namespace uptake::quic {
namespace {

/// UDP ports of HTTP/3 (RFC 9114) and of DNS over QUIC (RFC 9250). Elsewhere a version must be known to be believed.
bool on_quic_port(const Payload& payload) noexcept {
  const auto is_one = [](std::uint16_t port) { return port == 443 || port == 853; };
  return is_one(payload.server_port) || is_one(payload.client_port);
}

/// Why there is no hello, where its reader knows; else `read`: what was opened says it.
Hello hello_of(tls::Sight sight) noexcept {
  switch (sight) {
    case tls::Sight::malformed:
      return Hello::malformed;
    case tls::Sight::limit:
      return Hello::limit;
    case tls::Sight::truncated:
      return Hello::truncated;
    default:
      return Hello::read;
  }
}

}  // namespace

/// A connection begins with an Initial, whose destination ID its client made up, and which makes its datagram long.
/// Its type is not looked at: there are clients that seal a version as another one demands, and servers answer them.
Claim Dissector::claims(const Payload& payload) noexcept {
  if (payload.stream || payload.wire < kLeastInitial || payload.bytes.empty()) return Claim::no;
  if ((payload.bytes[0] & 0x80) == 0) return Claim::no;
  Cursor datagram(payload.bytes);
  const Packet packet = read_packet(datagram, payload.wire);
  if (packet.destination_id.size() < kShortestFirstId) return Claim::no;
  if (packet.kind == Packet::Kind::foreign) return on_quic_port(payload) ? Claim::yes : Claim::no;
  return packet.kind == Packet::Kind::long_header ? Claim::yes : Claim::no;
}

Result Dissector::dissect(Call& call, Memory& memory) noexcept {
  memory.server_port = call.payload.server_port;
  Datagram datagram(call, memory.connection, *static_cast<Opener*>(call.workspace));
  return {datagram.read(), static_cast<std::uint32_t>(call.payload.bytes.size())};
}

void Dissector::hears(Memory& memory, std::uint16_t fact, std::uint64_t value) noexcept {
  Connection& connection = memory.connection;
  if (fact == tls::kOffer) {
    const tls::OfferBits offer = tls::OfferBits::unpack(value);
    connection.offer_heard = true;
    connection.offer_read = offer.sight == tls::Sight::complete;
    if (!connection.offer_read && connection.hello == Hello::read) connection.hello = hello_of(offer.sight);
    connection.ech = offer.ech;
    connection.pq_offered = offer.pq_offered;
    connection.alpn = offer.first_alpn;
  } else if (fact == tls::kSession) {
    const tls::SessionBits session = tls::SessionBits::unpack(value);
    connection.over = true;
    if (session.version() != 0)
      connection.answer = Answer::read;
    else if (session.sight == tls::Sight::malformed)
      connection.hide_answer(Answer::malformed);
    connection.suite = session.suite;
    connection.group = session.group_sight == tls::GroupSight::known ? session.group : std::uint16_t{0};
  }
}

Ending Dissector::unread(const Memory& memory) noexcept {
  const Connection& connection = memory.connection;
  if (!connection.is_sure() || connection.hello == Hello::foreign) return Ending::closed;
  if (connection.cut) return Ending::truncated;
  return connection.hello == Hello::overload || connection.hello == Hello::limit ? Ending::limit : Ending::gap;
}

void Dissector::finish(Memory& memory, Ending ending, Notes& notes) noexcept {
  Connection& connection = memory.connection;
  if (!connection.is_sure()) return;
  if (ending == Ending::limit) {
    if (!connection.offer_read)
      connection.hello = Hello::limit;
    else
      connection.hide_answer(Answer::limit);
  }
  notes.note(kConnection, connection.bits(memory.server_port).pack());
}

}  // namespace uptake::quic
