#pragma once

#include <cstdint>

#include "dataplane/flows/flow_hash.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// Item: one decoded frame on its way to the worker that runs its shard. Borrows the frame.
struct Item {
  Segment segment;
  FlowId id;
  const Frame* frame = nullptr;
  Disposition disposition = Disposition::parsed;
};

}  // namespace uptake
