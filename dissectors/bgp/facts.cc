#include "dissectors/bgp/facts.h"

#include <array>

namespace uptake::bgp {

std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kFacts = {{
      {"session", "what is known of a session: SessionBits"},
      {"update", "what holds of the routes of an UPDATE: UpdateBits"},
      {"notification", "code, subcode, communication, who sent it"},
      {"unreadable", "why: closed, gap, truncated, malformed, limit, unfinished"},
  }};
  return kFacts;
}

std::span<const ExhibitRow> exhibits() noexcept {
  static constexpr std::array<ExhibitRow, kKindCount> kKinds = {{
      {"update", "UpdateBits", "the UPDATE without its header"},
      {"session", "SessionBits", "what both ends said: Dialogue"},
  }};
  return kKinds;
}

}  // namespace uptake::bgp
