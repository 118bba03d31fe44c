#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kDot{"dot", "DNS over TLS", "RFC 7858, RFC 8310", Theme::name_service};
inline constexpr Standard kDoh{"doh", "DNS over HTTPS", "RFC 8484", Theme::name_service};
inline constexpr Standard kTls{"tls", "TLS", "RFC 9846, RFC 5246", Theme::secure_connection};
inline constexpr Standard kTlsDeprecated{"tls-deprecated", "End of old TLS versions", "RFC 8996, RFC 7568",
                                         Theme::secure_connection};
inline constexpr Standard kTlsProfile{"tls-profile", "TLS verdict profile", "the profile chosen, RFC 9325",
                                      Theme::secure_connection};
inline constexpr Standard kTlsGroups{"tls-groups", "TLS key exchange groups", "RFC 8422, RFC 7919",
                                     Theme::secure_connection};
inline constexpr Standard kPostQuantum{"tls-pq", "Post-quantum key exchange in TLS", "RFC 10024",
                                       Theme::secure_connection};
inline constexpr Standard kSni{"tls-sni", "Server name indication", "RFC 6066", Theme::secure_connection};
inline constexpr Standard kAlpn{"tls-alpn", "ALPN", "RFC 7301", Theme::secure_connection};
inline constexpr Standard kEms{"tls-ems", "Extended master secret", "RFC 7627", Theme::secure_connection};
inline constexpr Standard kRenegotiation{"tls-renegotiation", "Secure renegotiation", "RFC 5746",
                                         Theme::secure_connection};
inline constexpr Standard kCompression{"tls-compression", "No TLS compression", "RFC 3749, RFC 9325",
                                       Theme::secure_connection};
inline constexpr Standard kFallback{"tls-fallback", "Fallback SCSV", "RFC 7507", Theme::secure_connection};
inline constexpr Standard kStapling{"tls-stapling", "Certificate status request", "RFC 6066, RFC 6961",
                                    Theme::secure_connection};
inline constexpr Standard kCertCompression{"tls-cert-compression", "Certificate compression", "RFC 8879",
                                           Theme::secure_connection};
inline constexpr Standard kEch{"tls-ech", "Encrypted ClientHello", "RFC 9849", Theme::secure_connection};

}  // namespace uptake::standards
