#pragma once

#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/observation.h"
#include "dissectors/tls/facts.h"

namespace uptake::tls {

/// Versions of TLS 1.3 before it was published: draft-ietf-tls-tls13 and experiments with it.
[[nodiscard]] constexpr bool is_draft(std::uint16_t version) noexcept {
  return version >> 8 == 0x7f || version >> 8 == 0xfb || version >> 8 == 0x7e;
}

/// ClientHello: what is read of one (RFC 8446 section 4.1.2).
struct ClientHello {
  OfferBits offer;
  Bytes session_id;
  bool offers_1_3 = false;
  bool offers_dot = false;
  std::uint8_t shares = 0;  ///< key shares, of 255 at most
  Bytes server_name;        ///< host_name as sent, or empty
};

/// False when the message contradicts its own lengths. `body` is what follows the handshake header.
[[nodiscard]] bool read_client_hello(Bytes body, ClientHello& hello) noexcept;

/// ServerHello: what is read of one (RFC 8446 section 4.1.3).
struct ServerHello {
  std::uint16_t version = 0;  ///< negotiated: of supported_versions, else legacy_version
  std::uint16_t suite = 0;
  std::uint16_t group = 0;  ///< of key_share; 0 without one
  Bytes session_id;
  bool is_retry = false;  ///< a HelloRetryRequest
  bool psk = false;       ///< pre_shared_key was selected
  bool ems = false;
  bool secure_renegotiation = false;
  bool compression = false;
  Alpn alpn = Alpn::absent;
};
[[nodiscard]] bool read_server_hello(Bytes body, ServerHello& hello) noexcept;

/// Mix of a session_id to compare it by, never 0; 0 when it is empty.
[[nodiscard]] std::uint64_t mix(Bytes session_id) noexcept;

/// Notes a server name in lower case; octets other than letters, digits, '.', '-' and '_' become \DDD.
/// A name of more than 255 octets is none.
void note_server_name(Bytes name, Notes& notes) noexcept;

}  // namespace uptake::tls
