#pragma once

#include "dissectors/dissector.h"
#include "dissectors/smtp/body_end.h"
#include "dissectors/smtp/facts.h"
#include "dissectors/smtp/session.h"

namespace uptake::smtp {

/// Dissector of SMTP in clear text (RFC 5321), up to where TLS begins behind STARTTLS (RFC 3207). On the ports of
/// mail the server's banner tells it; on others the banner's own word, or the client's greeting. Bodies and chunks
/// are passed over. Every claimed flow notes kSession once, unless it turns out to be LMTP (RFC 2033): of that
/// nothing is noted, and the TLS behind it is told of no carrier.
struct Dissector {
  static constexpr std::string_view kName = "smtp";
  static constexpr Habits kHabits{.hands_over_to = "tls", .carrier = Carrier::smtp, .resumes = true};

  struct Memory {
    Session session;
    BodyEnd body_end;
    bool skips_client = false;  ///< the rest of a line that is too long
    bool skips_server = false;
  };
  static std::span<const FactRow> facts() noexcept { return smtp::facts(); }
  static std::span<const ExhibitRow> exhibits() noexcept { return smtp::exhibits(); }
  static Claim claims(const Payload& payload) noexcept;
  static std::uint32_t search(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

/// ImplicitDissector: claims a connection to port 465 that begins with TLS (RFC 8314), says so in the facts of SMTP,
/// and hands over at once.
struct ImplicitDissector {
  static constexpr std::string_view kName = "submissions";
  static constexpr std::string_view kNotesAs = Dissector::kName;
  static constexpr Habits kHabits{.hands_over_to = "tls"};

  struct Memory {
    std::uint8_t nothing = 0;
  };
  static std::span<const FactRow> facts() noexcept { return {}; }
  static Claim claims(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory&, Ending, Notes&) noexcept {}
};

}  // namespace uptake::smtp
