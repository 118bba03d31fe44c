#pragma once

#include <cstddef>
#include <cstdint>

namespace uptake::tls {

/// Handshake types that matter here (RFC 8446 section 4).
inline constexpr std::uint8_t kClientHello = 1;
inline constexpr std::uint8_t kServerHello = 2;
inline constexpr std::uint8_t kNewSessionTicket = 4;
inline constexpr std::uint8_t kDraftRetry = 6;  // HelloRetryRequest of the drafts before draft-ietf-tls-tls13-22
inline constexpr std::uint8_t kCertificate = 11;
inline constexpr std::uint8_t kServerKeyExchange = 12;
inline constexpr std::uint8_t kServerHelloDone = 14;
inline constexpr std::uint8_t kCertificateStatus = 22;  // RFC 6066 section 8
inline constexpr std::uint8_t kSupplementalData = 23;   // RFC 4680 section 3: in front of the Certificate
/// Octets of msg_type and length in front of every message.
inline constexpr std::uint32_t kMessageHeader = 4;
/// The longest handshake message that is put together; what is longer hides behind handshake_bytes anyway.
inline constexpr std::size_t kMaxMessage = 16 * 1024;

}  // namespace uptake::tls
