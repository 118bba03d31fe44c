#pragma once

#include <cstdint>

#include "dissectors/dissector.h"
#include "dissectors/quic/connection.h"
#include "dissectors/quic/facts.h"
#include "dissectors/quic/opener.h"

namespace uptake::quic {

/// Dissector of QUIC (RFC 9000, RFC 9001): opens the Initials of both sides and carries their CRYPTO frames to
/// whoever reads handshake messages, which tells what it made of them. Notes kConnection once for each connection
/// that is one beyond doubt (Connection::is_sure), and nothing for the others.
struct Dissector {
  static constexpr std::string_view kName = "quic";
  static constexpr Habits kHabits{.hands_over_to = "tls_bare", .carrier = Carrier::quic, .remembers_datagrams = true};

  struct Memory {
    Connection connection;
    std::uint16_t server_port = 0;
  };
  using Workspace = Opener;
  static std::span<const FactRow> facts() noexcept { return quic::facts(); }
  static Claim claims(const Payload& payload) noexcept;
  static Result dissect(Call& call, Memory& memory) noexcept;
  /// Why no TLS handshake was read of what is a connection beyond doubt.
  static Ending unread(const Memory& memory) noexcept;
  /// What tls_bare notes of the messages that were carried to it.
  static void hears(Memory& memory, std::uint16_t fact, std::uint64_t value) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::quic
