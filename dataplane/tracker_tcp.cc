#include "dataplane/tracker.h"

namespace uptake {
namespace {

/// Whether a number that the other end acknowledges, or goes on at, is behind the SYN and what may be sent with it.
bool behind_syn(std::uint32_t isn, std::uint32_t number) noexcept {
  return number - isn - 1 <= static_cast<std::uint32_t>(kMostAhead);
}

}  // namespace

Disposition Tracker::tcp(const Now& now, Flow& flow, bool is_new) noexcept {
  const std::uint8_t flags = now.item.segment.tcp_flags;
  if (flow.is(Flow::kAskedAnew)) [[unlikely]]
    renew(now, flow);
  if ((flags & tcp::kSyn) != 0 && (flags & tcp::kRst) == 0)
    return (flags & tcp::kAck) != 0 ? syn_ack(now, flow) : syn(now, flow);
  if (flow.is(Flow::kIsn) && !infer_answer(now, flow)) return Disposition::no_interest;
  if (flow.is(Flow::kHandshake) && !hear(now, flow)) return Disposition::no_interest;
  const bool closes = (flags & (tcp::kFin | tcp::kRst)) != 0;
  const bool read = now.item.segment.payload_wire > 0 && stream(now, flow);
  if (closes) closing(now, flow);
  if (!flow.is(Flow::kHandshake | Flow::kIsn)) flow.mark = now.ticks;
  return read || closes || (is_new && flow.is(Flow::kBegun)) ? Disposition::parsed : Disposition::no_interest;
}

Disposition Tracker::syn(const Now& now, Flow& flow) noexcept {
  const std::uint32_t isn = now.item.segment.sequence;
  if (flow.is(Flow::kHandshake)) {
    Handshake& handshake = now.shard.pool.at(flow.mark);
    const StreamSide& side = handshake.sides[side_of(now.from_low)];
    const std::int32_t ahead = distance(side.next, isn + 1);
    const bool again = side.known && ahead <= 0 && ahead >= kMostBehind;
    if (again) return Disposition::parsed;
    // An endpoint would only ask whether it is meant (RFC 5961 section 4): until it goes on, nothing ends.
    if (flow.is(Flow::kAnswered) && !flow.is(Flow::kClosed)) {
      handshake.renewal = isn;
      handshake.renewal_from = now.from_low ? Handshake::Renewal::low : Handshake::Renewal::high;
      flow.set(Flow::kAskedAnew);
      return Disposition::parsed;
    }
  }
  // Of one that all was said of the numbers are forgotten. What runs is not begun anew at once.
  const bool runs = flow.is(Flow::kDone) && flow.is(Flow::kBegun) && !flow.is(Flow::kClosed | Flow::kHandshake);
  if (runs && now.ticks - flow.mark < seconds(1)) return Disposition::parsed;
  if (flow.is(Flow::kBegun | Flow::kDone | Flow::kHandshake) &&
      !(flow.is(Flow::kIsn) && flow.is(Flow::kClientIsLow) == now.from_low)) {
    end_flow(now, flow);
    flow = new_flow(now);
  }
  attempt(now, flow, isn, now.from_low);
  if (now.item.segment.payload_wire > 0) fast_open(now, flow);
  return Disposition::parsed;
}

/// The flow begins with a SYN.
void Tracker::attempt(const Now& now, Flow& flow, std::uint32_t isn, bool from_low) noexcept {
  flow.set(Flow::kBegun | Flow::kIsn);
  flow.set(Flow::kClientIsLow, from_low);
  flow.mark = isn;
  flow.byte_class = static_cast<std::uint16_t>(now.ticks);
}

/// A SYN came in the middle of a connection: when both ends go on from it, it was the first of another one.
void Tracker::renew(const Now& now, Flow& flow) noexcept {
  // The Handshake that knew of it may have been given up since.
  const bool is_known =
      flow.is(Flow::kHandshake) && now.shard.pool.at(flow.mark).renewal_from != Handshake::Renewal::none;
  if (!is_known) return flow.clear(Flow::kAskedAnew);
  const Handshake& handshake = now.shard.pool.at(flow.mark);
  const Segment& segment = now.item.segment;
  const std::uint32_t isn = handshake.renewal;
  const bool low_asked = handshake.renewal_from == Handshake::Renewal::low;
  const bool is_syn = (segment.tcp_flags & tcp::kSyn) != 0;
  const bool answers = is_syn && (segment.tcp_flags & tcp::kAck) != 0 && segment.acknowledgement == isn + 1;
  const bool goes_on = low_asked == now.from_low ? !is_syn && segment.sequence == isn + 1 : answers;
  if (!goes_on) return;
  end_flow(now, flow);
  flow = new_flow(now);
  attempt(now, flow, isn, low_asked);
}

/// Data in the SYN (TCP Fast Open, RFC 7413): only when a dissector wants it is a Handshake spent before the answer.
void Tracker::fast_open(const Now& now, Flow& flow) noexcept {
  Item item = now.item;
  item.segment.sequence += 1;
  const Now data{now.shard, item, now.window, now.ticks, now.from_low};
  Flow probe = flow;
  if (!claim(payload_of(data, flow, true), probe)) return;
  flow.clear(Flow::kIsn);
  flow.byte_class = 0;
  Handshake* handshake = handshake_of(data, flow);
  StreamSide& side = handshake->sides[side_of(now.from_low)];
  side.next = item.segment.sequence;
  side.known = side.from_start = true;
  (void)stream(data, flow);
}

Disposition Tracker::syn_ack(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  const unsigned server = side_of(now.from_low);
  if (flow.is(Flow::kHandshake)) {
    Handshake& handshake = now.shard.pool.at(flow.mark);
    const StreamSide& client = handshake.sides[1 - server];
    if (client.known && !behind_syn(client.next - static_cast<std::uint32_t>(kMostAhead), segment.acknowledgement))
      return Disposition::no_interest;
    if (!flow.is(Flow::kAnswered)) {
      ++now.window.unanswered.answers_seen[static_cast<std::size_t>(flow.family())];
      answered(now, flow, false);
    }
    // Another answer counts only as long as the server has said nothing, and when the client acknowledges it.
    StreamSide& side = handshake.sides[server];
    side.heard = true;
    if (side.offered || side.whole > 0 || side.island_count > 0) return Disposition::parsed;
    if (side.known && side.next != segment.sequence + 1) side.disputed = true;
    if (!side.known) side.next = segment.sequence + 1;
    side.known = side.from_start = true;
    return Disposition::parsed;
  }
  const bool syn_seen = flow.is(Flow::kIsn) && flow.is(Flow::kClientIsLow) != now.from_low;
  if (flow.is(Flow::kDone) || (flow.is(Flow::kBegun) && !syn_seen)) return Disposition::parsed;
  // The SYN that was seen is believed: an answer to another is none, and no endpoint would take it.
  if (syn_seen && !behind_syn(flow.mark, segment.acknowledgement)) return Disposition::no_interest;
  flow.set(Flow::kBegun);
  flow.clear(Flow::kIsn);
  flow.byte_class = 0;
  flow.set(Flow::kClientIsLow, !now.from_low);
  ++now.window.unanswered.answers_seen[static_cast<std::size_t>(flow.family())];
  answered(now, flow, !syn_seen);
  Handshake* handshake = handshake_of(now, flow);
  StreamSide& to = handshake->sides[1 - server];
  to.next = segment.acknowledgement;
  to.known = to.from_start = true;
  to.heard = syn_seen;
  StreamSide& from = handshake->sides[server];
  from.next = segment.sequence + 1;
  from.known = from.from_start = true;
  return Disposition::parsed;
}

/// The SYN was seen, its SYN-ACK was not, and the conversation goes on: an answer was given. False for a segment that
/// is none of the attempt's.
bool Tracker::infer_answer(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  const std::uint32_t isn = flow.mark;
  const bool ours = behind_syn(isn, from_client ? segment.sequence : segment.acknowledgement);
  if ((segment.tcp_flags & tcp::kRst) != 0) {
    if (!ours) return false;
    // A refusal is no answer; the flow stays unanswered.
    flow.clear(Flow::kIsn);
    flow.mark = now.ticks;
    flow.byte_class = 0;
    return true;
  }
  if (!ours && segment.payload_wire == 0) return false;
  flow.clear(Flow::kIsn);
  flow.byte_class = 0;
  ++now.window.unanswered.answers_inferred[static_cast<std::size_t>(flow.family())];
  answered(now, flow, false);
  Handshake* handshake = handshake_of(now, flow);
  if (!ours) return true;
  StreamSide& client = handshake->sides[side_of(from_client ? now.from_low : !now.from_low)];
  client.next = isn + 1;
  client.known = client.from_start = client.heard = true;
  return true;
}

/// FIN or RST. What is pending stays, last in line: a reordered segment may still complete it. What nobody has
/// claimed, or is waited for from an end that the capture does not show, will not come.
void Tracker::closing(const Now& now, Flow& flow) noexcept {
  const bool reset = (now.item.segment.tcp_flags & tcp::kRst) != 0;
  // All that this end sent is there, and the other end never showed.
  const auto one_way = [&] {
    const auto& sides = now.shard.pool.at(flow.mark).sides;
    const StreamSide& own = sides[side_of(now.from_low)];
    const bool whole = distance(own.next + own.whole, now.item.segment.sequence) <= 0;
    return whole && !sides[1 - side_of(now.from_low)].heard;
  };
  if (!reset && !flow.is(Flow::kClosed)) {
    flow.set(now.from_low ? Flow::kLowFin : Flow::kHighFin);
    if ((flow.state & Flow::kBothFin) != Flow::kBothFin && !(flow.is(Flow::kHandshake) && one_way())) return;
  }
  flow.set(Flow::kClosed);
  if (!flow.is(Flow::kHandshake)) return;
  Handshake& handshake = now.shard.pool.at(flow.mark);
  if (flow.row() != 0 && !one_way()) {
    now.shard.pool.retire(flow.mark);
    return;
  }
  conclude(now, flow, handshake, handshake.ending);
  flow.set(Flow::kDone);
}

}  // namespace uptake
