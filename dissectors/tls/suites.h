#pragma once

#include <cstdint>

namespace uptake::tls {

// Values that a client puts among its suites to say something else.
inline constexpr std::uint16_t kRenegotiationScsv = 0x00ff;  ///< RFC 5746 section 3.3
inline constexpr std::uint16_t kFallbackScsv = 0x5600;       ///< RFC 7507

/// KeyExchange: what a cipher suite below TLS 1.3 makes the server send to agree on a key.
enum class KeyExchange : std::uint8_t {
  none,       ///< no ServerKeyExchange with a group: RSA, static (EC)DH, PSK, SRP, Kerberos, GOST
  ecdhe,      ///< elliptic curve parameters (RFC 8422 section 5.4); also anonymous ones
  dhe,        ///< finite field parameters (RFC 5246 section 7.4.3); also anonymous ones
  ecdhe_psk,  ///< the same behind a PSK identity hint (RFC 5489)
  dhe_psk,    ///< the same behind a PSK identity hint (RFC 4279)
  unknown,    ///< not assigned when this was written
};

/// Of a code point of the IANA registry of TLS cipher suites.
[[nodiscard]] KeyExchange key_exchange(std::uint16_t suite) noexcept;

}  // namespace uptake::tls
