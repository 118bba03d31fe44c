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

void PacketRun::fragment(const Item& item, Window& window) noexcept {
  const Segment& segment = item.segment;
  ShardFragments& shard = fragments_[item.id.shard];
  const bool is_own = own_.hold(item.id.shard);
  const std::uint32_t apart = (segment.outer & kInTunnel) != 0 ? digest_of(segment.outer) : 0;
  if (is_copy(item, shard.copies, segment.header_digest ^ apart)) {
    window.ledger.frames += is_own ? 1 : 0;
    window.ledger.end(Disposition::duplicate, is_own ? 1 : 0);
    return;
  }
  const FragmentTable::Outcome outcome = shard.table.add(segment, item.frame->packet_ns, window.index);
  if (is_own) settle(item, outcome, window);
  if (outcome.what == FragmentTable::What::whole) datagram(item, outcome, window);
}

/// Counts what ends with a fragment of an own shard, but for the datagram that it completes.
void PacketRun::settle(const Item& item, const FragmentTable::Outcome& outcome, Window& window) noexcept {
  const Segment& segment = item.segment;
  if (outcome.what != FragmentTable::What::duplicate)
    window.counts.add(tracker_.direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
  if (outcome.conflict) window.limit(Limit::overlap_conflict);
  window.limit(Limit::fragment_memory, outcome.evicted);
  const std::uint32_t copies = outcome.what == FragmentTable::What::duplicate ? 1 : 0;
  window.ledger.frames += outcome.dropped + outcome.completed + copies;
  window.ledger.end(Disposition::fragment_dropped, outcome.dropped);
  window.ledger.end(Disposition::duplicate, copies);
}

/// Runs a datagram whose fragments were counted each. A tunnel inside may carry the addresses of another shard.
void PacketRun::datagram(const Item& pieces, const FragmentTable::Outcome& outcome, Window& window) noexcept {
  const Segment& first = *outcome.first;
  Item whole = pieces;
  const Segment& segment = whole.segment;
  whole.disposition = decode_reassembled(first, outcome.payload, whole.segment);
  whole.id = hash_.of(segment);
  const bool is_own = own_.hold(pieces.id.shard);
  Unread unread = unread_protocol(segment.protocol);
  if (whole.disposition == Disposition::parsed && segment.has_ports) {
    if (own_.hold(whole.id.shard)) {
      unread = track(whole, own_[whole.id.shard], window).unread;
      window.unread.add(unread, segment.source.family, segment.ip_length);
    } else if (is_own && !fragments_.are_all()) {
      window.limit(Limit::fragment_elsewhere);
    }
  } else if (is_own) {
    if (whole.disposition == Disposition::unsupported) unread = unread_tunnel(segment.tunnel);
    window.unread.add(unread, segment.source.family, segment.ip_length);
  }
  if (!is_own) return;
  window.ledger.end(whole.disposition, outcome.completed);
  // Of a tunnel not the pieces are counted, but the one packet inside. Not where the pieces came in several windows.
  const std::size_t datagram =
      first.ip_length - std::min(first.ip_length, first.payload_wire) + outcome.payload.size();
  const bool of_tunnel = segment.inside != Inside::read || segment.ip_length != datagram;
  if (!of_tunnel || !outcome.one_window) return;
  window.counts.take_back(tracker_.direction_of(first), frame::PacketKind::of(first), outcome.completed,
                          outcome.bytes);
  window.counts.add(tracker_.direction_of(segment), frame::PacketKind::of(segment), segment.ip_length);
}

void PacketRun::drain(std::size_t shard, Window& window) noexcept {
  const std::uint32_t held = fragments_[shard].table.drain();
  window.ledger.frames += held;
  window.ledger.end(Disposition::fragment_dropped, held);
}

}  // namespace uptake
