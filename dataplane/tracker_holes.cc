#include "dataplane/tracker.h"

namespace uptake {
namespace {

/// Segments behind a hole that the peer has acknowledged, after which it is not waited for any more: what the peer
/// got and the capture did not will not come again.
constexpr std::uint8_t kPatience = 8;
/// Segments that follow each other far away, after which the stream is believed to be there.
constexpr std::uint8_t kBelieved = 16;

/// Whether an RST stands where the receiver wants the next octet, as far as is known (RFC 5961 section 3): behind
/// what was seen whole, behind an island, or where the peer has acknowledged all.
bool resets(const StreamSide& side, std::uint32_t sequence) noexcept {
  if (sequence == side.next || sequence == side.next + side.whole) return true;
  if (side.acknowledged && sequence == side.acked) return true;
  for (std::size_t i = 0; i < side.island_count; ++i)
    if (sequence == side.next + side.islands[i].to) return true;
  return false;
}

}  // namespace

/// Whether the receiver would take the segment for one of this connection (RFC 9293 §3.10.7.4, RFC 5961 §3).
bool Tracker::acceptable(const Now& now, StreamSide& side) noexcept {
  const Segment& segment = now.item.segment;
  if (!side.known) return true;
  const bool near = is_near(side.next, segment.sequence);
  if ((segment.tcp_flags & tcp::kRst) != 0) return near && resets(side, segment.sequence);
  if (segment.payload_wire == 0) return near;
  side.far = near ? std::uint8_t{0} : static_cast<std::uint8_t>(segment.sequence == side.far_next ? side.far + 1 : 1);
  side.far_next = segment.sequence + segment.payload_wire;
  return near || side.far >= kBelieved;
}

/// Any segment of a flow with a Handshake. False when it is none of the connection's.
bool Tracker::hear(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  Handshake& handshake = now.shard.pool.at(flow.mark);
  const unsigned index = side_of(now.from_low);
  StreamSide& side = handshake.sides[index];
  StreamSide& peer = handshake.sides[1 - index];
  if (!acceptable(now, side)) return false;
  handshake.hear(*now.item.frame);
  side.heard = true;
  // A FIN takes one number and is no octet.
  if (side.known && distance(side.next, segment.sequence) > 1) handshake.missed = true;
  if ((segment.tcp_flags & tcp::kAck) != 0 && peer.known) {
    if (peer.disputed && side.known && segment.sequence == side.next) {
      StreamPrefix(now.shard.pool, peer).drop();
      peer.next = segment.acknowledgement;
      peer.disputed = false;
    }
    if (is_near(peer.next, segment.acknowledgement)) {
      peer.acked = segment.acknowledgement;
      peer.acknowledged = true;
      if (distance(peer.next, peer.acked) > 1) handshake.missed = true;
    }
  }
  for (unsigned i = 0; i < 2 && flow.is(Flow::kHandshake); ++i) {
    StreamSide& holed = handshake.sides[i];
    const bool lost = holed.island_count > 0 && holed.acknowledged && distance(holed.next, holed.acked) > holed.whole;
    holed.patience = lost ? static_cast<std::uint8_t>(holed.patience + 1) : std::uint8_t{0};
    if (holed.patience >= kPatience) resume(now, flow, handshake, i);
  }
  return true;
}

/// Octets of a side will not come. True when its stream goes on behind them.
bool Tracker::lose(const Now& now, Flow& flow, Handshake& handshake, unsigned index, Ending why) noexcept {
  StreamSide& side = handshake.sides[index];
  if (why == Ending::gap) now.window.limit(Limit::stream_gap);
  handshake.missed = true;
  side.patience = side.far = 0;
  if (flow.row() != 0 && !rows_[flow.row()].lasts) {
    side_over(now, flow, handshake, index, why, false);
    return false;
  }
  side.lost = why;
  side.begun = side.from_start = false;
  side.asked = flow.row() != 0 ? std::uint8_t{0} : side.asked;
  side.passed = 0;
  return true;
}

/// Gives up the hole in front of what is held.
void Tracker::resume(const Now& now, Flow& flow, Handshake& handshake, unsigned index) noexcept {
  StreamSide& side = handshake.sides[index];
  if (!lose(now, flow, handshake, index, Ending::gap)) return;
  StreamPrefix(now.shard.pool, side).consume(side.islands[0].from);
  (void)offer_held(now, flow, handshake, index);
}

/// Gives up all up to a sequence number.
void Tracker::jump(const Now& now, Flow& flow, Handshake& handshake, unsigned index, std::uint32_t to,
                   Ending why) noexcept {
  StreamSide& side = handshake.sides[index];
  while (flow.is(Flow::kHandshake) && !side.over && side.island_count > 0) resume(now, flow, handshake, index);
  if (!flow.is(Flow::kHandshake) || side.over || distance(side.next + side.whole, to) <= 0) return;
  if (!lose(now, flow, handshake, index, why)) return;
  StreamPrefix(now.shard.pool, side).drop();
  side.next = to;
}

}  // namespace uptake
