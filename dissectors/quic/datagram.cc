#include "dissectors/quic/datagram.h"

#include <algorithm>

namespace uptake::quic {
namespace {

/// More packets than any sender coalesces: Initial, 0-RTT, Handshake and 1-RTT, and some again.
constexpr int kMostPackets = 8;
/// Datagrams in a row that bring nothing, after which nothing more is waited for; fewer while it is doubtful whether
/// there is a connection.
constexpr std::uint8_t kPatience = 64;
constexpr std::uint8_t kPatienceInDoubt = 8;

/// A digest of a connection ID: answers are told from what is none by it. FNV-1a.
std::uint32_t digest_of(Bytes id) noexcept {
  std::uint32_t digest = 2166136261U;
  for (const std::uint8_t octet : id) digest = (digest ^ octet) * 16777619U;
  return digest;
}

}  // namespace

Verdict Datagram::read() noexcept {
  opener_.begin();
  Cursor packets(call_.payload.bytes);
  const std::size_t beyond = call_.payload.wire - call_.payload.bytes.size();
  Bytes first_id;
  for (int count = 0; count < kMostPackets && !packets.empty(); ++count) {
    const Packet packet = read_packet(packets, packets.left() + beyond);
    if (packet.kind == Packet::Kind::none) break;
    // Packets in one datagram are of one connection: others are not for its receiver (RFC 9000 section 12.2).
    if (count == 0) first_id = packet.destination_id;
    const bool has_id = packet.kind != Packet::Kind::short_header;
    if (has_id && !std::ranges::equal(first_id, packet.destination_id)) break;
    take(packet);
  }
  opener_.crypto.carry(call_.carried);
  connection_.idle = brought_ ? std::uint8_t{0} : static_cast<std::uint8_t>(connection_.idle + 1);
  return verdict();
}

Verdict Datagram::verdict() const noexcept {
  if (!connection_.is_sure()) return connection_.idle < kPatienceInDoubt ? Verdict::need_more : Verdict::not_mine;
  // Where the client's Initials do not open, the server's mostly do not either.
  const bool nothing_to_open =
      !connection_.opened && connection_.negotiated != Version::none && connection_.idle >= kPatienceInDoubt;
  const bool over = connection_.over || connection_.answer == Answer::refused || connection_.idle >= kPatience ||
                    nothing_to_open || (connection_.hello == Hello::overload && !connection_.opened);
  return over ? Verdict::concluded : Verdict::keep_going;
}

void Datagram::take(const Packet& packet) noexcept {
  if (packet.kind == Packet::Kind::short_header) return;
  if (call_.payload.from == Side::client)
    take_from_client(packet);
  else
    take_from_server(packet);
}

void Datagram::take_from_client(const Packet& packet) noexcept {
  if (packet.kind == Packet::Kind::negotiation) return;
  if (connection_.offered == Version::none) {
    connection_.offered = packet.version;
    connection_.client_id = digest_of(packet.source_id);
    brought_ = true;
  }
  if (packet.kind == Packet::Kind::foreign) {
    if (connection_.offered == packet.version) connection_.hello = Hello::foreign;
    return;
  }
  if (packet.type == Type::zero_rtt) connection_.zero_rtt = true;
  if (packet.type == Type::initial) client_initial(packet);
}

/// What the client sends behind its hello says nothing more, unless keys or versions change.
bool Datagram::is_wanted(const Packet& packet) const noexcept {
  if (!connection_.offer_heard) return true;
  const bool new_keys = !std::ranges::equal(packet.destination_id, connection_.key_id.bytes());
  return connection_.negotiated == Version::none && (connection_.retry || connection_.negotiation) && new_keys;
}

/// Opens an Initial of the client. Its keys come from the first destination ID (RFC 9001 section 5.2); those of later
/// IDs only where nothing opened before, or where the client may have begun again: then they are the connection's.
Opener::Opened Datagram::open_client(const Packet& packet) noexcept {
  const Bytes id = packet.destination_id;
  if (connection_.key_id.size == 0) connection_.key_id.take(id);
  Opener::Opened opened = opener_.open(packet, connection_.key_id.bytes(), Side::client);
  if (opened.outcome != Opener::Outcome::sealed || std::ranges::equal(id, connection_.key_id.bytes())) return opened;
  if (connection_.opened && !connection_.retry && !connection_.negotiation) return opened;
  opened = opener_.open(packet, id, Side::client);
  if (opened.outcome != Opener::Outcome::opened) return opened;
  connection_.key_id.take(id);
  connection_.client_id = digest_of(packet.source_id);
  connection_.server_next = 0;
  if (!connection_.offer_heard) connection_.forget_hello();
  return opened;
}

void Datagram::client_initial(const Packet& packet) noexcept {
  if (!is_wanted(packet)) return;
  const Opener::Opened opened = open_client(packet);
  if (opened.outcome != Opener::Outcome::opened) {
    connection_.cut = connection_.cut || packet.cut;
    if (connection_.offer_heard) return;
    if (packet.cut) connection_.hello = Hello::truncated;
    if (opened.outcome == Opener::Outcome::overload) connection_.hello = Hello::overload;
    return;
  }
  brought_ = connection_.opened = true;
  const std::size_t before = opener_.crypto.frames().size();
  (void)read_frames(opened.frames, packet.version, opener_.crypto);
  connection_.count_hello(opener_.crypto.frames().subspan(before));
}

void Datagram::take_from_server(const Packet& packet) noexcept {
  // Nobody asked, or it answers somebody else.
  if (connection_.offered == Version::none || digest_of(packet.destination_id) != connection_.client_id) return;
  brought_ = brought_ || !connection_.answered;
  connection_.answered = true;
  if (connection_.negotiated != Version::none && packet.kind != Packet::Kind::long_header) return;
  if (packet.kind == Packet::Kind::negotiation) connection_.negotiation = true;
  if (packet.kind == Packet::Kind::foreign) connection_.negotiated = packet.version;
  if (packet.kind != Packet::Kind::long_header) return;
  if (packet.type == Type::retry) {
    connection_.retry = connection_.retry || connection_.negotiated == Version::none;
    return;
  }
  if (connection_.negotiated == Version::none) connection_.negotiated = packet.version;
  if (packet.type == Type::handshake) connection_.went_on = true;
  if (packet.type == Type::initial && !connection_.over) server_initial(packet);
}

void Datagram::server_initial(const Packet& packet) noexcept {
  const Opener::Opened opened = opener_.open(packet, connection_.key_id.bytes(), Side::server);
  if (opened.outcome != Opener::Outcome::opened) {
    connection_.hide_answer(packet.cut                                    ? Answer::truncated
                            : opened.outcome == Opener::Outcome::overload ? Answer::overload
                                                                          : Answer::sealed);
    return;
  }
  brought_ = true;
  const InitialFrames found = read_frames(opened.frames, packet.version, opener_.crypto);
  connection_.take_server_initial(opened.number, found.crypto, found.close);
}

}  // namespace uptake::quic
