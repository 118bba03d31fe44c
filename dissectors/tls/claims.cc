#include <array>
#include <string_view>

#include "dissectors/tls/handshake_reader.h"
#include "dissectors/tls/sslv2.h"
#include "dissectors/tls/tls.h"

namespace uptake::tls {
namespace {

/// Ports on which TLS runs from the first octet: HTTPS, DoT, submissions, IMAPS, POP3S.
bool is_tls_port(std::uint16_t port) noexcept {
  return port == 443 || port == 853 || port == 465 || port == 993 || port == 995;
}

/// `text` at the start of the bytes, as far as either goes.
bool starts_like(Bytes bytes, std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size() && i < bytes.size(); ++i)
    if (bytes[i] != static_cast<std::uint8_t>(text[i])) return false;
  return true;
}

/// Plainly another protocol: a request or a greeting in letters.
bool is_text(Bytes bytes) noexcept {
  constexpr std::array<std::string_view, 8> kStarts{"GET ", "POST ", "HEAD ",    "HTTP/",
                                                    "SSH-", "220 ",  "CONNECT ", "EHLO "};
  for (const std::string_view start : kStarts)
    if (starts_like(bytes, start)) return true;
  return false;
}

// ContentType type; ProtocolVersion version; uint16 length  RFC 8446 section 5.1
Match record(Bytes bytes) noexcept {
  if (bytes[0] < kChangeCipherSpec || bytes[0] > kApplicationData) return Match::no;
  if (bytes.size() > 1 && bytes[1] != 3) return Match::no;
  if (bytes.size() > 2 && bytes[2] > 4) return Match::no;
  if (bytes.size() < kRecordHeader) return Match::so_far;
  const unsigned length = static_cast<unsigned>(bytes[3]) << 8 | bytes[4];
  return length > 0 && length <= kMaxRecord ? Match::yes : Match::no;
}

/// A record that starts with a hello.
Match hello(Bytes bytes) noexcept {
  if (bytes[0] != kHandshake) return Match::no;
  const Match outside = record(bytes);
  if (outside != Match::yes) return outside;
  if (bytes.size() == kRecordHeader) return Match::so_far;
  const std::uint8_t type = bytes[kRecordHeader];
  return type == kClientHello || type == kServerHello ? Match::yes : Match::no;
}

}  // namespace

Claim Dissector::claims(const Payload& payload) noexcept {
  const Bytes bytes = payload.bytes;
  if (!payload.stream || bytes.empty()) return Claim::no;
  const Match by_hello = hello(bytes);
  if (by_hello == Match::yes) return bytes[kRecordHeader] == kClientHello ? Claim::from_client : Claim::from_server;
  const Match by_sslv2 = sslv2_client_hello(bytes);
  if (by_sslv2 == Match::yes) return Claim::from_client;
  const Match by_sslv2_server = sslv2_server_hello(bytes);
  if (by_sslv2_server == Match::yes) return Claim::from_server;
  if (by_hello == Match::so_far || by_sslv2 == Match::so_far || by_sslv2_server == Match::so_far)
    return Claim::need_more;
  const bool known_port = is_tls_port(payload.server_port) || is_tls_port(payload.client_port);
  // A stream whose start is known and holds no hello is TLS only when it refuses.
  if (payload.from_start && (!known_port || bytes[0] != kAlert)) return Claim::no;
  const Match by_record = record(bytes);
  if (by_record == Match::yes) return Claim::yes;
  if (!payload.from_start && known_port && !is_text(bytes)) return Claim::yes;
  return by_record == Match::so_far ? Claim::need_more : Claim::no;
}

}  // namespace uptake::tls
