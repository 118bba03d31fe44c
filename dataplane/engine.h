#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/flows/flow_hash.h"
#include "dataplane/prefix_set.h"
#include "dissectors/registry.h"
#include "policy/catalogue/catalogue.h"
#include "policy/correlate/join_files.h"
#include "policy/digests.h"
#include "policy/figures.h"
#include "policy/grouping.h"

namespace uptake {

class Filter;

/// Engine: what all workers share and none changes: dissectors, measures, keys, limits. Outlives the workers.
struct Engine {
  const Registry& registry;
  const Catalogue& catalogue;
  const Digests& digests;
  const PrefixSet& customers;  ///< the operator's prefixes: they tell which end of a flow is a customer
  FlowHash hash;
  SubscriberLengths subscriber;
  std::uint64_t window_ns = 0;         ///< 0: one window for the whole run
  std::uint64_t max_flows = 1U << 20;  ///< tracked at half load: two places each
  bool keep_names = false;             ///< names of pending handshakes are kept, for events
  bool join_names = false;             ///< they are kept for the correlators

  const Filter* filter = nullptr;      ///< BPF; null lets everything pass
  bool touch_pool = false;             ///< the conversation pool is made resident at start: live
  bool bounds_bursts = false;          ///< dissectors bound what a burst costs: live
  const PrefixSet* nat64 = nullptr;    ///< the networks' own NAT64 prefixes (RFC 6052 §2.2); null: none is known
  const Grouping* grouping = nullptr;  ///< holds groups of clients apart in all figures; null: no groups
  std::uint64_t grace_ns = 0;          ///< how long a window stays open behind its end; 0: as long as it is
  JoinFiles join_files = {};           ///< what the correlators are given
};

}  // namespace uptake
