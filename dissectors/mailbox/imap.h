#pragma once

#include "dissectors/mailbox/lines.h"

namespace uptake::mailbox {

/// ImapDissector of IMAP in clear text (RFC 9051), up to where TLS begins behind STARTTLS or somebody has logged in.
/// Literals are passed over. Every claimed flow notes kSession once.
struct ImapDissector {
  static constexpr std::string_view kName = "imap";
  static constexpr std::string_view kNotesAs = "mailbox";
  static constexpr Habits kHabits{.hands_over_to = "tls", .carrier = Carrier::imap, .resumes = true};

  struct Memory {
    Session session;
    Lines lines;
    std::uint32_t tls_tag = 0;    ///< digest of the tag of the request for TLS that waits
    std::uint32_t login_tag = 0;  ///< the same of the login
    bool authenticates = false;   ///< the client's lines answer challenges
    bool in_command = false;      ///< the client's next line goes on with a command, behind a literal
  };
  static std::span<const FactRow> facts() noexcept { return {}; }
  static Claim claims(const Payload& payload) noexcept;
  static std::uint32_t search(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::mailbox
