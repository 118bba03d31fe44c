#include "dataplane/tracking/listener.h"

// What datagrams carry: a stream inside, in pieces with offsets (the CRYPTO frames of QUIC, RFC 9000 section 19.6).
// The sides of the Conversation are those of that stream; its dissector has a memory of its own.

namespace uptake {

bool Listener::remembered(const Now& now, Flow& flow, Conversation& conversation) noexcept {
  Subject subject = scribe_.subject_of(now, flow);
  subject.name_digest = conversation.name_digest;
  Payload payload = claims.payload_of(now, flow, false);
  payload.carrier = conversation.carrier;
  payload.role_known = conversation.handed_over;
  const Result result = caller_.hear(claims, now, flow, flow.row(), subject, payload, conversation.memory);
  const Carried& carried = caller_.carried();
  if (!carried.pieces().empty() || carried.dropped() > 0) carry(now, flow, conversation, side_of(now.from_low));
  caller_.carried().clear();
  switch (result.verdict) {
    case Verdict::not_mine:
      forget(now, flow, payload);
      return false;
    case Verdict::hand_over:
    case Verdict::pass_on:
      hand_over(now, flow, conversation, result.verdict == Verdict::hand_over);
      return true;
    case Verdict::settled:
    case Verdict::concluded:
      now.shard.pool.put(flow.mark, Standing::datagrams);
      conclude(now, flow, conversation, conversation.ending);
      flow.set(Flow::kDone);
      return true;
    default:
      return conversation.standing != Standing::doubtful || result.verdict != Verdict::need_more;
  }
}

/// The flow was none of its dissector's: what it carries is not read.
void Listener::forget(const Now& now, Flow& flow, const Payload& payload) const noexcept {
  now.window.limit(Limit::unclaimed);
  Scribe::release(now, flow);
  flow.set_row(0);
  flow.byte_class = 0;
  claims.refuse(now, flow, payload, 1);
}

/// Puts what a datagram carried in order, and offers what it completes.
void Listener::carry(const Now& now, Flow& flow, Conversation& conversation, unsigned index) noexcept {
  StreamSide& side = conversation.sides[index];
  if (side.over || claims.row_of(flow).next == 0) return;
  Carriage* const carriage = now.shard.pool.carriage_of(conversation);
  const auto give_up = [&](Limit why) {
    now.window.limit(why);
    StreamPrefix(now.shard.pool, side).drop();
    side.over = true;
    conversation.ending = Ending::limit;
  };
  if (carriage == nullptr) return give_up(Limit::handshake_chunks);
  // What is dropped may come again: the stream goes on, and if it does not come whole, that is why.
  const auto drop = [&](std::uint64_t count) {
    if (count == 0) return;
    now.window.limit(Limit::pieces_dropped, count);
    if (conversation.ending == Ending::closed) conversation.ending = Ending::limit;
  };
  drop(caller_.carried().dropped());
  side.known = side.from_start = true;
  for (const Carried::Piece& piece : caller_.carried().pieces()) {
    StreamPrefix prefix(now.shard.pool, side, carriage->ranges_of(sender_of(flow, index)));
    const StreamPrefix::Result added = prefix.add(piece.offset, piece.bytes);
    if (added.conflict) now.window.limit(Limit::overlap_conflict);
    drop(added.dropped ? 1 : 0);
    if (added.added == StreamPrefix::Added::no_chunk) return give_up(Limit::handshake_chunks);
    if (added.added == StreamPrefix::Added::full || added.added == StreamPrefix::Added::gap)
      return give_up(Limit::handshake_bytes);
    if (added.added == StreamPrefix::Added::contiguous) read_carried(now, flow, conversation, index, *carriage);
    if (side.over) return;
  }
}

/// Offers the contiguous start of one side of the stream inside.
void Listener::read_carried(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                            Carriage& carriage) noexcept {
  StreamSide& side = conversation.sides[index];
  StreamPrefix prefix(now.shard.pool, side, carriage.ranges_of(sender_of(flow, index)));
  const Row& outer = claims.row_of(flow);
  const Bytes whole = prefix.whole(scratch_.data());
  std::uint32_t done = 0;
  Result result{Verdict::keep_going, 0};
  while (result.verdict == Verdict::keep_going && done < whole.size()) {
    Subject subject = scribe_.subject_of(now, flow);
    subject.name_digest = conversation.name_digest;
    Payload payload = claims.payload_of(now, flow, conversation, index, whole.subspan(done),
                                        static_cast<std::uint32_t>(whole.size()) - done);
    payload.stream = payload.role_known = true;
    payload.carrier = outer.habits.carrier;
    result = caller_.hear(claims, now, flow, outer.next, subject, payload, carriage.memory);
    done += result.consumed;
    if (result.verdict == Verdict::keep_going && result.consumed == 0) break;
  }
  side.offered = true;
  if (result.verdict == Verdict::keep_going || result.verdict == Verdict::need_more) return prefix.consume(done);
  prefix.drop();
  side.over = side.self_over = true;
  StreamSide& other = conversation.sides[1 - index];
  if (result.verdict != Verdict::concluded) return;
  StreamPrefix(now.shard.pool, other).drop();
  other.over = other.self_over = true;
}

/// The conversation ends: tells the dissector of the stream inside, if it was not done, or was never asked although
/// there was one.
void Listener::end_carried(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept {
  const Row& outer = claims.row_of(flow);
  const auto& sides = conversation.sides;
  if (conversation.carriage != 0 && (sides[0].offered || sides[1].offered)) {
    if (sides[0].self_over && sides[1].self_over) return;
    Carriage* const carriage = now.shard.pool.carriage_of(conversation);
    return caller_.finish(claims, now, flow, outer.next, carriage->memory, ending);
  }
  if (outer.unread == nullptr) return;
  const Ending why = outer.unread(conversation.memory);
  if (why == Ending::closed) return;
  Memory nothing;
  caller_.finish(claims, now, flow, outer.next, nothing, ending == Ending::closed ? why : ending);
}

}  // namespace uptake
