#include "dataplane/tracker.h"

namespace uptake {

Disposition Tracker::tcp(const Now& now, Flow& flow, bool is_new) noexcept {
  const std::uint8_t flags = now.item.segment.tcp_flags;
  if ((flags & tcp::kSyn) != 0 && (flags & tcp::kRst) == 0)
    return (flags & tcp::kAck) != 0 ? syn_ack(now, flow) : syn(now, flow);
  if (flow.is(Flow::kIsn)) infer_answer(now, flow);
  const bool closes = (flags & (tcp::kFin | tcp::kRst)) != 0;
  const bool read = now.item.segment.payload_wire > 0 && stream(now, flow);
  if (closes) closing(now, flow);
  if (!flow.is(Flow::kHandshake | Flow::kIsn)) flow.mark = now.ticks;
  return read || closes || (is_new && flow.is(Flow::kBegun)) ? Disposition::parsed : Disposition::no_interest;
}

Disposition Tracker::syn(const Now& now, Flow& flow) noexcept {
  const std::uint32_t isn = now.item.segment.sequence;
  if (flow.is(Flow::kHandshake)) {
    const StreamSide& side = now.shard.pool.at(flow.mark).sides[side_of(now.from_low)];
    const bool again = side.known && !side.offered && side.next == isn + 1;
    if (again) return Disposition::parsed;
  }
  if (flow.is(Flow::kBegun | Flow::kDone | Flow::kHandshake) &&
      !(flow.is(Flow::kIsn) && flow.is(Flow::kClientIsLow) == now.from_low)) {
    end_flow(now, flow);
    flow = new_flow(now);
  }
  flow.set(Flow::kBegun | Flow::kIsn);
  flow.set(Flow::kClientIsLow, now.from_low);
  flow.mark = isn;
  flow.byte_class = static_cast<std::uint16_t>(now.ticks);
  if (now.item.segment.payload_wire > 0) fast_open(now, flow);
  return Disposition::parsed;
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
    if (!flow.is(Flow::kAnswered)) {
      ++now.window.unanswered.answers_seen[static_cast<std::size_t>(flow.family())];
      answered(now, flow, false);
    }
    // Another answer counts only as long as the server has said nothing.
    StreamSide& side = now.shard.pool.at(flow.mark).sides[server];
    if (!side.offered && side.whole == 0 && side.island_count == 0) {
      side.next = segment.sequence + 1;
      side.known = side.from_start = true;
    }
    return Disposition::parsed;
  }
  const bool syn_seen = flow.is(Flow::kIsn) && flow.is(Flow::kClientIsLow) != now.from_low;
  if (flow.is(Flow::kDone) || (flow.is(Flow::kBegun) && !syn_seen)) return Disposition::parsed;
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
  StreamSide& from = handshake->sides[server];
  from.next = segment.sequence + 1;
  from.known = from.from_start = true;
  return Disposition::parsed;
}

/// The SYN was seen, its SYN-ACK was not, and the conversation goes on: an answer was given.
void Tracker::infer_answer(const Now& now, Flow& flow) noexcept {
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  const std::uint32_t isn = flow.mark;
  if ((now.item.segment.tcp_flags & tcp::kRst) != 0) {
    // A refusal is no answer; the flow stays unanswered.
    flow.clear(Flow::kIsn);
    flow.mark = now.ticks;
    flow.byte_class = 0;
    return;
  }
  flow.clear(Flow::kIsn);
  flow.byte_class = 0;
  ++now.window.unanswered.answers_inferred[static_cast<std::size_t>(flow.family())];
  answered(now, flow, false);
  Handshake* handshake = handshake_of(now, flow);
  const unsigned client = side_of(from_client ? now.from_low : !now.from_low);
  handshake->sides[client].next = isn + 1;
  handshake->sides[client].known = handshake->sides[client].from_start = true;
}

/// The first payload of a flow that was picked up midstream. Most such flows are bulk, of which all there is to say
/// is said at once: they never get a Handshake. False when the flow is done.
bool Tracker::midstream(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  Payload payload = payload_of(now, flow, true);
  if (flow.row() == 0 && !claim(payload, flow)) return false;
  if (flow.row() == 0) return true;
  payload = payload_of(now, flow, true);
  make_room();
  const Subject subject = subject_of(now, flow);
  const Notes::Mark before = notes_.mark();
  notes_.about(subject, rows_[flow.row()].base);
  Memory memory;
  const Result result = rows_[flow.row()].dissect(payload, memory, notes_);
  if (result.verdict != Verdict::concluded && result.verdict != Verdict::not_mine) {
    // It takes more than this: with a Handshake, and from the beginning.
    notes_.rewind(before);
    flow.set_row(0);
    return true;
  }
  flow.mark = now.ticks;
  note_class(now, flow, before.observations);
  if (flow.is(Flow::kSession))
    now.shard.classes.add(flow.byte_class, static_cast<unsigned>(now.window.index & 1), segment.ip_length);
  return false;
}

/// FIN or RST. What is pending stays, last in line: a reordered segment may still complete it.
void Tracker::closing(const Now& now, Flow& flow) noexcept {
  const bool reset = (now.item.segment.tcp_flags & tcp::kRst) != 0;
  if (!reset && !flow.is(Flow::kClosed)) {
    flow.set(now.from_low ? Flow::kLowFin : Flow::kHighFin);
    if ((flow.state & Flow::kBothFin) != Flow::kBothFin) return;
  }
  flow.set(Flow::kClosed);
  if (!flow.is(Flow::kHandshake)) return;
  if (flow.row() == 0) {
    release(now, flow);
    flow.set(Flow::kDone);
    return;
  }
  now.shard.pool.retire(flow.mark);
}

}  // namespace uptake
