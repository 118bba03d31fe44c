#include "policy/ledger.h"

namespace uptake {

std::string_view name_of(Limit limit) noexcept {
  switch (limit) {
    case Limit::flow_evicted:
      return "flow_evicted";
    case Limit::handshake_evicted:
      return "handshake_evicted";
    case Limit::handshake_bytes:
      return "handshake_bytes";
    case Limit::stream_gap:
      return "stream_gap";
    case Limit::overlap_conflict:
      return "overlap_conflict";
    case Limit::fragment_memory:
      return "fragment_memory";
    case Limit::class_full:
      return "class_full";
    case Limit::notes_full:
      return "notes_full";
    case Limit::entities_sampled:
      return "entities_sampled";
    case Limit::late:
      return "late";
    case Limit::early:
      return "early";
    case Limit::card_dropped:
      return "card_dropped";
    case Limit::events_dropped:
      return "events_dropped";
    case Limit::twin_flows:
      return "twin_flows";
    case Limit::filter_outside:
      return "filter_outside";
    case Limit::arrival_unknown:
      return "arrival_unknown";
    case Limit::query_displaced:
      return "query_displaced";
    case Limit::handshake_chunks:
      return "handshake_chunks";
    case Limit::unclaimed:
      return "unclaimed";
    case Limit::exhibits_full:
      return "exhibits_full";
    case Limit::exhibits_dropped:
      return "exhibits_dropped";
    case Limit::join_forgotten:
      return "join_forgotten";
    case Limit::fragment_elsewhere:
      return "fragment_elsewhere";
    case Limit::pieces_dropped:
      return "pieces_dropped";
    case Limit::count_:
      break;
  }
  return "unknown";
}

}  // namespace uptake
