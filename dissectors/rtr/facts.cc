#include "dissectors/rtr/facts.h"

#include <array>

namespace uptake::rtr {

std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kFacts = {{
      {"session", "TLS, start seen, a part lost, versions asked and answered, what came, Error Report"},
      {"exchange", "versions asked and answered, queries, VRPs announced and withdrawn, difference, error code"},
      {"table", "serial, session id, whole or difference, trusted, version, age of the one before"},
      {"intervals", "refresh, retry and expire interval in seconds"},
      {"error", "error code, by whom, version"},
      {"unreadable", "why: closed, gap, truncated, malformed, limit"},
  }};
  return kFacts;
}

std::span<const ExhibitRow> exhibits() noexcept {
  static constexpr std::array<ExhibitRow, kKindCount> kKinds = {{
      {"records", "whole or difference, whether followed, first behind a Cache Response, version", "whole PDUs"},
      {"commit", "serial that is changed, session id, whole or difference, trusted, Exhibits of records, waits",
       "the PDU"},
      {"lost", "why: closed, gap, truncated, malformed, limit", "-"},
      {"waits", "1: what came is not all read, for some in front is missing; 0: it is", "-"},
      {"ended", "why: closed, unfinished", "-"},
  }};
  return kKinds;
}

}  // namespace uptake::rtr
