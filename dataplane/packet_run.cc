#include "dataplane/packet_run.h"

#include <algorithm>

#include "dissectors/frame/decode.h"
#include "dissectors/frame/digest.h"

namespace uptake {

/// Packets that a host may send twice alike: without an IP identification, acknowledgements that carry nothing, and
/// datagrams of which what tells them apart may have been cut.
bool PacketRun::sent_alike(const Segment& segment) noexcept {
  if (segment.ip_id != 0) return false;
  if (segment.protocol == frame::protocol::kTcp)
    return segment.payload_wire == 0 && (segment.tcp_flags & (tcp::kSyn | tcp::kFin | tcp::kRst)) == 0;
  return segment.payload_captured <
         std::min(segment.payload_wire, frame::telling_octets(segment.source_port, segment.destination_port));
}

Tracker::Tracked PacketRun::track_wrapped(const Item& item, Shard& shard, Window& window) noexcept {
  const Segment& segment = item.segment;
  const bool begins = segment.protocol == frame::protocol::kTcp && (segment.tcp_flags & tcp::kSyn) != 0;
  const Ticks now = ticks_of(item.frame->packet_ns);
  const std::uint32_t outer = segment.outer != 0 ? segment.outer : Twins::kBare;
  const Twins::Answer whose = shard.twins.ask(item.id.flow, outer, item.id.source_is_low, now, begins);
  if (whose.found) window.limit(Limit::twin_flows);
  if (whose.salt == 0) return tracker_.track(shard, item, window);
  Item apart = item;
  apart.id.flow += whose.salt;
  return tracker_.track(shard, apart, window);
}

void PacketRun::count(const Item& item, Shard& shard, Window& window) noexcept {
  const Segment& segment = item.segment;
  window.counts.add(tracker_.direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
  if (transport_cut(item.disposition, segment)) tracker_.track_cut(shard, item, window);
  Unread kind = Unread::none;
  if (item.disposition == Disposition::no_interest) kind = unread_protocol(segment.protocol);
  if (item.disposition == Disposition::unsupported) kind = unread_tunnel(segment.tunnel);
  window.unread.add(kind, segment.source.family, segment.ip_length);
}

void PacketRun::fragment(const Item& item, Shard& shard, Window& window) noexcept {
  const Segment& segment = item.segment;
  const FragmentTable::Outcome outcome = shard.fragments.add(segment, item.frame->packet_ns, window.index);
  if (outcome.what != FragmentTable::What::duplicate)
    window.counts.add(tracker_.direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
  if (outcome.conflict) window.limit(Limit::overlap_conflict);
  window.limit(Limit::fragment_memory, outcome.evicted);
  const std::uint32_t copies = outcome.what == FragmentTable::What::duplicate ? 1 : 0;
  window.ledger.frames += outcome.dropped + outcome.completed + copies;
  window.ledger.end(Disposition::fragment_dropped, outcome.dropped);
  window.ledger.end(Disposition::duplicate, copies);
  if (outcome.what != FragmentTable::What::whole) return;
  Item whole = item;
  whole.disposition = decode_reassembled(*outcome.first, outcome.payload, whole.segment);
  window.ledger.end(whole.disposition, outcome.completed);
  // It stays in the shard of its fragments, though a tunnel inside may carry other addresses.
  const std::uint32_t own = item.id.shard;
  whole.id = hash_.of(whole.segment);
  whole.id.shard = own;
  datagram(whole, outcome, shard, window);
}

/// Runs a datagram whose fragments were counted each.
void PacketRun::datagram(const Item& whole, const FragmentTable::Outcome& outcome, Shard& shard,
                         Window& window) noexcept {
  const Segment& segment = whole.segment;
  Unread unread = unread_protocol(segment.protocol);
  if (whole.disposition == Disposition::parsed && segment.has_ports) {
    unread = track(whole, shard, window).unread;
  } else if (whole.disposition == Disposition::unsupported) {
    unread = unread_tunnel(segment.tunnel);
  }
  window.unread.add(unread, segment.source.family, segment.ip_length);
  // Of a tunnel not the pieces are counted, but the one packet inside. Not where the pieces came in several windows.
  const bool of_tunnel = segment.inside != Inside::read || segment.layers > outcome.first->layers;
  if (!of_tunnel || !outcome.one_window) return;
  const Segment& pieces = *outcome.first;
  window.counts.take_back(tracker_.direction_of(pieces), frame::PacketKind::of(pieces), outcome.completed,
                          outcome.bytes);
  window.counts.add(tracker_.direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
}

}  // namespace uptake
