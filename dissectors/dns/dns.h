#pragma once

#include "dissectors/dissector.h"
#include "dissectors/dns/facts.h"

namespace uptake::dns {

/// Dissector of DNS over UDP and TCP (RFC 1035 §4, RFC 7766), both sides on port 53.
struct Dissector {
  static constexpr std::string_view kName = "dns";
  /// What a response needs of its query (first two octets: all that a datagram flow keeps).
  struct Memory {
    std::uint16_t brief = 0;
    std::uint8_t pad[6] = {};
  };
  static std::span<const FactRow> facts() noexcept { return dns::facts(); }
  static Claim claims(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::dns
