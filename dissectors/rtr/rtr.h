#pragma once

#include "dissectors/dissector.h"
#include "dissectors/rtr/facts.h"
#include "dissectors/rtr/session.h"

namespace uptake::rtr {

/// Dissector of the RPKI to Router protocol over TCP: on ports 323, 3323 and 8282, and where a connection begins with
/// a router's question; versions 0 to 2. Of a TLS connection on port 324 it notes kSession and hands over.
struct Dissector {
  static constexpr std::string_view kName = "rtr";
  static constexpr Habits kHabits{
      .hands_over_to = "tls", .lasting = true, .hears_holes = true, .most_held = 64 * 1024 - 1};
  struct Memory {
    Session session;
  };
  static std::span<const FactRow> facts() noexcept { return rtr::facts(); }
  static std::span<const ExhibitRow> exhibits() noexcept { return rtr::exhibits(); }
  static Claim claims(const Payload& payload) noexcept;
  static bool presumes(const Payload& payload) noexcept;
  static std::uint32_t search(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

/// Octets that a TLS connection on the port of RTR over TLS may consist of.
[[nodiscard]] bool is_tls(const Payload& payload) noexcept;

}  // namespace uptake::rtr
