#pragma once

#include "dataplane/flows/byte_classes.h"
#include "dataplane/flows/duplicates.h"
#include "dataplane/flows/flow_table.h"
#include "dataplane/flows/handshake_pool.h"
#include "dataplane/flows/twins.h"
#include "dataplane/fragments/fragment_table.h"

namespace uptake {

/// Shard: one sixteenth of all bounded state. One worker at a time touches it, in frame order.
struct alignas(64) Shard {
  FlowTable flows;
  HandshakePool pool;
  Duplicates duplicates;
  Twins twins;
  ByteClasses classes;
  FragmentTable fragments;
};

}  // namespace uptake
