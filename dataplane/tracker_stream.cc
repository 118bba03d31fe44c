#include <algorithm>
#include <cstring>
#include <utility>

#include "dataplane/tracker.h"

namespace uptake {
namespace {

/// More offers in a row of which a dissector takes nothing than any honest hello needs: it may come octet by octet.
constexpr std::uint16_t kMaxOffers = kHandshakeBytes + 64;

}  // namespace

Handshake* Tracker::handshake_of(const Now& now, Flow& flow) noexcept {
  HandshakePool& pool = now.shard.pool;
  if (flow.is(Flow::kHandshake)) {
    pool.touch(flow.mark);
    pool.at(flow.mark).hear(*now.item.frame);
    return &pool.at(flow.mark);
  }
  std::uint32_t place = pool.take(now.shard.flows.place_of(flow));
  if (place == HandshakePool::kNone) {
    give_up(now, pool.oldest(), Limit::handshake_evicted);
    place = pool.take(now.shard.flows.place_of(flow));
  }
  Handshake& handshake = pool.at(place);
  const Segment& segment = now.item.segment;
  handshake.low = now.from_low ? segment.source : segment.destination;
  handshake.high = now.from_low ? segment.destination : segment.source;
  handshake.low_port = now.from_low ? segment.source_port : segment.destination_port;
  handshake.high_port = now.from_low ? segment.destination_port : segment.source_port;
  handshake.sides[side_of(now.from_low)].heard = true;
  flow.mark = place;
  flow.set(Flow::kHandshake);
  handshake.hear(*now.item.frame);
  return &handshake;
}

/// Ends a pending Handshake to make room for another.
void Tracker::give_up(const Now& now, std::uint32_t place, Limit why) noexcept {
  Handshake& handshake = now.shard.pool.at(place);
  Flow& loser = now.shard.flows.at(handshake.flow);
  const bool closed = loser.is(Flow::kClosed);
  if (!closed && loser.row() != 0) now.window.limit(why);
  conclude(now, loser, handshake, closed ? handshake.ending : Ending::limit);
  if (loser.row() == 0) return;
  // A connection that nothing was read of yet, or whose messages go on, can still be claimed as if met midstream.
  if (rows_[loser.row()].lasts && !loser.is(Flow::kSession | Flow::kDone)) {
    loser.set_row(0);
    loser.byte_class = 0;
    return;
  }
  loser.set(Flow::kDone);
}

/// Hellos that were begun and never went on must not keep the chunks from those that do.
void Tracker::free_chunks(const Now& now, std::uint32_t own) noexcept {
  HandshakePool& pool = now.shard.pool;
  while (pool.free_chunks() < kHandshakeBytes / kStreamChunk) {
    const std::uint32_t place = pool.oldest_with_chunks(own);
    if (place == HandshakePool::kNone) return;
    give_up(now, place, Limit::handshake_chunks);
  }
}

/// One segment with payload. True when a dissector read it.
bool Tracker::stream(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  if (flow.is(Flow::kDone)) {
    if (flow.is(Flow::kSession))
      now.shard.classes.add(flow.byte_class, static_cast<unsigned>(now.window.index & 1), segment.ip_length);
    return false;
  }
  if (!flow.is(Flow::kHandshake) && !midstream(now, flow)) return flow.row() != 0;
  Handshake& handshake = *handshake_of(now, flow);
  handshake.bytes += segment.ip_length;
  const unsigned index = side_of(now.from_low);
  StreamSide& side = handshake.sides[index];
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
    jump(now, flow, handshake, index, segment.sequence, Ending::gap);
    if (!flow.is(Flow::kHandshake) || side.over) return flow.row() != 0;
  }
  if (side.passed > 0 && !side.begun) (void)begins_before(now, flow, handshake, index);
  segment_of(now, flow, handshake, index);
  return flow.row() != 0;
}

