#include "dissectors/tls/sslv2.h"

#include <algorithm>

#include "dissectors/tls/messages.h"
#include "dissectors/tls/suites.h"

namespace uptake::tls {
namespace {

constexpr std::uint8_t kError = 0;
constexpr std::uint8_t kServerHelloV2 = 4;
constexpr std::uint16_t kVersionTwo = 0x0002;

bool is_version(std::uint8_t major, std::uint8_t minor) noexcept {
  return (major == 3 && minor <= 4) || (major == 0 && minor == 2);
}

}  // namespace

// uint16 length | 0x8000; uint8 type 1; Version version; uint16 cipher_specs, session_id, challenge: lengths
Match sslv2_client_hello(Bytes bytes) noexcept {
  constexpr std::size_t kShortest = 9;
  if ((bytes[0] & 0x80) == 0) return Match::no;
  if (bytes.size() > 1 && sslv2_length(bytes) < kShortest + 2) return Match::no;
  if (bytes.size() > 2 && bytes[2] != kClientHello) return Match::no;
  if (bytes.size() > 3 && bytes[3] != 3 && bytes[3] != 0) return Match::no;
  if (bytes.size() < 5) return Match::so_far;
  if (!is_version(bytes[3], bytes[4])) return Match::no;
  // Few octets to go by where any may be asked: the lengths have to add up.
  if (bytes.size() < 11) return Match::so_far;
  Cursor lengths(bytes.subspan(5, 6));
  const std::size_t specs = lengths.u16();
  const std::size_t session_id = lengths.u16();
  const std::size_t challenge = lengths.u16();
  const bool adds_up = specs > 0 && specs % 3 == 0 && challenge >= 16 && challenge <= 32 &&
                       11 + specs + session_id + challenge == sslv2_length(bytes);
  return adds_up ? Match::yes : Match::no;
}

// uint16 length | 0x8000; uint8 type 4; uint8 session_id_hit; uint8 certificate_type; Version version;
// uint16 certificate, cipher_specs, connection_id: lengths
Match sslv2_server_hello(Bytes bytes) noexcept {
  if ((bytes[0] & 0x80) == 0) return Match::no;
  if (bytes.size() > 2 && bytes[2] != kServerHelloV2) return Match::no;
  if (bytes.size() > 3 && bytes[3] > 1) return Match::no;
  if (bytes.size() > 4 && bytes[4] > 1) return Match::no;
  if (bytes.size() > 6 && (bytes[5] != 0 || bytes[6] != 2)) return Match::no;
  if (bytes.size() < 13) return Match::so_far;
  Cursor lengths(bytes.subspan(7, 6));
  const std::size_t certificate = lengths.u16();
  const std::size_t specs = lengths.u16();
  const std::size_t connection_id = lengths.u16();
  const bool adds_up = specs % 3 == 0 && 13 + certificate + specs + connection_id == sslv2_length(bytes);
  return adds_up ? Match::yes : Match::no;
}

bool read_sslv2_client_hello(Bytes bytes, ClientHello& hello) noexcept {
  Cursor outer(bytes);
  Cursor cursor = outer.sub(outer.u16() & 0x7fff);
  cursor.skip(1);
  const std::uint16_t version = cursor.u16();
  const std::uint16_t specs = cursor.u16();
  cursor.skip(4);
  Cursor list = cursor.sub(specs);
  if (cursor.failed() || list.failed() || specs % 3 != 0) return false;
  hello.offer.best_version = std::min<std::uint16_t>(version, 0x0303);
  while (list.left() >= 3) {
    const std::uint32_t spec = list.u24();
    if (spec == kRenegotiationScsv) hello.offer.secure_renegotiation = true;
    if (spec == kFallbackScsv) hello.offer.fallback_scsv = true;
  }
  return true;
}

bool read_sslv2_answer(Bytes bytes, Sslv2Answer& answer) noexcept {
  constexpr std::size_t kErrorRecord = 5;
  Cursor cursor(bytes);
  cursor.skip(2);
  if (cursor.u8() == kError) {
    answer.refused = true;
    return sslv2_length(bytes) == kErrorRecord && bytes.size() >= kErrorRecord;
  }
  answer.resumed = cursor.u8() != 0;
  cursor.skip(1);
  return cursor.u16() == kVersionTwo && cursor.ok() && sslv2_server_hello(bytes) == Match::yes;
}

}  // namespace uptake::tls
