#include <algorithm>
#include <cstring>

#include "dataplane/tracker.h"

namespace uptake {
namespace {

/// More offers of one direction than any honest hello needs: it may come octet by octet.
constexpr std::uint16_t kMaxOffers = kHandshakeBytes + 64;

}  // namespace

Handshake* Tracker::handshake_of(const Now& now, Flow& flow) noexcept {
  HandshakePool& pool = now.shard.pool;
  const auto used = [&](Handshake& handshake) {
    handshake.time_ns = std::min(now.item.frame->time_ns, now.item.frame->packet_ns);
    handshake.packet_ns = now.item.frame->packet_ns;
    return &handshake;
  };
  if (flow.is(Flow::kHandshake)) {
    pool.touch(flow.mark);
    return used(pool.at(flow.mark));
  }
  std::uint32_t place = pool.take(now.shard.flows.place_of(flow));
  if (place == HandshakePool::kNone) {
    give_up(now, pool.oldest());
    place = pool.take(now.shard.flows.place_of(flow));
  }
  Handshake& handshake = pool.at(place);
  const Segment& segment = now.item.segment;
  handshake.low = now.from_low ? segment.source : segment.destination;
  handshake.high = now.from_low ? segment.destination : segment.source;
  handshake.low_port = now.from_low ? segment.source_port : segment.destination_port;
  handshake.high_port = now.from_low ? segment.destination_port : segment.source_port;
  flow.mark = place;
  flow.set(Flow::kHandshake);
  return used(handshake);
}

/// Ends a pending Handshake to make room for another.
void Tracker::give_up(const Now& now, std::uint32_t place) noexcept {
  Handshake& handshake = now.shard.pool.at(place);
  Flow& loser = now.shard.flows.at(handshake.flow);
  if (!loser.is(Flow::kClosed) && loser.row() != 0) now.window.limit(Limit::handshake_evicted);
  finish_dissector(now, loser, handshake, loser.is(Flow::kClosed) ? handshake.ending : Ending::limit);
  release(now, loser);
  // A connection that nothing was read of yet can still be claimed later, as if picked up midstream.
  if (loser.row() != 0) loser.set(Flow::kDone);
}

/// Hellos that were begun and never went on must not keep the chunks from those that do.
void Tracker::free_chunks(const Now& now, std::uint32_t own) noexcept {
  HandshakePool& pool = now.shard.pool;
  while (pool.free_chunks() < kHandshakeBytes / kStreamChunk) {
    const std::uint32_t place = pool.oldest_with_chunks(own);
    if (place == HandshakePool::kNone) return;
    give_up(now, place);
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
  if (!flow.is(Flow::kHandshake) && !midstream(now, flow)) {
    flow.set(Flow::kDone);
    if (flow.row() == 0) unclaimed(flow, payload_of(now, flow, true));
    return flow.row() != 0;
  }
  Handshake& handshake = *handshake_of(now, flow);
  handshake.bytes += segment.ip_length;
  const unsigned index = side_of(now.from_low);
  StreamSide& side = handshake.sides[index];
  if (!side.known) {
    side.next = segment.sequence;
    side.known = true;
  }
  if (side.over) return false;
  StreamPrefix prefix(now.shard.pool, side);
  const Bytes payload{segment.payload, segment.payload_captured};
  const bool cut = segment.payload_captured < segment.payload_wire;
  const Bytes fresh = prefix.in_place(segment.sequence, payload);
  if (!fresh.empty()) {
    const auto wire = static_cast<std::uint32_t>(fresh.size()) + segment.payload_wire - segment.payload_captured;
    const std::uint32_t consumed = offer(now, flow, handshake, index, fresh, wire);
    if (!flow.is(Flow::kHandshake)) return true;
    if (side.over) return true;
    side.next += consumed;
    if (consumed < fresh.size()) free_chunks(now, flow.mark);
    if (consumed < fresh.size() && prefix.add(side.next, fresh.subspan(consumed)).added == StreamPrefix::Added::full)
      side_over(now, flow, handshake, index, Ending::limit, false);
  } else {
    free_chunks(now, flow.mark);
    const StreamPrefix::Result added = prefix.add(segment.sequence, payload);
    if (added.conflict) now.window.limit(Limit::overlap_conflict);
    switch (added.added) {
      case StreamPrefix::Added::nothing:
      case StreamPrefix::Added::held:
        return true;
      case StreamPrefix::Added::gap:
        now.window.limit(Limit::stream_gap);
        side_over(now, flow, handshake, index, Ending::gap, false);
        return true;
      case StreamPrefix::Added::full:
        now.window.limit(Limit::handshake_bytes);
        side_over(now, flow, handshake, index, Ending::limit, false);
        return true;
      case StreamPrefix::Added::contiguous:
        break;
    }
    if (!offer_held(now, flow, handshake, index)) return true;
  }
  // The snaplen cut what the dissector still waits for.
  if (cut && flow.is(Flow::kHandshake) && !side.over)
    side_over(now, flow, handshake, index, Ending::truncated, false);
  return true;
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

/// Offers `bytes` of one side until the dissector wants more. How many octets it is done with.
std::uint32_t Tracker::offer(const Now& now, Flow& flow, Handshake& handshake, unsigned index, Bytes bytes,
                             std::uint32_t wire) noexcept {
  StreamSide& side = handshake.sides[index];
  side.offered = true;
  const bool is_low = index == 0;
  const auto payload_for = [&](std::uint32_t done) {
    const bool from_client = flow.is(Flow::kClientIsLow) == is_low;
    const std::uint16_t own_port = is_low ? handshake.low_port : handshake.high_port;
    const std::uint16_t peer_port = is_low ? handshake.high_port : handshake.low_port;
    Payload payload;
    payload.bytes = bytes.subspan(done);
    payload.wire = wire - done;
    payload.stream = true;
    payload.from_start = side.from_start;
    payload.from = from_client ? Side::client : Side::server;
    payload.client_port = from_client ? own_port : peer_port;
    payload.server_port = from_client ? peer_port : own_port;
    return payload;
  };
  if (++side.offers > kMaxOffers) {
    side_over(now, flow, handshake, index, Ending::limit, false);
    return 0;
  }
  bool claimed_now = false;
  if (flow.row() == 0) {
    if (!claim(payload_for(0), flow)) {
      release(now, flow);
      unclaimed(flow, payload_for(0));
      return 0;
    }
    if (flow.row() == 0) return 0;
    claimed_now = true;
  }

  const std::uint32_t place = flow.mark;
  std::uint32_t done = 0;
  while (done < bytes.size()) {
    Subject subject = subject_of(now, flow);
    make_room();
    subject.name_digest = handshake.name_digest;
    if (handshake.name_size > 0)
      subject.name = notes_.keep(now.shard.pool.name_room(place).first(handshake.name_size));
    const Notes::Mark before = notes_.mark();
    notes_.about(subject, rows_[flow.row()].base);
    const Result result = rows_[flow.row()].dissect(payload_for(done), handshake.memory, notes_);
    keep_name(now, handshake, place, before);
    note_class(now, flow, before.observations);
    done += std::min<std::uint32_t>(result.consumed, static_cast<std::uint32_t>(bytes.size()) - done);
    switch (result.verdict) {
      case Verdict::need_more:
        break;
      case Verdict::keep_going:
        if (result.consumed > 0) continue;
        break;
      case Verdict::hand_over:
        // Nobody to hand over to yet: the same claim starts afresh for what follows.
        flow.set_row(0);
        handshake.memory = Memory{};
        break;
      case Verdict::truncated:
        side_over(now, flow, handshake, index, Ending::truncated, true);
        return done;
      case Verdict::malformed:
        side_over(now, flow, handshake, index, Ending::malformed, true);
        return done;
      case Verdict::concluded:
        side_over(now, flow, handshake, 1 - index, Ending::closed, true);
        [[fallthrough]];
      case Verdict::not_mine:
      case Verdict::settled:
        side_over(now, flow, handshake, index, Ending::closed, true);
        return done;
    }
    break;
  }
  // The other direction may have waited for this claim.
  if (claimed_now && handshake.sides[1 - index].whole > 0) (void)offer_held(now, flow, handshake, 1 - index);
  return done;
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
  if (!handshake.sides[0].self_over || !handshake.sides[1].self_over)
    finish_dissector(now, flow, handshake, handshake.ending);
  release(now, flow);
  flow.set(Flow::kDone);
}

bool Tracker::end_silent(Shard& shard, const Item& item, Window& window, std::uint64_t before_ns) noexcept {
  const Now now{shard, item, window, ticks_of(item.frame->packet_ns), true};
  bool any = false;
  // In the order of their last use, but for closed ones, which stand in front.
  for (std::uint32_t place = shard.pool.oldest(); place != HandshakePool::kNone;) {
    Handshake& handshake = shard.pool.at(place);
    Flow& flow = shard.flows.at(handshake.flow);
    const bool silent = handshake.packet_ns < before_ns;
    if (!silent && !flow.is(Flow::kClosed)) break;
    place = handshake.newer == 0 ? HandshakePool::kNone : handshake.newer - 1;
    if (!silent || flow.row() == 0 || rows_[flow.row()].lasts) continue;
    settle(now, flow, handshake);
    any = true;
  }
  return any;
}

void Tracker::finish_dissector(const Now& now, Flow& flow, Handshake& handshake, Ending ending) noexcept {
  if (flow.row() == 0) return;
  Subject subject;
  const bool client_is_low = flow.is(Flow::kClientIsLow);
  subject.client = client_is_low ? handshake.low : handshake.high;
  subject.server = client_is_low ? handshake.high : handshake.low;
  subject.client_port = client_is_low ? handshake.low_port : handshake.high_port;
  subject.server_port = client_is_low ? handshake.high_port : handshake.low_port;
  subject.transport = 6;
  subject.direction = client_direction(flow);
  subject.time_ns = handshake.time_ns;  // it belongs to when it was, not to when it was given up
  subject.ordinal = now.item.frame->ordinal;
  make_room();
  subject.name_digest = handshake.name_digest;
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
