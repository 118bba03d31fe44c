#pragma once

#include "dissectors/dissector.h"
#include "dissectors/tls/facts.h"
#include "dissectors/tls/session.h"

namespace uptake::tls {

/// BareDissector: dissector of TLS handshake messages without a record layer (RFC 8446 section 4), as QUIC carries
/// them in CRYPTO frames (RFC 9001 section 4). Each direction is offered from its first octet. Feeds the same Session
/// as Dissector and notes its facts. It claims nothing by itself: whoever carries the messages knows what they
/// are.
struct BareDissector {
  static constexpr std::string_view kName = "tls_bare";
  static constexpr std::string_view kNotesAs = "tls";

  struct Memory {
    Session session;
  };
  static std::span<const FactRow> facts() noexcept { return {}; }
  static Claim claims(const Payload&) noexcept { return Claim::no; }
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::tls