/// A segment of a side that is not over, in its place.
void Tracker::segment_of(const Now& now, Flow& flow, Handshake& handshake, unsigned index) noexcept {
  const Segment& segment = now.item.segment;
  StreamSide& side = handshake.sides[index];
  StreamPrefix prefix(now.shard.pool, side);
  const Bytes payload{segment.payload, segment.payload_captured};
  const auto goes_on = [&] { return flow.is(Flow::kHandshake) && !side.over; };
  const Bytes fresh = prefix.in_place(segment.sequence, payload);
  if (!fresh.empty()) {
    const auto wire = static_cast<std::uint32_t>(fresh.size()) + segment.payload_wire - segment.payload_captured;
    const std::uint32_t consumed = offer(now, flow, handshake, index, fresh, wire);
    if (!goes_on()) return;
    side.next += consumed;
    if (consumed < fresh.size()) hold(now, flow, handshake, index, side.next, fresh.subspan(consumed), true);
  } else if (!payload.empty()) {
    hold(now, flow, handshake, index, segment.sequence, payload, false);
  }
  if (!goes_on() || segment.payload_captured >= segment.payload_wire) return;
  // The snaplen cut what comes next.
  const std::uint32_t reached = side.next + side.whole;
  const bool next_is_cut = distance(reached, segment.sequence + segment.payload_captured) <= 0;
  const std::uint32_t end = segment.sequence + segment.payload_wire;
  if (next_is_cut && distance(reached, end) > 0) jump(now, flow, handshake, index, end, Ending::truncated);
}

/// Keeps what came early or was `offered` and not taken; offers what it completes.
void Tracker::hold(const Now& now, Flow& flow, Handshake& handshake, unsigned index, std::uint32_t sequence,
                   Bytes bytes, bool offered) noexcept {
  StreamSide& side = handshake.sides[index];
  free_chunks(now, flow.mark);
  const StreamPrefix::Result added = StreamPrefix(now.shard.pool, side).add(sequence, bytes);
  if (added.conflict) now.window.limit(Limit::overlap_conflict);
  switch (added.added) {
    case StreamPrefix::Added::nothing:
    case StreamPrefix::Added::held:
      return;
    case StreamPrefix::Added::gap:
      jump(now, flow, handshake, index, sequence, Ending::gap);
      if (flow.is(Flow::kHandshake) && !side.over && side.next + side.whole == sequence)
        segment_of(now, flow, handshake, index);
      return;
    case StreamPrefix::Added::full:
    case StreamPrefix::Added::no_chunk:
      give_up_side(now, flow, handshake, index,
                   added.added == StreamPrefix::Added::full ? Limit::handshake_bytes : Limit::handshake_chunks);
      return;
    case StreamPrefix::Added::contiguous:
      if (!offered) (void)offer_held(now, flow, handshake, index);
      return;
  }
}

/// A bound of uptake ends a side.
void Tracker::give_up_side(const Now& now, Flow& flow, Handshake& handshake, unsigned index, Limit why) noexcept {
  now.window.limit(why);
  side_over(now, flow, handshake, index, Ending::limit, false);
}

/// Offers what is held of a side. False when the flow or the side is over.
bool Tracker::offer_held(const Now& now, Flow& flow, Handshake& handshake, unsigned index) noexcept {
  StreamSide& side = handshake.sides[index];
  StreamPrefix prefix(now.shard.pool, side);
  const Bytes whole = prefix.whole(scratch_.data());
  const std::uint32_t consumed = offer(now, flow, handshake, index, whole, static_cast<std::uint32_t>(whole.size()));
  if (!flow.is(Flow::kHandshake) || side.over) return false;
  prefix.consume(consumed);
  return true;
}

