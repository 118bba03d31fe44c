#pragma once

#include "dissectors/dissector.h"
#include "dissectors/mailbox/facts.h"

namespace uptake::mailbox {

/// Dissector of connections to ports 993 and 995 that begin with TLS (RFC 8314): says so and hands over at once. Its
/// facts are those of IMAP and POP3 in clear text too.
struct Dissector {
  static constexpr std::string_view kName = "mailbox";
  static constexpr Habits kHabits{.hands_over_to = "tls"};

  struct Memory {
    std::uint8_t nothing = 0;
  };
  static std::span<const FactRow> facts() noexcept { return mailbox::facts(); }
  static Claim claims(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory&, Ending, Notes&) noexcept {}
};

}  // namespace uptake::mailbox
