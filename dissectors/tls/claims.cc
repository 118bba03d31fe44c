#include <array>
#include <cstring>
#include <string_view>

#include "dissectors/big_endian.h"
#include "dissectors/tls/hello.h"
#include "dissectors/tls/records.h"
#include "dissectors/tls/sslv2.h"
#include "dissectors/tls/tls.h"

namespace uptake::tls {
namespace {

/// Ports on which TLS runs from the first octet: HTTPS, DoT, submissions, IMAPS, POP3S.
bool is_tls_port(std::uint16_t port) noexcept {
  return port == 443 || port == 853 || port == 465 || port == 993 || port == 995;
}

/// Plainly another protocol: a request or a greeting in letters.
bool is_text(Bytes bytes) noexcept {
  const bool may_be = (bytes[0] >= 'A' && bytes[0] <= 'Z') || bytes[0] == '2';
  if (!may_be) return false;
  constexpr std::array<std::string_view, 8> kStarts{"GET ", "POST ", "HEAD ",    "HTTP/",
                                                    "SSH-", "220 ",  "CONNECT ", "EHLO "};
  for (const std::string_view start : kStarts)
    if (starts_with(bytes, start)) return true;
  return false;
}

// ContentType type; ProtocolVersion version; uint16 length  RFC 8446 section 5.1
Match record(Bytes bytes) noexcept {
  if (bytes[0] < kChangeCipherSpec || bytes[0] > kApplicationData) return Match::no;
  if (bytes.size() > 1 && bytes[1] != 3) return Match::no;
  if (bytes.size() > 2 && bytes[2] > 4) return Match::no;
  if (bytes.size() < kRecordHeader) return Match::so_far;
  const unsigned length = be16(bytes.data() + 3);
  return length > 0 && length <= kMaxRecord ? Match::yes : Match::no;
}

constexpr std::size_t kTypeAt = kRecordHeader;
constexpr std::size_t kVersionAt = kTypeAt + 4;
constexpr std::size_t kIdAt = kVersionAt + 2 + 32;
constexpr std::uint8_t kLongestId = 32;

/// A record that starts with a hello: what HandshakeType msg_type; uint24 length; ProtocolVersion legacy_version say
/// (RFC 8446 section 4) must be true of one, so that few random octets look like it.
Match hello(Bytes bytes) noexcept {
  if (bytes[0] != kHandshake) return Match::no;
  const Match outside = record(bytes);
  if (outside != Match::yes) return outside;
  if (bytes.size() > kTypeAt && bytes[kTypeAt] != kClientHello && bytes[kTypeAt] != kServerHello) return Match::no;
  // What is not in this record is in those to come.
  const unsigned length = be16(bytes.data() + 3);
  if (length > 1 && bytes.size() > kTypeAt + 1 && bytes[kTypeAt + 1] != 0) return Match::no;
  const bool whole = length >= kVersionAt + 2 - kRecordHeader;
  if (whole && bytes.size() > kVersionAt + 1) {
    const std::uint16_t version = be16(bytes.data() + kVersionAt);
    if (version >> 8 != 3 && !is_draft(version)) return Match::no;
  }
  return bytes.size() > kTypeAt ? Match::yes : Match::so_far;
}

/// A hello beyond doubt, wherever it stands: as much of it as may be checked is there, and right.
bool is_hello(Bytes bytes) noexcept {
  if (bytes.size() <= kIdAt || hello(bytes) != Match::yes) return false;
  const unsigned record_length = be16(bytes.data() + 3);
  const unsigned length = be16(bytes.data() + kTypeAt + 2);
  // A ClientHello is alone in its record, or begins in it.
  const bool fits = bytes[kTypeAt] == kServerHello || length + 4 >= record_length;
  return fits && record_length > kIdAt - kRecordHeader && length > kIdAt - kVersionAt && bytes[kVersionAt + 1] <= 4 &&
         bytes[kIdAt] <= kLongestId;
}

/// The last octets of a payload may be those that a hello begins with.
bool may_be_hello(Bytes bytes) noexcept { return bytes.size() <= kIdAt && hello(bytes) != Match::no; }

/// Of a stream picked up in its middle, where octets at random are asked: a record with another behind it, or
/// nothing; of those whose end is not in sight only data, which nearly all are, and a Certificate.
Match midstream_record(Bytes bytes) noexcept {
  const Match first = record(bytes);
  if (first != Match::yes) return first;
  const std::size_t end = kRecordHeader + be16(bytes.data() + 3);
  if (end < bytes.size()) return record(bytes.subspan(end)) == Match::no ? Match::no : Match::yes;
  if (end == bytes.size() || bytes[0] == kApplicationData) return Match::yes;
  const bool certificate = bytes[0] == kHandshake && bytes.size() > kTypeAt + 1 && bytes[kTypeAt] == kCertificate;
  return certificate && bytes[kTypeAt + 1] == 0 ? Match::yes : Match::no;
}

/// ERROR of SSL 2.0: a record of three octets, the first of them 0.
bool is_sslv2_error(Bytes bytes) noexcept {
  return bytes.size() >= 3 && bytes[0] == 0x80 && bytes[1] == 3 && bytes[2] == 0;
}

/// The other side has shown a hello: this one answers in records, or as SSL 2.0 did.
Claim claim_answer(Bytes bytes) noexcept {
  const Match by_sslv2 = sslv2_server_hello(bytes);
  if (by_sslv2 == Match::yes || is_sslv2_error(bytes)) return Claim::yes;
  if (by_sslv2 == Match::so_far) return Claim::need_more;
  const Match by_record = record(bytes);
  if (by_record == Match::so_far) return Claim::need_more;
  return by_record == Match::yes ? Claim::yes : Claim::no;
}

bool on_tls_port(const Payload& payload) noexcept {
  return is_tls_port(payload.server_port) || is_tls_port(payload.client_port);
}

}  // namespace

/// What nobody can claim on a port of TLS was TLS that the capture does not show, unless it is plainly something
/// else.
bool Dissector::presumes(const Payload& payload) noexcept {
  return payload.stream && on_tls_port(payload) && (payload.bytes.empty() || !is_text(payload.bytes));
}

Claim Dissector::claims(const Payload& payload) noexcept {
  const Bytes bytes = payload.bytes;
  if (!payload.stream || bytes.empty()) return Claim::no;
  if (payload.claimed) return claim_answer(bytes);
  const Match by_hello = hello(bytes);
  if (by_hello == Match::yes) return bytes[kTypeAt] == kClientHello ? Claim::from_client : Claim::from_server;
  const Match by_sslv2 = sslv2_client_hello(bytes);
  if (by_sslv2 == Match::yes) return Claim::from_client;
  const Match by_sslv2_server = sslv2_server_hello(bytes);
  if (by_sslv2_server == Match::yes) return Claim::from_server;
  if (by_hello == Match::so_far || by_sslv2 == Match::so_far || by_sslv2_server == Match::so_far)
    return Claim::need_more;
  // A stream whose start is known and holds no hello is TLS only when it refuses.
  if (payload.from_start && (!on_tls_port(payload) || bytes[0] != kAlert)) return Claim::no;
  const Match by_record = payload.from_start ? record(bytes) : midstream_record(bytes);
  if (by_record == Match::yes) return Claim::yes;
  return by_record == Match::so_far ? Claim::need_more : Claim::no;
}

/// A hello behind what a proxy or another protocol says first, in the same segment: near the start of a connection.
std::uint32_t Dissector::search(const Payload& payload) noexcept {
  const auto size = static_cast<std::uint32_t>(payload.bytes.size());
  if (!payload.stream || !payload.begun) return size;
  const std::uint8_t* const first = payload.bytes.data();
  for (std::uint32_t at = 0; at < size; ++at) {
    const void* const found = std::memchr(first + at, kHandshake, size - at);
    if (found == nullptr) return size;
    at = static_cast<std::uint32_t>(static_cast<const std::uint8_t*>(found) - first);
    const Bytes rest = payload.bytes.subspan(at);
    if (is_hello(rest) || may_be_hello(rest)) return at;
  }
  return size;
}

}  // namespace uptake::tls