/// Offers `bytes` of one side until the dissector wants more. How many octets it is done with: more than there are
/// where it passes over what is still to come.
std::uint32_t Tracker::offer(const Now& now, Flow& flow, Handshake& handshake, unsigned index, Bytes bytes,
                             std::uint32_t wire) noexcept {
  StreamSide& side = handshake.sides[index];
  side.offered = true;
  if (++side.offers > kMaxOffers) {
    give_up_side(now, flow, handshake, index, Limit::handshake_bytes);
    return 0;
  }
  const auto size = static_cast<std::uint32_t>(bytes.size());
  std::uint32_t done = 0;
  const bool was_unclaimed = flow.row() == 0;
  if (!side.begun) {
    const Beginning beginning =
        begin(now, flow, handshake, index, payload_of(now, flow, handshake, index, bytes, wire));
    if (beginning.what == Beginning::What::nowhere) {
      side.offers = 0;
      side.passed = static_cast<std::uint16_t>(std::min<std::uint32_t>(side.passed + wire, 0xffff));
      return wire;
    }
    if (beginning.what == Beginning::What::wait)
      side.passed = static_cast<std::uint16_t>(std::min<std::uint32_t>(side.passed + beginning.at, 0xffff));
    if (beginning.what != Beginning::What::here) return beginning.at;
    done = beginning.at;
  }

  const std::uint32_t place = flow.mark;
  while (done < size) {
    Subject subject = subject_of(now, flow, handshake);
    make_room();
    if (handshake.name_size > 0)
      subject.name = notes_.keep(now.shard.pool.name_room(place).first(handshake.name_size));
    const Notes::Mark before = notes_.mark();
    notes_.about(subject, rows_[flow.row()].base);
    Payload payload = payload_of(now, flow, handshake, index, bytes.subspan(done), wire - done);
    payload.lost = std::exchange(side.lost, Ending::closed);
    const Result result = rows_[flow.row()].dissect(payload, handshake.memory, notes_);
    count_displaced(now);
    keep_name(now, handshake, place, before);
    note_class(now, flow, before.observations);
    done += result.consumed;
    if (result.consumed > 0) side.offers = 0;
    if (goes_on(now, flow, handshake, index, result)) continue;
    break;
  }
  if (!flow.is(Flow::kHandshake)) return done;
  // The other direction may have waited for this claim.
  const StreamSide& other = handshake.sides[1 - index];
  if (was_unclaimed && flow.row() != 0 && !other.over && other.whole > 0)
    (void)offer_held(now, flow, handshake, 1 - index);
  return done;
}

/// What the dissector made of an offer. True when it wants what follows.
bool Tracker::goes_on(const Now& now, Flow& flow, Handshake& handshake, unsigned index, Result result) noexcept {
  StreamSide& side = handshake.sides[index];
  const bool lasting = rows_[flow.row()].lasts;
  switch (result.verdict) {
    case Verdict::need_more:
      return false;
    case Verdict::keep_going:
      return result.consumed > 0;
    case Verdict::hand_over:
      // Nobody to hand over to yet: the same claim starts afresh for what follows.
      flow.set_row(0);
      handshake.memory = Memory{};
      side.begun = false;
      return false;
    case Verdict::truncated:
      // Where the next message begins, its length may still have told.
      if (!lasting) side_over(now, flow, handshake, index, Ending::truncated, true);
      return false;
    case Verdict::malformed:
      if (lasting) {
        side.begun = side.from_start = false;
        side.asked = 0;
        return false;
      }
      side_over(now, flow, handshake, index, Ending::malformed, true);
      return false;
    case Verdict::concluded:
      side_over(now, flow, handshake, 1 - index, Ending::closed, true);
      [[fallthrough]];
    case Verdict::not_mine:
    case Verdict::settled:
      side_over(now, flow, handshake, index, Ending::closed, true);
      return false;
  }
  return false;
}

void Tracker::side_over(const Now& now, Flow& flow, Handshake& handshake, unsigned index, Ending ending,
                        bool self) noexcept {
  StreamSide& side = handshake.sides[index];
  side.over = true;
  side.self_over = self;
  if (!self && handshake.ending == Ending::closed) handshake.ending = ending;
  StreamPrefix(now.shard.pool, side).drop();
  if (handshake.sides[1 - index].over) settle(now, flow, handshake);
}

