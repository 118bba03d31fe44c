#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kIpv6{"ipv6", "IPv6", "RFC 8200", Theme::modern_address};
inline constexpr Standard kIpv4{"ipv4", "IPv4", "RFC 791", Theme::modern_address};
inline constexpr Standard kSixInFour{"6in4", "IPv6 in IPv4 tunnels", "RFC 4213", Theme::modern_address};
inline constexpr Standard kSixToFour{"6to4", "6to4", "RFC 3056, RFC 7526", Theme::modern_address};
inline constexpr Standard kTeredo{"teredo", "Teredo", "RFC 4380", Theme::modern_address};
inline constexpr Standard kNat64{"nat64", "NAT64", "RFC 6146, RFC 6052", Theme::modern_address};
inline constexpr Standard kIpv6Privacy{"ipv6-privacy", "IPv6 address privacy", "RFC 8981, RFC 8064, RFC 7217",
                                       Theme::modern_address};

inline constexpr Standard kDns{"dns", "DNS", "RFC 1035", Theme::name_service};
inline constexpr Standard kDnsTcp{"dns-tcp", "DNS over TCP", "RFC 7766", Theme::name_service};
inline constexpr Standard kEdns{"edns", "EDNS(0)", "RFC 6891, RFC 9715", Theme::name_service};
inline constexpr Standard kDnssec{"dnssec", "DNSSEC", "RFC 9364, RFC 4033, RFC 4034, RFC 4035", Theme::signed_names};
inline constexpr Standard kDnssecAlgorithms{"dnssec-algorithms", "DNSSEC algorithms", "RFC 9904, RFC 9905",
                                            Theme::signed_names};
inline constexpr Standard kNsec3{"nsec3", "NSEC3 parameters", "RFC 9276, RFC 5155", Theme::signed_names};
inline constexpr Standard kCookies{"dns-cookies", "DNS cookies", "RFC 7873, RFC 9018", Theme::name_service};
inline constexpr Standard kClientSubnet{"dns-client-subnet", "EDNS client subnet", "RFC 7871", Theme::name_service};
inline constexpr Standard kPadding{"dns-padding", "EDNS padding", "RFC 7830", Theme::name_service};
inline constexpr Standard kExtendedErrors{"dns-errors", "Extended DNS errors", "RFC 8914", Theme::name_service};
inline constexpr Standard kServiceBinding{"svcb", "SVCB and HTTPS records", "RFC 9460", Theme::name_service};
inline constexpr Standard kDane{"dane", "DANE", "RFC 6698, RFC 7671", Theme::secure_mail};
inline constexpr Standard kCaa{"caa", "CAA", "RFC 8659", Theme::secure_connection};
inline constexpr Standard kDot{"dot", "DNS over TLS", "RFC 7858, RFC 8310", Theme::name_service};

inline constexpr Standard kSpf{"spf", "SPF", "RFC 7208", Theme::authentic_mail};
inline constexpr Standard kDkim{"dkim", "DKIM", "RFC 6376", Theme::authentic_mail};
inline constexpr Standard kDmarc{"dmarc", "DMARC", "RFC 9989", Theme::authentic_mail};
inline constexpr Standard kMtaSts{"mta-sts", "MTA-STS", "RFC 8461", Theme::secure_mail};
inline constexpr Standard kTlsRpt{"tls-rpt", "SMTP TLS reporting", "RFC 8460", Theme::secure_mail};
inline constexpr Standard kBimi{"bimi", "BIMI", "draft-brand-indicators-for-message-identification",
                                Theme::authentic_mail};

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
