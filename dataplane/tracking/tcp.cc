#include "dataplane/tracking/tcp.h"

#include "dataplane/flows/sequence.h"

namespace uptake {
namespace {

/// Whether a number that the other end acknowledges, or goes on at, is behind the SYN and what may be sent with it.
bool behind_syn(std::uint32_t isn, std::uint32_t number) noexcept {
  return number - isn - 1 <= static_cast<std::uint32_t>(kMostAhead);
}

/// Whether a first number is that of the stream which the side has, a little way on.
bool begins(const StreamSide& side, std::uint32_t isn) noexcept {
  const std::int32_t ahead = distance(side.next, isn + 1);
  return side.known && ahead <= 0 && ahead >= kMostBehind;
}

/// How long the ports of a connection rest whose end was not seen, before what comes is taken for another one.
constexpr Ticks kRest = seconds(60);

/// Since the last segment of a flow, which waits for no answer to its SYN.
Ticks silent_for(const Now& now, const Flow& flow) noexcept {
  return now.ticks - (flow.is(Flow::kConversation) ? ticks_of(now.conversation(flow).packet_ns) : flow.mark);
}

/// The flow begins with a SYN.
void attempt(const Now& now, Flow& flow, std::uint32_t isn, bool from_low) noexcept {
  flow.set(Flow::kBegun | Flow::kIsn);
  flow.set(Flow::kClientIsLow, from_low);
  flow.mark = isn;
  flow.byte_class = static_cast<std::uint16_t>(now.ticks);
}

}  // namespace

Disposition Tcp::track(const Now& now, Flow& flow, bool is_new) noexcept {
  const std::uint8_t flags = now.item.segment.tcp_flags;
  if (flow.is(Flow::kAskedAnew)) [[unlikely]]
    renew(now, flow);
  // A RST may be forged: of a connection that it ended the ports rest until they are opened again.
  const bool both_ended = (flow.state & Flow::kBothFin) == Flow::kBothFin;
  if (both_ended && (flags & tcp::kRst) == 0 && silent_for(now, flow) >= kRest) [[unlikely]]
    start_over(now, flow);
  if ((flags & tcp::kSyn) != 0 && (flags & tcp::kRst) == 0)
    return (flags & tcp::kAck) != 0 ? syn_ack(now, flow) : syn(now, flow);
  if (flow.is(Flow::kIsn) && !infer_answer(now, flow)) return Disposition::no_interest;
  if (flow.is(Flow::kConversation) && !streams_.hear(now, flow)) return Disposition::no_interest;
  const bool closes = (flags & (tcp::kFin | tcp::kRst)) != 0;
  const bool read = now.item.segment.payload_wire > 0 && streams_.segment(now, flow);
  if (closes) closing(now, flow);
  if (!flow.is(Flow::kConversation | Flow::kIsn)) flow.mark = now.ticks;
  return read || closes || (is_new && flow.is(Flow::kBegun)) ? Disposition::parsed : Disposition::no_interest;
}

Disposition Tcp::syn(const Now& now, Flow& flow) noexcept {
  const std::uint32_t isn = now.item.segment.sequence;
  if (flow.is(Flow::kConversation)) {
    Conversation& conversation = now.conversation(flow);
    if (begins(conversation.sides[side_of(now.from_low)], isn)) return Disposition::parsed;
    // An endpoint would only ask whether it is meant (RFC 5961 section 4): until it goes on, nothing ends.
    if (flow.is(Flow::kAnswered) && !flow.is(Flow::kClosed)) {
      conversation.renewal = isn;
      conversation.renewal_from = now.from_low ? Conversation::Renewal::low : Conversation::Renewal::high;
      flow.set(Flow::kAskedAnew);
      return Disposition::parsed;
    }
  }
  // Of one that all was said of the numbers are forgotten. What runs is not begun anew before an answer.
  const bool runs = flow.is(Flow::kDone) && flow.is(Flow::kBegun) && !flow.is(Flow::kClosed | Flow::kConversation);
  if (runs && now.ticks - flow.mark < seconds(1)) {
    flow.set(Flow::kAskedAnew);
    flow.mark = now.ticks;
    return Disposition::parsed;
  }
  if (flow.is(Flow::kBegun | Flow::kDone | Flow::kConversation) &&
      !(flow.is(Flow::kIsn) && flow.is(Flow::kClientIsLow) == now.from_low))
    start_over(now, flow);
  attempt(now, flow, isn, now.from_low);
  if (now.item.segment.payload_wire > 0) fast_open(now, flow);
  return Disposition::parsed;
}

/// Ends what the flow was; another connection uses the same ports.
void Tcp::start_over(const Now& now, Flow& flow) noexcept {
  streams_.end(now, flow);
  flow = new_flow(now, customers_);
}

/// A SYN came in the middle of a connection that all was said of: when an answer follows, it was the first of another
/// one. No endpoint answers a SYN in a connection that goes on by a SYN-ACK (RFC 5961 section 4).
void Tcp::renew_done(const Now& now, Flow& flow) noexcept {
  constexpr std::uint8_t kAnswer = tcp::kSyn | tcp::kAck;
  const Segment& segment = now.item.segment;
  flow.clear(Flow::kAskedAnew);
  if ((segment.tcp_flags & kAnswer) != kAnswer) return;
  start_over(now, flow);
  attempt(now, flow, segment.acknowledgement - 1, !now.from_low);
}

/// A SYN came in the middle of a connection: when both ends go on from it, it was the first of another one.
void Tcp::renew(const Now& now, Flow& flow) noexcept {
  if (!flow.is(Flow::kConversation)) return renew_done(now, flow);
  // The Conversation that knew of it may have been given up since.
  const Conversation& conversation = now.conversation(flow);
  if (conversation.renewal_from == Conversation::Renewal::none) return flow.clear(Flow::kAskedAnew);
  const Segment& segment = now.item.segment;
  const std::uint32_t isn = conversation.renewal;
  const bool low_asked = conversation.renewal_from == Conversation::Renewal::low;
  const bool is_syn = (segment.tcp_flags & tcp::kSyn) != 0;
  const bool answers = is_syn && (segment.tcp_flags & tcp::kAck) != 0 && segment.acknowledgement == isn + 1;
  const bool goes_on = low_asked == now.from_low ? !is_syn && segment.sequence == isn + 1 : answers;
  if (!goes_on) return;
  start_over(now, flow);
  attempt(now, flow, isn, low_asked);
}

/// Data in the SYN (TCP Fast Open, RFC 7413): only when a dissector wants it is a Conversation spent before the
/// answer.
void Tcp::fast_open(const Now& now, Flow& flow) noexcept {
  Item item = now.item;
  item.segment.sequence += 1;
  const Now data{now.shard, item, now.window, now.from_low};
  Flow probe = flow;
  if (!listener_.claims.ask(listener_.claims.payload_of(data, flow, true), probe)) return;
  flow.clear(Flow::kIsn);
  flow.byte_class = 0;
  Conversation& conversation = streams_.conversation_of(data, flow);
  StreamSide& side = conversation.sides[side_of(now.from_low)];
  side.next = item.segment.sequence;
  side.known = side.from_start = true;
  (void)streams_.segment(data, flow);
}

/// A SYN-ACK of a connection that has a Conversation: to data in the SYN, once more, or another one.
Disposition Tcp::answer_again(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  const unsigned server = side_of(now.from_low);
  Conversation& conversation = now.conversation(flow);
  const StreamSide& client = conversation.sides[1 - server];
  if (client.known && !behind_syn(client.next - static_cast<std::uint32_t>(kMostAhead), segment.acknowledgement))
    return Disposition::no_interest;
  if (!flow.is(Flow::kAnswered)) {
    ++now.window.unanswered.answers_seen[static_cast<std::size_t>(flow.family())];
    scribe_.answered(now, flow, false);
  }
  // Another answer counts only as long as the server has said nothing, and when the client acknowledges it.
  StreamSide& side = conversation.sides[server];
  side.heard = true;
  if (side.offered || side.whole > 0 || side.island_count > 0) return Disposition::parsed;
  if (side.known && side.next != segment.sequence + 1) side.disputed = true;
  if (!side.known) side.next = segment.sequence + 1;
  side.known = side.from_start = true;
  return Disposition::parsed;
}

/// A SYN-ACK whose SYN was not seen answers another connection than the one that was closed before, or rests. A copy
/// of the old one's comes sooner, or has its number.
bool Tcp::is_of_another(const Now& now, const Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  if (flow.is(Flow::kConversation)) {
    const auto& sides = now.conversation(flow).sides;
    const StreamSide& server = sides[side_of(now.from_low)];
    const StreamSide& client = sides[side_of(!now.from_low)];
    const bool is_own = server.known ? begins(server, segment.sequence) : begins(client, segment.acknowledgement - 1);
    return !is_own && (flow.is(Flow::kClosed) || silent_for(now, flow) >= kRest);
  }
  const Ticks silent = silent_for(now, flow);
  return flow.is(Flow::kDone) && (flow.is(Flow::kClosed) ? silent > 0 : silent >= kRest);
}

Disposition Tcp::syn_ack(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  const unsigned server = side_of(now.from_low);
  if (is_of_another(now, flow)) [[unlikely]]
    start_over(now, flow);
  if (flow.is(Flow::kConversation)) return answer_again(now, flow);
  const bool syn_seen = flow.is(Flow::kIsn) && flow.is(Flow::kClientIsLow) != now.from_low;
  if (flow.is(Flow::kDone) || (flow.is(Flow::kBegun) && !syn_seen)) return Disposition::parsed;
  // The SYN that was seen is believed: an answer to another is none, and no endpoint would take it.
  if (syn_seen && !behind_syn(flow.mark, segment.acknowledgement)) return Disposition::no_interest;
  flow.set(Flow::kBegun);
  flow.clear(Flow::kIsn);
  flow.byte_class = 0;
  flow.set(Flow::kClientIsLow, !now.from_low);
  ++now.window.unanswered.answers_seen[static_cast<std::size_t>(flow.family())];
  scribe_.answered(now, flow, !syn_seen);
  Conversation& conversation = streams_.conversation_of(now, flow);
  StreamSide& to = conversation.sides[1 - server];
  to.next = segment.acknowledgement;
  to.known = to.from_start = true;
  to.heard = syn_seen;
  StreamSide& from = conversation.sides[server];
  from.next = segment.sequence + 1;
  from.known = from.from_start = true;
  return Disposition::parsed;
}

/// The SYN was seen, its SYN-ACK was not, and the conversation goes on: an answer was given. False for a segment that
/// is none of the attempt's.
bool Tcp::infer_answer(const Now& now, Flow& flow) noexcept {
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
  scribe_.answered(now, flow, false);
  Conversation& conversation = streams_.conversation_of(now, flow);
  if (!ours) return true;
  StreamSide& client = conversation.sides[side_of(from_client ? now.from_low : !now.from_low)];
  client.next = isn + 1;
  client.known = client.from_start = client.heard = true;
  return true;
}

/// FIN or RST. What is pending stays, last in line: a reordered segment may still complete it, the capture may show
/// one end's segments behind all of the other's, and a RST may never have arrived. What nobody has claimed when both
/// ends are done will not come.
void Tcp::closing(const Now& now, Flow& flow) noexcept {
  const bool reset = (now.item.segment.tcp_flags & tcp::kRst) != 0;
  // All that this end sent is there, and the other end never showed.
  const auto one_way = [&] {
    const auto& sides = now.conversation(flow).sides;
    const StreamSide& own = sides[side_of(now.from_low)];
    const bool whole = distance(own.next + own.whole, now.item.segment.sequence) <= 0;
    return whole && !sides[1 - side_of(now.from_low)].heard;
  };
  if (!reset && !flow.is(Flow::kClosed)) {
    flow.set(now.from_low ? Flow::kLowFin : Flow::kHighFin);
    if ((flow.state & Flow::kBothFin) != Flow::kBothFin && !(flow.is(Flow::kConversation) && one_way())) return;
  }
  flow.set(Flow::kClosed);
  if (!flow.is(Flow::kConversation)) return;
  if (flow.row() != 0 || reset) {
    now.shard.pool.retire(flow.mark);
    return;
  }
  streams_.conclude(now, flow, now.conversation(flow).ending);
  flow.set(Flow::kDone);
}

}  // namespace uptake
