#pragma once

#include "dissectors/mailbox/lines.h"

namespace uptake::mailbox {

/// Pop3Dissector of POP3 in clear text (RFC 1939), up to where TLS begins behind STLS (RFC 2595) or somebody has
/// logged in. Every claimed flow notes kSession once.
struct Pop3Dissector {
  static constexpr std::string_view kName = "pop3";
  static constexpr std::string_view kNotesAs = "mailbox";
  static constexpr Habits kHabits{.hands_over_to = "tls", .carrier = Carrier::pop3, .resumes = true};

  struct Memory {
    Session session;
    Lines lines;
    std::uint64_t awaited = 0;  ///< the commands whose replies have not come, four bits each, the oldest lowest
    bool greeted = false;       ///< the reply that nobody asked for has come
    bool in_list = false;       ///< the lines of the reply to CAPA follow
    bool has_tls = false;       ///< of that list
    bool has_utf8 = false;
    bool authenticates = false;  ///< the client's lines answer challenges
  };
  static std::span<const FactRow> facts() noexcept { return {}; }
  static Claim claims(const Payload& payload) noexcept;
  static std::uint32_t search(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::mailbox
