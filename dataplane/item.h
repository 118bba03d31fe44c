#pragma once

#include <cstdint>

#include "dataplane/flows/flow_hash.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// Item: one decoded frame on its way to the worker that runs its shard.
struct Item {
  Segment segment;
  FlowId id;
  std::uint64_t time_ns = 0;    ///< as stamped
  std::uint64_t packet_ns = 0;  ///< the monotone packet time
  std::uint64_t ordinal = 0;
  std::uint32_t wire = 0;
  std::uint32_t captured = 0;
  Disposition disposition = Disposition::parsed;
};

}  // namespace uptake
