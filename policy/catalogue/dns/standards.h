#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kDns{"dns", "DNS", "RFC 1035", Theme::name_service};
inline constexpr Standard kDnsTcp{"dns-tcp", "DNS over TCP", "RFC 7766", Theme::name_service};
inline constexpr Standard kEdns{"edns", "EDNS(0)", "RFC 6891, RFC 9715", Theme::name_service};
inline constexpr Standard kDnssec{"dnssec", "DNSSEC", "RFC 9364, RFC 4033, RFC 4034, RFC 4035", Theme::signed_names};
inline constexpr Standard kDnssecAlgorithms{"dnssec-algorithms", "DNSSEC algorithms", "RFC 9904, RFC 9905",
                                            Theme::signed_names};
inline constexpr Standard kNsec3{"nsec3", "NSEC3 parameters", "RFC 9276, RFC 5155", Theme::signed_names};
inline constexpr Standard kAnchorSignals{"dnssec-anchors", "Signals of trust anchors", "RFC 8145, RFC 8509",
                                         Theme::signed_names};
inline constexpr Standard kCookies{"dns-cookies", "DNS cookies", "RFC 7873, RFC 9018", Theme::name_service};
inline constexpr Standard kClientSubnet{"dns-client-subnet", "EDNS client subnet", "RFC 7871", Theme::name_service};
inline constexpr Standard kPadding{"dns-padding", "EDNS padding", "RFC 7830", Theme::name_service};
inline constexpr Standard kExtendedErrors{"dns-errors", "Extended DNS errors", "RFC 8914", Theme::name_service};
inline constexpr Standard kServiceBinding{"svcb", "SVCB and HTTPS records", "RFC 9460", Theme::name_service};
inline constexpr Standard kDane{"dane", "DANE", "RFC 6698, RFC 7671", Theme::secure_mail};
inline constexpr Standard kCaa{"caa", "CAA", "RFC 8659", Theme::secure_connection};
inline constexpr Standard kSpf{"spf", "SPF", "RFC 7208", Theme::authentic_mail};
inline constexpr Standard kDkim{"dkim", "DKIM", "RFC 6376", Theme::authentic_mail};
inline constexpr Standard kDmarc{"dmarc", "DMARC", "RFC 9989", Theme::authentic_mail};
inline constexpr Standard kMtaSts{"mta-sts", "MTA-STS", "RFC 8461", Theme::secure_mail};
inline constexpr Standard kTlsRpt{"tls-rpt", "SMTP TLS reporting", "RFC 8460", Theme::secure_mail};
inline constexpr Standard kBimi{"bimi", "BIMI", "draft-brand-indicators-for-message-identification",
                                Theme::authentic_mail};

}  // namespace uptake::standards
