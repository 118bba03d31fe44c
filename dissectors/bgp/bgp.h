#pragma once

#include "dissectors/bgp/dialogue.h"
#include "dissectors/bgp/facts.h"
#include "dissectors/dissector.h"

namespace uptake::bgp {

/// Dissector of BGP-4 over TCP on any port, by its marker (RFC 4271). Every claimed flow notes kSession once: when it
/// is established, else from finish(). A session that began before the capture, or of which octets are missing, is
/// read from the next marker on.
struct Dissector {
  static constexpr std::string_view kName = "bgp";
  /// A message has at most 65,535 octets (RFC 8654 section 3).
  static constexpr Habits kHabits{.lasting = true, .most_held = 64 * 1024 - 1};

  using Memory = Dialogue;
  static std::span<const FactRow> facts() noexcept { return bgp::facts(); }
  static std::span<const ExhibitRow> exhibits() noexcept { return bgp::exhibits(); }
  static Claim claims(const Payload& payload) noexcept;
  static std::uint32_t search(const Payload& payload) noexcept;
  static bool presumes(const Payload& payload) noexcept;
  static Result dissect(Call& call, Memory& memory) noexcept;
  static void finish(Memory& memory, Ending ending, Notes& notes) noexcept;
};

}  // namespace uptake::bgp
