#pragma once

#include <cstddef>

#include "dissectors/cursor.h"
#include "dissectors/tls/hello.h"

// SSL 2.0 (draft-hickman-netscape-ssl-00, RFC 6101 Appendix E): messages in records of their own, whose first octet
// has its top bit set. Later clients put a ClientHello for newer versions into that envelope (RFC 5246 Appendix E.2).
namespace uptake::tls {

/// Match: how far some octets look like the start of something.
enum class Match : std::uint8_t { no, so_far, yes };

/// A CLIENT-HELLO, for SSL 2.0 itself or a newer version. `bytes` is not empty.
[[nodiscard]] Match sslv2_client_hello(Bytes bytes) noexcept;
/// A SERVER-HELLO of SSL 2.0.
[[nodiscard]] Match sslv2_server_hello(Bytes bytes) noexcept;

/// Octets of the record that `bytes` starts with, its two octets of length included. bytes.size() >= 2.
[[nodiscard]] constexpr std::size_t sslv2_length(Bytes bytes) noexcept {
  return (static_cast<std::size_t>(bytes[0] & 0x7f) << 8 | bytes[1]) + 2;
}

/// False when the message contradicts its own lengths. `bytes` holds the whole record.
[[nodiscard]] bool read_sslv2_client_hello(Bytes bytes, ClientHello& hello) noexcept;

/// Sslv2Answer: what a server of SSL 2.0 says first.
struct Sslv2Answer {
  bool refused = false;  ///< an ERROR, no hello
  bool resumed = false;  ///< the session identifier of the client is known: SESSION-ID-HIT
};
/// False when it is neither a SERVER-HELLO nor an ERROR, or contradicts its own lengths. `bytes` holds the whole
/// record.
[[nodiscard]] bool read_sslv2_answer(Bytes bytes, Sslv2Answer& answer) noexcept;

}  // namespace uptake::tls
