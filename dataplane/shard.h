#pragma once

#include <array>
#include <cstdint>

#include "dataplane/flows/byte_classes.h"
#include "dataplane/flows/duplicates.h"
#include "dataplane/flows/flow_table.h"
#include "dataplane/flows/handshake_pool.h"
#include "dataplane/fragments/fragment_table.h"

namespace uptake {

/// Shard: one sixteenth of all bounded state. One worker at a time touches it, in frame order.
struct Shard {
  FlowTable flows;
  HandshakePool pool;
  Duplicates duplicates;
  ByteClasses classes;
  FragmentTable fragments;
  /// TCP handshakes whose answer was seen, and those whose answer must have been given but was not seen, by family:
  /// none of the first beside some of the second means that the mirror carries one direction only.
  std::array<std::uint64_t, 2> answers_seen{};
  std::array<std::uint64_t, 2> answers_inferred{};

  [[nodiscard]] bool one_way(Family family) const noexcept {
    const auto f = static_cast<std::size_t>(family);
    return answers_seen[f] == 0 && answers_inferred[f] > 0;
  }
};

}  // namespace uptake