/// Both directions are over.
void Tracker::settle(const Now& now, Flow& flow, Handshake& handshake) noexcept {
  if (flow.row() == 0) {
    conclude(now, flow, handshake, handshake.ending);
  } else {
    if (!handshake.sides[0].self_over || !handshake.sides[1].self_over)
      finish_dissector(now, flow, handshake, handshake.ending);
    release(now, flow);
  }
  flow.set(Flow::kDone);
}

bool Tracker::end_silent(Shard& shard, const Item& item, Window& window, std::uint64_t before_ns) noexcept {
  const Now now{shard, item, window, ticks_of(item.frame->packet_ns), true};
  bool any = false;
  std::uint32_t next = HandshakePool::kNone;
  for (std::uint32_t place = shard.pool.oldest(); place != HandshakePool::kNone; place = next) {
    next = shard.pool.newer(place);
    Handshake& handshake = shard.pool.at(place);
    Flow& flow = shard.flows.at(handshake.flow);
    // What lasts goes on, however long it is silent; what nobody has begun to read may still begin.
    const bool ends = flow.row() != 0 ? !rows_[flow.row()].lasts : handshake.presumed != 0;
    if (handshake.packet_ns >= before_ns || !ends) continue;
    conclude(now, flow, handshake, handshake.ending);
    if (flow.row() != 0) flow.set(Flow::kDone);
    any = true;
  }
  return any;
}

void Tracker::finish_dissector(const Now& now, Flow& flow, Handshake& handshake, Ending ending) noexcept {
  if (flow.row() == 0) return;
  Subject subject = subject_of(now, flow, handshake);
  make_room();
  if (handshake.name_size > 0)
    subject.name = notes_.keep(now.shard.pool.name_room(flow.mark).first(handshake.name_size));
  const Notes::Mark before = notes_.mark();
  notes_.about(subject, rows_[flow.row()].base);
  rows_[flow.row()].finish(handshake.memory, ending, notes_);
  note_class(now, flow, before.observations);
}

/// Gives the Handshake back; the flow keeps its class.
void Tracker::release(const Now& now, Flow& flow) noexcept {
  if (!flow.is(Flow::kHandshake)) return;
  Handshake& handshake = now.shard.pool.at(flow.mark);
  if (flow.is(Flow::kSession))
    now.shard.classes.add(flow.byte_class, static_cast<unsigned>(now.window.index & 1), handshake.bytes);
  now.shard.pool.give(flow.mark);
  flow.clear(Flow::kHandshake);
  flow.mark = now.ticks;
}

/// The class of a flow's bytes is the last fact noted of it whose bytes some measure counts.
void Tracker::note_class(const Now& now, Flow& flow, std::size_t first_observation) noexcept {
  for (const Observation& observation : notes_.observations().subspan(first_observation)) {
    if (!engine_.catalogue.counts_bytes(observation.fact)) continue;
    const Cell cell =
        now.window.figures.cell_of(observation.fact, observation.value, notes_.subjects()[observation.subject]);
    flow.byte_class = now.shard.classes.intern(engine_.catalogue, observation.fact, observation.value, cell);
    if (flow.byte_class == ByteClasses::kOverflow) now.window.limit(Limit::class_full);
    flow.set(Flow::kSession);
  }
}

/// A name noted now belongs to what the flow says later, too: kept as a digest, and as text for events.
void Tracker::keep_name(const Now& now, Handshake& handshake, std::uint32_t place, Notes::Mark before) noexcept {
  for (Subject& subject : notes_.subjects().subspan(before.subjects)) {
    if (subject.name.empty() || subject.name_digest != 0) continue;
    subject.name_digest = engine_.digests.name(subject.name);
    handshake.name_digest = subject.name_digest;
    const std::span<std::uint8_t> room = now.shard.pool.name_room(place);
    if (room.empty()) continue;
    handshake.name_size = static_cast<std::uint8_t>(std::min(subject.name.size(), room.size()));
    std::memcpy(room.data(), subject.name.data(), handshake.name_size);
  }
}

}  // namespace uptake
