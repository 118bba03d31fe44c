#include "dataplane/tracking/listener.h"

// What datagrams carry: a stream inside, in pieces with offsets (the CRYPTO frames of QUIC, RFC 9000 section 19.6).
// The sides of the Conversation are those of that stream; its dissector has a memory of its own.

namespace uptake {

void Listener::remembered(const Now& now, Flow& flow, Conversation& conversation) noexcept {
  Subject subject = scribe_.subject_of(now, flow);
  subject.name_digest = conversation.name_digest;
  Payload payload = claims.payload_of(now, flow, false);
  payload.carrier = conversation.carrier;
  payload.role_known = conversation.handed_over;
  const Result result = hear(now, flow, flow.row(), subject, payload, conversation.memory);
  if (!carried_.pieces().empty()) carry(now, flow, conversation, side_of(now.from_low));
  carried_.clear();
  if (result.verdict == Verdict::hand_over) return hand_over(now, flow, conversation);
  if (result.verdict != Verdict::not_mine && result.verdict != Verdict::settled &&
      result.verdict != Verdict::concluded)
    return;
  if (conversation.carriage != 0) end_carried(now, flow, conversation, Ending::closed);
  Scribe::release(now, flow);
  flow.set(Flow::kDone);
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
  side.known = side.from_start = true;
  for (const Carried::Piece& piece : carried_.pieces()) {
    StreamPrefix prefix(now.shard.pool, side, carriage->ranges[index]);
    const StreamPrefix::Result added = prefix.add(piece.offset, piece.bytes);
    if (added.conflict) now.window.limit(Limit::overlap_conflict);
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
  StreamPrefix prefix(now.shard.pool, side, carriage.ranges[index]);
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
    result = hear(now, flow, outer.next, subject, payload, carriage.memory);
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

/// The conversation ends: tells the dissector of the stream inside, if it was not done.
void Listener::end_carried(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept {
  const auto& sides = conversation.sides;
  const bool begun = sides[0].offered || sides[1].offered;
  if (!begun || (sides[0].self_over && sides[1].self_over)) return;
  const Row& inner = claims.row(claims.row_of(flow).next);
  Carriage* const carriage = now.shard.pool.carriage_of(conversation);
  Subject subject = Scribe::subject_of(now, flow, conversation);
  const Notes::Mark before = scribe_.open(now, flow.mark, subject, inner.base);
  inner.finish(carriage->memory, ending, scribe_.notes);
  scribe_.note_class(now, flow, before.observations);
}

}  // namespace uptake
