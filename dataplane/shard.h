#pragma once

#include "dataplane/flows/byte_classes.h"
#include "dataplane/flows/conversation_pool.h"
#include "dataplane/flows/duplicates.h"
#include "dataplane/flows/flow_table.h"
#include "dataplane/flows/twins.h"
#include "dissectors/exchanges.h"

namespace uptake {

/// Shard: one sixteenth of all bounded state. One worker at a time touches it, in frame order.
struct alignas(64) Shard {
  FlowTable flows;
  ConversationPool pool;
  Duplicates duplicates;
  Twins twins;
  ByteClasses classes;
  Exchanges exchanges;
};

}  // namespace uptake
