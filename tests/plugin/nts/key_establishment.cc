#include "key_establishment.h"

namespace nts {

using uptake::Claim;
using uptake::Payload;

std::span<const uptake::FactRow> KeyEstablishment::facts() noexcept {
  static constexpr uptake::FactRow kFacts[] = {{"connection", "1"}};
  return kFacts;
}

// struct { ContentType type; ProtocolVersion legacy_record_version; ... } TLSPlaintext;  RFC 8446 section 5.1
Claim KeyEstablishment::claims(const Payload& payload) noexcept {
  constexpr std::uint16_t kPort = 4460;
  constexpr std::uint8_t kHandshake = 22;
  if (!payload.stream) return Claim::no;
  const bool to_it = (payload.from == uptake::Side::client ? payload.server_port : payload.client_port) == kPort;
  if (!to_it || payload.bytes.empty() || payload.bytes[0] != kHandshake) return Claim::no;
  if (payload.bytes.size() < 2) return Claim::need_more;
  return payload.bytes[1] == 3 ? Claim::from_client : Claim::no;
}

uptake::Result KeyEstablishment::dissect(const Payload&, Memory&, uptake::Notes& notes) noexcept {
  notes.note(kConnection, 1);
  return {uptake::Verdict::hand_over, 0};
}

}  // namespace nts
