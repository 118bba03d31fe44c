#pragma once

#include <array>

#include "dissectors/bgp/attributes/aggregator.h"
#include "dissectors/bgp/attributes/as4_aggregator.h"
#include "dissectors/bgp/attributes/as4_path.h"
#include "dissectors/bgp/attributes/as_path.h"
#include "dissectors/bgp/attributes/atomic_aggregate.h"
#include "dissectors/bgp/attributes/cluster_list.h"
#include "dissectors/bgp/attributes/communities.h"
#include "dissectors/bgp/attributes/extended_communities.h"
#include "dissectors/bgp/attributes/large_communities.h"
#include "dissectors/bgp/attributes/local_pref.h"
#include "dissectors/bgp/attributes/mp_reach_nlri.h"
#include "dissectors/bgp/attributes/mp_unreach_nlri.h"
#include "dissectors/bgp/attributes/multi_exit_disc.h"
#include "dissectors/bgp/attributes/next_hop.h"
#include "dissectors/bgp/attributes/only_to_customer.h"
#include "dissectors/bgp/attributes/origin.h"
#include "dissectors/bgp/attributes/originator_id.h"

namespace uptake::bgp {

/// The attributes that are read, by type code; `read` is null of all others: they are passed over.
inline constexpr auto kAttributes = [] {
  std::array<Attribute, 64> table{};
  for (const Attribute& one : {kOrigin, kAsPath, kNextHop, kMultiExitDisc, kLocalPref, kAtomicAggregate, kAggregator,
                               kCommunities, kOriginatorId, kClusterList, kMpReachNlri, kMpUnreachNlri,
                               kExtendedCommunities, kAs4Path, kAs4Aggregator, kLargeCommunities, kOnlyToCustomer})
    table[one.code] = one;
  return table;
}();

}  // namespace uptake::bgp
