#pragma once

#include <span>

#include "dissectors/dissector.h"

namespace nts {

/// KeyEstablishment: dissector of NTS Key Establishment (RFC 8915 section 4): TLS on its own port. It notes the
/// connection and hands over to TLS.
struct KeyEstablishment {
  enum Fact : std::uint16_t { kConnection };

  static constexpr std::string_view kName = "nts_ke";
  static constexpr uptake::Habits kHabits{.hands_over_to = "tls"};
  struct Memory {};
  static std::span<const uptake::FactRow> facts() noexcept;
  static uptake::Claim claims(const uptake::Payload& payload) noexcept;
  static uptake::Result dissect(const uptake::Payload& payload, Memory& memory, uptake::Notes& notes) noexcept;
  static void finish(Memory&, uptake::Ending, uptake::Notes&) noexcept {}
};

}  // namespace nts
