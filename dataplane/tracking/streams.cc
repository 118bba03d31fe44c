#include "dataplane/tracking/streams.h"

#include <algorithm>

#include "dataplane/flows/sequence.h"

namespace uptake {
namespace {

/// Segments behind a hole that the peer has acknowledged, after which it is not waited for any more: what the peer
/// got and the capture did not will not come again.
constexpr std::uint8_t kPatience = 8;
/// The same as packet time, for connections that are mostly silent: a mirror may show an acknowledgement before what
/// it acknowledges, but not by so much.
constexpr Ticks kPatienceTicks = seconds(1);
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

Conversation& Streams::conversation_of(const Now& now, Flow& flow, Standing standing) noexcept {
  ConversationPool& pool = now.shard.pool;
  if (flow.is(Flow::kConversation)) {
    pool.touch(flow.mark);
    pool.at(flow.mark).hear(*now.item.frame);
    return pool.at(flow.mark);
  }
  std::uint32_t place = pool.take(now.shard.flows.place_of(flow), standing);
  if (place == ConversationPool::kNone) {
    give_up(now, pool.oldest(standing), Limit::handshake_evicted);
    place = pool.take(now.shard.flows.place_of(flow), standing);
  }
  Conversation& conversation = pool.at(place);
  const Segment& segment = now.item.segment;
  conversation.low = now.from_low ? segment.source : segment.destination;
  conversation.high = now.from_low ? segment.destination : segment.source;
  conversation.low_port = now.from_low ? segment.source_port : segment.destination_port;
  conversation.high_port = now.from_low ? segment.destination_port : segment.source_port;
  conversation.sides[side_of(now.from_low)].heard = true;
  flow.mark = place;
  flow.set(Flow::kConversation);
  conversation.hear(*now.item.frame);
  return conversation;
}

/// Ends a pending Conversation to make room for another.
void Streams::give_up(const Now& now, std::uint32_t place, Limit why) noexcept {
  const Conversation& conversation = now.shard.pool.at(place);
  Flow& loser = now.shard.flows.at(conversation.flow);
  const bool closed = loser.is(Flow::kClosed);
  if (!closed && loser.row() != 0 && conversation.standing != Standing::doubtful) now.window.limit(why);
  conclude(now, loser, closed ? conversation.ending : Ending::limit);
  if (loser.row() == 0) return;
  // A connection that nothing was read of yet, or whose messages go on, can still be claimed as if met midstream.
  if (listener_.habits_of(loser).lasting && !loser.is(Flow::kSession | Flow::kDone)) {
    loser.set_row(0);
    loser.byte_class = 0;
    return;
  }
  loser.set(Flow::kDone);
}

/// Hellos that were begun and never went on must not keep the chunks from those that do.
void Streams::free_chunks(const Now& now, std::uint32_t own, std::size_t octets) noexcept {
  ConversationPool& pool = now.shard.pool;
  const std::size_t wanted = std::max<std::size_t>(kHandshakeBytes, octets + kStreamChunk) / kStreamChunk;
  while (pool.free_chunks() < wanted) {
    const std::uint32_t place = pool.oldest_with_chunks(own);
    if (place == ConversationPool::kNone) return;
    give_up(now, place, Limit::handshake_chunks);
  }
}

/// Whether the receiver would take the segment for one of this connection (RFC 9293 §3.10.7.4, RFC 5961 §3).
bool Streams::acceptable(const Now& now, StreamSide& side) noexcept {
  const Segment& segment = now.item.segment;
  if (!side.known) return true;
  const bool near = is_near(side.next, segment.sequence);
  if ((segment.tcp_flags & tcp::kRst) != 0) return near && resets(side, segment.sequence);
  if (segment.payload_wire == 0) return near;
  side.far = near ? std::uint8_t{0} : static_cast<std::uint8_t>(segment.sequence == side.far_next ? side.far + 1 : 1);
  side.far_next = segment.sequence + segment.payload_wire;
  return near || side.far >= kBelieved;
}

/// A segment of `side` acknowledges what its peer has sent.
void Streams::acknowledged(const Now& now, const StreamSide& side, StreamSide& peer,
                           Conversation& conversation) noexcept {
  const Segment& segment = now.item.segment;
  if (peer.disputed && side.known && segment.sequence == side.next) {
    StreamPrefix(now.shard.pool, peer).drop();
    peer.next = segment.acknowledgement;
    peer.disputed = false;
  }
  if (!is_near(peer.next, segment.acknowledgement)) return;
  peer.acked = segment.acknowledgement;
  peer.acknowledged = true;
  if (distance(peer.next, peer.acked) > 1) conversation.missed = true;
}

bool Streams::hear(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  Conversation& conversation = now.conversation(flow);
  const unsigned index = side_of(now.from_low);
  StreamSide& side = conversation.sides[index];
  StreamSide& peer = conversation.sides[1 - index];
  if (!acceptable(now, side)) return false;
  conversation.hear(*now.item.frame);
  side.heard = true;
  // A FIN takes one number and is no octet.
  if (side.known && distance(side.next, segment.sequence) > 1) conversation.missed = true;
  if ((segment.tcp_flags & tcp::kAck) != 0 && peer.known) acknowledged(now, side, peer, conversation);
  for (unsigned i = 0; i < 2 && flow.is(Flow::kConversation); ++i) {
    StreamSide& holed = conversation.sides[i];
    const bool lost = holed.island_count > 0 && holed.acknowledged && distance(holed.next, holed.acked) > holed.whole;
    holed.patience = lost ? static_cast<std::uint8_t>(holed.patience + 1) : std::uint8_t{0};
    const bool long_ago = lost && holed.waits && now.ticks - holed.since >= kPatienceTicks;
    if (holed.patience >= kPatience || long_ago) resume(now, flow, conversation, i);
  }
  listener_.watch_holes(now, flow, conversation);
  return true;
}

void Streams::datagram(const Now& now, Flow& flow) noexcept {
  Conversation& conversation = conversation_of(now, flow, Standing::doubtful);
  conversation.bytes += now.item.segment.ip_length;
  if (conversation.standing != Standing::doubtful) free_chunks(now, flow.mark, 0);
  if (listener_.remembered(now, flow, conversation) && flow.is(Flow::kConversation))
    put(now, flow.mark, Standing::datagrams);
}

bool Streams::segment(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  if (flow.is(Flow::kDone)) {
    Scribe::count_bytes(now, flow, segment.ip_length);
    return false;
  }
  if (!flow.is(Flow::kConversation) && !listener_.midstream(now, flow)) return flow.row() != 0;
  Conversation& conversation = conversation_of(now, flow);
  conversation.bytes += segment.ip_length;
  const unsigned index = side_of(now.from_low);
  StreamSide& side = conversation.sides[index];
  if (!side.known) {
    side.next = segment.sequence;
    side.known = true;
  }
  if (side.over) {
    const std::uint32_t end = segment.sequence + segment.payload_wire;
    if (distance(side.next, end) > 0) side.next = end;
    return false;
  }
  if (side.far > 0) {
    jump(now, flow, conversation, index, segment.sequence, Ending::gap);
    if (!flow.is(Flow::kConversation) || side.over) return flow.row() != 0;
  }
  if (side.passed > 0 && !side.begun) begin_before(now, flow, conversation, index);
  place(now, flow, conversation, index);
  listener_.watch_holes(now, flow, conversation);
  return flow.row() != 0;
}

/// Begins again in front of octets that were passed over, when a dissector begins in the segment at hand, which has
/// other octets in their place: those passed over were forged, or none of the stream's.
void Streams::begin_before(const Now& now, const Flow& flow, Conversation& conversation, unsigned index) noexcept {
  StreamSide& side = conversation.sides[index];
  const std::uint32_t sequence = now.item.segment.sequence;
  const std::uint32_t back = side.next - sequence;
  if (back == 0 || back > side.passed || !listener_.claims.begins(now, flow, conversation, index)) return;
  StreamPrefix(now.shard.pool, side).drop();
  side.next = sequence;
  side.passed = 0;
}

/// Puts the segment at hand, of a side that is not over, in its place.
void Streams::place(const Now& now, Flow& flow, Conversation& conversation, unsigned index) noexcept {
  const Segment& segment = now.item.segment;
  StreamSide& side = conversation.sides[index];
  StreamPrefix prefix(now.shard.pool, side);
  const Bytes payload{segment.payload, segment.payload_captured};
  const auto goes_on = [&] { return flow.is(Flow::kConversation) && !side.over; };
  const Bytes fresh = prefix.in_place(segment.sequence, payload);
  if (!fresh.empty()) {
    const auto wire = static_cast<std::uint32_t>(fresh.size()) + segment.payload_wire - segment.payload_captured;
    const std::uint32_t consumed = offer(now, flow, conversation, index, fresh, wire);
    if (!goes_on()) return;
    side.next += consumed;
    if (consumed < fresh.size()) hold(now, flow, conversation, index, side.next, fresh.subspan(consumed), true);
  } else if (!payload.empty()) {
    hold(now, flow, conversation, index, segment.sequence, payload, false);
  }
  if (!goes_on() || segment.payload_captured >= segment.payload_wire) return;
  // The snaplen cut what comes next.
  const std::uint32_t reached = side.next + side.whole;
  const bool next_is_cut = distance(reached, segment.sequence + segment.payload_captured) <= 0;
  const std::uint32_t end = segment.sequence + segment.payload_wire;
  if (next_is_cut && distance(reached, end) > 0) jump(now, flow, conversation, index, end, Ending::truncated);
}

/// Keeps what came early or was `offered` and not taken; offers what it completes.
void Streams::hold(const Now& now, Flow& flow, Conversation& conversation, unsigned index, std::uint32_t sequence,
                   Bytes bytes, bool offered) noexcept {
  StreamSide& side = conversation.sides[index];
  free_chunks(now, flow.mark, bytes.size());
  const std::uint32_t most = listener_.habits_of(flow).most_held;
  const StreamPrefix::Result added = StreamPrefix(now.shard.pool, side, most).add(sequence, bytes);
  if (added.conflict) now.window.limit(Limit::overlap_conflict);
  if (added.dropped) now.window.limit(Limit::pieces_dropped);
  switch (added.added) {
    case StreamPrefix::Added::nothing:
    case StreamPrefix::Added::held:
      return;
    case StreamPrefix::Added::gap:
      jump(now, flow, conversation, index, sequence, Ending::gap);
      if (flow.is(Flow::kConversation) && !side.over && side.next + side.whole == sequence)
        place(now, flow, conversation, index);
      return;
    case StreamPrefix::Added::full:
    case StreamPrefix::Added::no_chunk:
      listener_.give_up_side(
          now, flow, conversation, index,
          added.added == StreamPrefix::Added::full ? Limit::handshake_bytes : Limit::handshake_chunks);
      return;
    case StreamPrefix::Added::contiguous:
      if (!offered) (void)offer_held(now, flow, conversation, index);
      return;
  }
}

/// Offers what is held of a side. False when the flow or the side is over.
bool Streams::offer_held(const Now& now, Flow& flow, Conversation& conversation, unsigned index) noexcept {
  StreamSide& side = conversation.sides[index];
  const Bytes whole = listener_.held_of(now, side);
  const std::uint32_t consumed =
      offer(now, flow, conversation, index, whole, static_cast<std::uint32_t>(whole.size()));
  if (!flow.is(Flow::kConversation) || side.over) return false;
  StreamPrefix(now.shard.pool, side).consume(consumed);
  return true;
}

/// Offers octets of one side; then what is held of the other, if it has waited for whoever reads the flow now.
std::uint32_t Streams::offer(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Bytes bytes,
                             std::uint32_t wire) noexcept {
  const std::size_t row = flow.row();
  const std::uint32_t done = listener_.offer(now, flow, conversation, index, bytes, wire);
  if (!flow.is(Flow::kConversation) || flow.row() == 0) return done;
  const StreamSide& other = conversation.sides[1 - index];
  // Whoever only begins, as a flood does, takes no place from those that go on.
  const bool goes_on = done > 0 && (other.begun || flow.row() == row);
  if (goes_on && conversation.standing != Standing::lasting && listener_.habits_of(flow).lasting)
    put(now, flow.mark, Standing::lasting);
  if (!flow.is(Flow::kConversation) || flow.row() == row) return done;
  if (!other.over && other.whole > 0) (void)offer_held(now, flow, conversation, 1 - index);
  return done;
}

/// Gives a conversation another standing; when more have it than their share, the one that was used longest ago ends.
void Streams::put(const Now& now, std::uint32_t place, Standing standing) noexcept {
  now.shard.pool.put(place, standing);
  const std::uint32_t beyond = now.shard.pool.beyond(standing);
  if (beyond != ConversationPool::kNone) give_up(now, beyond, Limit::handshake_evicted);
}

/// Octets of a side will not come. True when its stream goes on behind them.
bool Streams::lose(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Ending why) noexcept {
  StreamSide& side = conversation.sides[index];
  if (why == Ending::gap) now.window.limit(Limit::stream_gap);
  conversation.missed = true;
  side.patience = side.far = 0;
  // What is handed over may begin behind the hole, for the hole may lie in what came before it.
  const bool may_begin = conversation.handed_over && !side.begun;
  if (flow.row() != 0 && !may_begin && !listener_.habits_of(flow).goes_on()) {
    listener_.end_side(now, flow, conversation, index, why, false);
    return false;
  }
  if (may_begin && conversation.ending == Ending::closed) conversation.ending = why;
  side.lost = why;
  side.begun = side.from_start = false;
  side.asked = flow.row() != 0 ? std::uint8_t{0} : side.asked;
  side.passed = 0;
  return true;
}

/// Gives up the hole in front of what is held.
void Streams::resume(const Now& now, Flow& flow, Conversation& conversation, unsigned index) noexcept {
  StreamSide& side = conversation.sides[index];
  if (!lose(now, flow, conversation, index, Ending::gap)) return;
  StreamPrefix(now.shard.pool, side).consume(side.islands[0].from);
  conversation.resuming = true;
  (void)offer_held(now, flow, conversation, index);
  if (flow.is(Flow::kConversation)) conversation.resuming = false;
}

/// Gives up all up to a sequence number.
void Streams::jump(const Now& now, Flow& flow, Conversation& conversation, unsigned index, std::uint32_t to,
                   Ending why) noexcept {
  StreamSide& side = conversation.sides[index];
  while (flow.is(Flow::kConversation) && !side.over && side.island_count > 0) resume(now, flow, conversation, index);
  if (!flow.is(Flow::kConversation) || side.over || distance(side.next + side.whole, to) <= 0) return;
  if (!lose(now, flow, conversation, index, why)) return;
  StreamPrefix(now.shard.pool, side).drop();
  side.next = to;
}

void Streams::conclude(const Now& now, Flow& flow, Ending ending) noexcept {
  Conversation& conversation = now.conversation(flow);
  // What neither end has closed may go on where nobody sees it.
  const bool open = flow.is(Flow::kTcp) && !flow.is(Flow::kClosed | Flow::kBothFin);
  if (open && ending == Ending::closed) ending = Ending::unfinished;
  // The sides of datagrams are those of a stream inside, of which nothing more comes.
  for (unsigned index = 0; flow.is(Flow::kTcp) && index < 2; ++index) {
    const StreamSide& side = conversation.sides[index];
    while (flow.is(Flow::kConversation) && !side.over && side.island_count > 0)
      resume(now, flow, conversation, index);
  }
  if (flow.is(Flow::kConversation)) listener_.conclude(now, flow, conversation, ending);
}

void Streams::end(const Now& now, Flow& flow) noexcept {
  if (flow.is(Flow::kConversation)) conclude(now, flow, now.conversation(flow).ending);
  if (flow.is(Flow::kBegun) && !flow.is(Flow::kAnswered))
    now.window.unanswered.attempt(client_direction(flow), flow.family(), flow.is(Flow::kTcp), flow.path());
  flow = Flow{};
}

bool Streams::end_silent(const Now& now, std::uint64_t before_ns) noexcept {
  bool any = false;
  for (const Standing standing : {Standing::brief, Standing::datagrams, Standing::doubtful})
    any = end_silent(now, before_ns, standing) || any;
  return any;
}

bool Streams::end_silent(const Now& now, std::uint64_t before_ns, Standing standing) noexcept {
  ConversationPool& pool = now.shard.pool;
  bool any = false;
  std::uint32_t next = ConversationPool::kNone;
  for (std::uint32_t place = pool.oldest_of(standing); place != ConversationPool::kNone; place = next) {
    next = pool.newer(place);
    const Conversation& conversation = pool.at(place);
    Flow& flow = now.shard.flows.at(conversation.flow);
    // What lasts goes on, however long it is silent; what nobody has begun to read may still begin.
    const bool ends = flow.row() != 0 ? !listener_.habits_of(flow).lasting : conversation.presumed != 0;
    if (conversation.packet_ns >= before_ns || !ends) continue;
    conclude(now, flow, conversation.ending);
    if (flow.row() != 0) flow.set(Flow::kDone);
    any = true;
  }
  return any;
}

}  // namespace uptake
