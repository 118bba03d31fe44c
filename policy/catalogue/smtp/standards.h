#pragma once

#include "policy/catalogue/smtp/themes.h"
#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kSmtp{"smtp", "SMTP", "RFC 5321", Theme::secure_mail};
inline constexpr Standard kStarttls{"starttls", "STARTTLS for SMTP", "RFC 3207", Theme::secure_mail};
inline constexpr Standard kMailTls{"mail-tls", "Mail over TLS", "RFC 8314, RFC 3207", Theme::secure_mail};
inline constexpr Standard kMailAuth{"smtp-auth", "Authentication in SMTP", "RFC 4954, RFC 8314", Theme::secure_mail};
inline constexpr Standard kRequireTls{"requiretls", "REQUIRETLS", "RFC 8689", Theme::secure_mail};
inline constexpr Standard kSmtpUtf8{"smtputf8", "Internationalised mail (SMTPUTF8)", "RFC 6531, RFC 6532",
                                    themes::kUniversalAcceptance};
inline constexpr Standard kEightBitMime{"8bitmime", "8BITMIME", "RFC 6152", themes::kUniversalAcceptance};
inline constexpr Standard kDsn{"dsn", "Delivery status notifications", "RFC 3461", themes::kMailService};
inline constexpr Standard kChunking{"chunking", "CHUNKING", "RFC 3030", themes::kMailService};

}  // namespace uptake::standards
