#pragma once

#include "policy/catalogue/smtp/themes.h"
#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kMailbox{"mailbox", "IMAP and POP3", "RFC 9051, RFC 1939", Theme::secure_mail};
inline constexpr Standard kMailboxTls{"mailbox-tls", "Mail access over TLS", "RFC 8314, RFC 2595",
                                      Theme::secure_mail};
inline constexpr Standard kMailboxStarttls{"mailbox-starttls", "STARTTLS for IMAP, STLS for POP3",
                                           "RFC 9051, RFC 2595", Theme::secure_mail};
inline constexpr Standard kMailboxUtf8{"mailbox-utf8", "UTF-8 in IMAP and POP3", "RFC 6855, RFC 6856",
                                       themes::kUniversalAcceptance};

}  // namespace uptake::standards
