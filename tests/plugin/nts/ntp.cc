#include "ntp.h"

namespace nts {

using uptake::Bytes;
using uptake::Claim;
using uptake::Cursor;
using uptake::Payload;

namespace {

constexpr std::uint16_t kPort = 123;
constexpr std::size_t kHeader = 48;
constexpr std::uint8_t kClient = 3;
constexpr std::uint8_t kServer = 4;

constexpr std::uint16_t kUniqueIdentifier = 0x0104;
constexpr std::uint16_t kAuthenticator = 0x0404;
/// The shortest extension field (RFC 7822 section 3).
constexpr std::uint16_t kLeastField = 16;

/// What is left is a MAC of a key identifier and a digest (RFC 7822 section 3.1).
constexpr bool is_mac(std::size_t left) noexcept { return left == 20 || left == 24; }

/// struct { uint16 type; uint16 length; opaque value[length - 4]; }  RFC 7822 section 3
void read_fields(Cursor fields, PacketBits& packet) noexcept {
  bool identified = false;
  bool authenticated = false;
  // Each field takes at least four octets, so the bytes bound this.
  while (!fields.empty() && !is_mac(fields.left())) {
    const std::uint16_t type = fields.u16();
    const std::uint16_t length = fields.u16();
    packet.malformed = fields.failed() || length < kLeastField || length % 4 != 0 || length - 4U > fields.left();
    if (packet.malformed) return;
    fields.skip(length - 4U);
    identified = identified || type == kUniqueIdentifier;
    authenticated = authenticated || type == kAuthenticator;
  }
  packet.authenticated = identified && authenticated;
}

}  // namespace

std::span<const uptake::FactRow> Ntp::facts() noexcept {
  static constexpr uptake::FactRow kFacts[] = {{"packet", "PacketBits"}};
  return kFacts;
}

// LI(2 bits) VN(3) Mode(3)  RFC 5905 section 7.3
Claim Ntp::claims(const Payload& payload) noexcept {
  if (payload.stream || payload.wire < kHeader || payload.bytes.empty()) return Claim::no;
  const std::uint8_t mode = payload.bytes[0] & 7;
  const std::uint8_t version = payload.bytes[0] >> 3 & 7;
  if (version < 3 || version > 4) return Claim::no;
  const std::uint16_t own = payload.from == uptake::Side::client ? payload.client_port : payload.server_port;
  const std::uint16_t other = payload.from == uptake::Side::client ? payload.server_port : payload.client_port;
  if (mode == kClient && other == kPort) return Claim::from_client;
  return mode == kServer && own == kPort ? Claim::from_server : Claim::no;
}

uptake::Result Ntp::dissect(const Payload& payload, Memory&, uptake::Notes& notes) noexcept {
  const uptake::Result done{uptake::Verdict::keep_going, static_cast<std::uint32_t>(payload.bytes.size())};
  Cursor cursor(payload.bytes);
  const std::uint8_t first = cursor.u8();
  const std::uint8_t stratum = cursor.u8();
  cursor.skip(10);
  const Bytes reference = cursor.bytes(4);
  cursor.skip(kHeader - 16);
  PacketBits packet;
  packet.version = first >> 3 & 7;
  packet.from_client = (first & 7) == kClient;
  packet.cut = payload.wire > payload.bytes.size();
  if (cursor.failed() && !packet.cut) return {uptake::Verdict::malformed, done.consumed};
  packet.refused = !packet.from_client && stratum == 0 && uptake::starts_with(reference, "NTSN");
  if (!packet.cut) read_fields(cursor, packet);
  notes.note(kPacket, packet.pack());
  return done;
}

}  // namespace nts
