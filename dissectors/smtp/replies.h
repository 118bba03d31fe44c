#pragma once

#include <cstdint>

#include "dissectors/cursor.h"

namespace uptake::smtp {

/// ReplyLine: one line of a reply: three digits, "-" when more lines follow, and a text (RFC 5321 section 4.2).
struct ReplyLine {
  std::uint16_t code = 0;  ///< 0: it is no line of a reply
  bool last = true;
  Bytes text;

  [[nodiscard]] bool is_positive() const noexcept { return code >= 200 && code < 300; }
};

/// Reads one line of the server.
[[nodiscard]] ReplyLine read_reply_line(Bytes line) noexcept;
/// Whether a reply begins in the octets; with fewer than four, whether one may.
[[nodiscard]] bool begins_reply(Bytes bytes) noexcept;

/// Whether a banner says that its server speaks LMTP (RFC 2033), and not that it speaks SMTP.
[[nodiscard]] bool is_lmtp_banner(Bytes text) noexcept;

/// Extension: a line of the reply to EHLO that measures ask about (RFC 5321 section 4.1.1.1). One bit each.
enum Extension : std::uint8_t {
  kStarttls = 1,
  kSmtpUtf8 = 2,
  kEightBitMime = 4,
  kRequireTls = 8,
  kDsn = 16,
  kAuth = 32,
  kMasked = 64,  ///< letters in the place of a word of eight, as firewalls put them there: "XXXXXXXA"
};

/// The Extension that a line behind the first one names, or 0.
[[nodiscard]] std::uint8_t extension_of(Bytes text) noexcept;
/// Whether the text of a banner was masked by a firewall: "220 ************".
[[nodiscard]] bool is_masked_banner(Bytes text) noexcept;

}  // namespace uptake::smtp
