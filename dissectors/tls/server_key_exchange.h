#pragma once

#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/tls/facts.h"
#include "dissectors/tls/suites.h"

namespace uptake::tls {

/// ServerKeyExchange: the group and, in TLS 1.2, the hash of its signature.
struct ServerKeyExchange {
  GroupSight sight = GroupSight::unobservable;
  std::uint16_t group = 0;
  std::uint8_t signature_hash = 0;  ///< as SessionBits::signature_hash
};

/// Reads the body of one for a suite of that key exchange; sight stays `unobservable` when it makes no sense.
[[nodiscard]] ServerKeyExchange read_server_key_exchange(Bytes body, KeyExchange key_exchange, bool tls12) noexcept;

}  // namespace uptake::tls
