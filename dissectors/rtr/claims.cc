#include "dissectors/rtr/pdu.h"
#include "dissectors/rtr/rtr.h"

namespace uptake::rtr {
namespace {

constexpr std::uint16_t kTlsPort = 324;  // RFC 8210 §9.2

bool has_port(const Payload& payload, std::uint16_t port) noexcept {
  return payload.server_port == port || payload.client_port == port;
}
/// 323 is IANA's; caches that run without privileges take 3323 and 8282.
bool on_port(const Payload& payload) noexcept {
  return has_port(payload, 323) || has_port(payload, 3323) || has_port(payload, 8282);
}

Claim sender_of(std::uint8_t type) noexcept {
  if (is_query(type)) return Claim::from_client;
  return type == kErrorReport ? Claim::yes : Claim::from_server;
}

/// A PDU begins beyond doubt: its head is right, and so is the one behind it as far as there is one.
bool begins(Bytes bytes) noexcept {
  if (bytes.size() < kHeadBytes) return may_be_head(bytes);
  const Head head = read_head(bytes.data());
  if (!is_strict(head)) return false;
  if (bytes.size() <= head.length) return true;
  const Bytes behind = bytes.subspan(head.length);
  return behind.size() < kHeadBytes ? may_be_head(behind) : is_strict(read_head(behind.data()));
}

Claim claim_on_port(Bytes bytes) noexcept {
  if (!begins(bytes)) return Claim::no;
  return bytes.size() < kHeadBytes ? Claim::need_more : sender_of(bytes[1]);
}

/// On any other port: a router's question, or a cache's answer with something behind it. Its head must come in one
/// piece, because a few zeroes are also what a stray segment holds in front of other protocols.
Claim claim_anywhere(Bytes bytes) noexcept {
  if (bytes.size() < kHeadBytes || !begins(bytes)) return Claim::no;
  if (!is_query(bytes[1]) && bytes[1] != kCacheResponse) return Claim::no;
  if (is_query(bytes[1])) return Claim::from_client;
  return bytes.size() < 2 * kHeadBytes ? Claim::need_more : Claim::from_server;
}

}  // namespace

// ContentType type; ProtocolVersion version; uint16 length; HandshakeType msg_type  RFC 8446 sections 5.1, 4
bool is_tls(const Payload& payload) noexcept {
  const Bytes bytes = payload.bytes;
  return has_port(payload, kTlsPort) && bytes.size() > 5 && bytes[0] >= 20 && bytes[0] <= 23 && bytes[1] == 3;
}

bool Dissector::presumes(const Payload& payload) noexcept {
  if (!payload.stream || !on_port(payload)) return false;
  return has_port(payload, 323) || search(payload) < payload.bytes.size();
}

Claim Dissector::claims(const Payload& payload) noexcept {
  const Bytes bytes = payload.bytes;
  if (!payload.stream || bytes.empty()) return Claim::no;
  if (is_tls(payload)) {
    constexpr std::uint8_t kHandshake = 22;
    constexpr std::uint8_t kClientHello = 1;
    return bytes[0] == kHandshake && bytes[5] == kClientHello ? Claim::from_client : Claim::yes;
  }
  if (payload.claimed || on_port(payload)) return claim_on_port(bytes);
  return payload.from_start ? claim_anywhere(bytes) : Claim::no;
}

/// The first PDU in the middle of a stream, or where the last octets may begin one.
std::uint32_t Dissector::search(const Payload& payload) noexcept {
  const auto size = static_cast<std::uint32_t>(payload.bytes.size());
  if (!payload.stream || !(payload.claimed || on_port(payload))) return size;
  for (std::uint32_t at = 0; at < size; ++at)
    if (begins(payload.bytes.subspan(at))) return at;
  return size;
}

}  // namespace uptake::rtr
