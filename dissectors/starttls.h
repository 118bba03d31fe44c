#pragma once

#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/dissector.h"

// What the protocols share that begin in clear text and may go on in TLS (RFC 3207, RFC 2595, RFC 9051).
namespace uptake::starttls {

/// Offer: what the server was seen to say of TLS.
enum class Offer : std::uint8_t {
  unseen,  ///< its list of extensions was not read
  absent,  ///< it lists extensions, and TLS is none of them
  masked,  ///< something took the word away and left other letters in its place
  offered,
};

/// Request: how far TLS got in the connection.
enum class Request : std::uint8_t {
  none,
  unanswered,       ///< the client asked; no answer was seen
  refused_for_now,  ///< the server said no, and that it may say yes later (4yz)
  refused,          ///< the server said no
  accepted,         ///< the server said yes, and nothing of TLS came
  begun,            ///< TLS follows
};

/// Begin: whether some octets begin TLS.
enum class Begin : std::uint8_t { no, need_more, yes };

/// Where a command, or an answer, could stand: a record of a handshake or an alert (RFC 8446 section 5.1), or the
/// ClientHello of SSL 2.0 (RFC 5246 appendix E.2). No text begins like either.
[[nodiscard]] constexpr Begin begins_tls(Bytes bytes) noexcept {
  constexpr std::uint8_t kAlert = 0x15, kHandshake = 0x16, kMajor = 3, kSslv2 = 0x80, kClientHello = 1;
  if (bytes.empty()) return Begin::need_more;
  if (bytes[0] == kHandshake || bytes[0] == kAlert)
    return bytes.size() < 2 ? Begin::need_more : bytes[1] == kMajor ? Begin::yes : Begin::no;
  if ((bytes[0] & kSslv2) == 0) return Begin::no;
  if (bytes.size() < 4) return bytes.size() == 3 && bytes[2] != kClientHello ? Begin::no : Begin::need_more;
  return bytes[2] == kClientHello && (bytes[3] == kMajor || bytes[3] == 0) ? Begin::yes : Begin::no;
}

/// Whose hello a connection begins with, on a port where TLS comes first (RFC 8314 section 3).
[[nodiscard]] constexpr Claim claim_hello(Bytes bytes) noexcept {
  constexpr std::uint8_t kHandshake = 0x16, kMajor = 3, kClientHello = 1, kServerHello = 2, kSslv2 = 0x80;
  constexpr std::size_t kTypeAt = 5;
  if (bytes.empty()) return Claim::need_more;
  if ((bytes[0] & kSslv2) != 0) {
    const Begin begin = begins_tls(bytes);
    return begin == Begin::yes ? Claim::from_client : begin == Begin::no ? Claim::no : Claim::need_more;
  }
  if (bytes[0] != kHandshake || (bytes.size() > 1 && bytes[1] != kMajor)) return Claim::no;
  if (bytes.size() <= kTypeAt) return Claim::need_more;
  if (bytes[kTypeAt] == kClientHello) return Claim::from_client;
  return bytes[kTypeAt] == kServerHello ? Claim::from_server : Claim::no;
}

}  // namespace uptake::starttls
