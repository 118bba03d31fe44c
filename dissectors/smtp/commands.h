#pragma once

#include <cstdint>

#include "dissectors/cursor.h"
#include "dissectors/smtp/facts.h"

namespace uptake::smtp {

/// Kind: what a line of the client asks, as far as its reply says something; and what ends with a reply of its own.
enum class Kind : std::uint8_t {
  other,
  ehlo,
  helo,
  lhlo,  ///< LMTP (RFC 2033)
  starttls,
  auth,  ///< AUTH, and the lines that answer its challenges
  mail,
  rcpt,
  data,
  body,   ///< the end of what DATA announced
  chunk,  ///< BDAT
  last_chunk,
  reset,
  quit,
};

/// Command: one line of the client.
struct Command {
  Kind kind = Kind::other;
  Envelope envelope;  ///< of MAIL and RCPT
  Mechanism mechanism = Mechanism::none;
  std::uint64_t chunk_size = 0;  ///< of BDAT; when it is no number that may be, `kind` is `other`
};

/// Reads one line of the client.
[[nodiscard]] Command read_command(Bytes line) noexcept;

}  // namespace uptake::smtp
