#pragma once

#include "dissectors/dissector.h"
#include "dissectors/dns/facts.h"

namespace uptake::dns {

/// Dissector of DNS over UDP and TCP (RFC 1035 §4, RFC 7766), both sides on port 53. Notes nothing of a message that
/// it could not read but kUnreadable. A message is a query or a response by its QR bit, whoever sent it.
struct Dissector {
  static constexpr std::string_view kName = "dns";
  static constexpr Habits kHabits{.lasting = true};  ///< one connection asks again and again
  /// Memory: of a stream.
  struct Memory {
    std::uint8_t stream = 0;         ///< bits: kStream, kUnfinished << side
    std::uint8_t malformed[2] = {};  ///< messages in a row, per side
    std::uint8_t pad = 0;
  };
  static std::span<const FactRow> facts() noexcept { return dns::facts(); }
  static std::span<const ExhibitRow> exhibits() noexcept { return dns::exhibits(); }
  static Claim claims(const Payload& payload) noexcept;
  static bool presumes(const Payload& payload) noexcept;
  static std::uint32_t search(const Payload& payload) noexcept;
  static Result dissect(const Payload& payload, Memory& memory, Notes& notes) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::dns
