#include "dataplane/tracking/listener.h"

#include <algorithm>
#include <utility>

namespace uptake {
namespace {

/// Payloads of a connection that nobody claims, and octets in them, after which nobody is asked again: more than any
/// preamble has, from a proxy's to the talk before STARTTLS.
constexpr unsigned kMaxAskedOfStream = 32;
constexpr std::uint64_t kMaxOctetsOfStream = 16 * 1024;
/// Payloads of one side in which nothing begins, of a flow that the other side claimed; more behind a hole.
constexpr std::uint8_t kMaxPassed = 16;
constexpr std::uint8_t kMaxPassedOfLasting = 64;
/// More offers in a row of which a dissector takes nothing than any honest hello needs: it may come octet by octet.
constexpr std::uint16_t kMaxOffers = kHandshakeBytes + 64;

/// The payload from some octet on.
Payload behind(const Payload& payload, std::uint32_t at) noexcept {
  Payload rest = payload;
  rest.bytes = payload.bytes.subspan(at);
  rest.wire -= at;
  return rest;
}

/// Adds octets to those that were passed over, as far as they are counted.
void pass(StreamSide& side, std::uint32_t octets) noexcept {
  side.passed = static_cast<std::uint16_t>(std::min<std::uint32_t>(side.passed + octets, 0xffff));
}

/// Gives the Conversation back; the flow keeps its class.
void release(const Now& now, Flow& flow) noexcept {
  if (!flow.is(Flow::kConversation)) return;
  Scribe::count_bytes(now, flow, now.conversation(flow).bytes);
  now.shard.pool.give(flow.mark);
  flow.clear(Flow::kConversation);
  flow.mark = now.ticks;
}

}  // namespace

Listener::Listener(const Engine& engine, const Scribe& scribe) noexcept
    : rows_(engine.registry.rows()),
      translated_(engine.nat64 != nullptr ? engine.nat64->v6() : std::span<const AddressRange>{}),
      scribe_(scribe) {}

Payload Listener::payload_of(const Now& now, const Flow& flow, const Conversation& conversation, unsigned index,
                             Bytes bytes, std::uint32_t wire) const noexcept {
  const bool is_low = index == 0;
  const bool from_client = flow.is(Flow::kClientIsLow) == is_low;
  const std::uint16_t own_port = is_low ? conversation.low_port : conversation.high_port;
  const std::uint16_t peer_port = is_low ? conversation.high_port : conversation.low_port;
  Payload payload;
  payload.bytes = bytes;
  payload.wire = wire;
  payload.stream = true;
  payload.from_start = conversation.sides[index].from_start;
  payload.begun = flow.is(Flow::kBegun);
  payload.from = from_client ? Side::client : Side::server;
  payload.client_port = from_client ? own_port : peer_port;
  payload.server_port = from_client ? peer_port : own_port;
  surround(now, payload);
  return payload;
}

/// The dissector that a flow counts for when nobody can claim it, or 0.
std::size_t Listener::presumed(const Payload& payload) const noexcept {
  for (std::size_t row = 1; row < rows_.size(); ++row)
    if (rows_[row].presumes != nullptr && rows_[row].presumes(payload)) return row;
  return 0;
}

/// What the first payload looks like and how often all were asked is kept in byte_class: an odd payload in front must
/// not hide the good ones behind it, and a flow that is nobody's must not be asked about for ever.
void Listener::unclaimed(const Now& now, Flow& flow, const Payload& payload, unsigned most) const noexcept {
  // After hand_over the bytes keep the class of what was read before.
  if (flow.is(Flow::kSession)) {
    flow.set(Flow::kDone);
    return;
  }
  const unsigned asked = (flow.byte_class >> 8) + 1U;
  const auto look = payload.stream ? unread_stream : unread_datagram;
  const auto kind = asked > 1 ? static_cast<Unread>(flow.byte_class & 0xff)
                              : look(payload.bytes, payload.client_port, payload.server_port);
  flow.byte_class = static_cast<std::uint16_t>(asked << 8 | static_cast<unsigned>(kind));
  if (asked < most) return;
  flow.set(Flow::kDone);
  if (!payload.stream && presumed(payload) != 0) now.window.limit(Limit::unclaimed);
}

// Most such flows are bulk, of which all there is to say is said at once, and of many of which there is nothing: they
// never get a Conversation.
bool Listener::midstream(const Now& now, Flow& flow) noexcept {
  Payload payload = payload_of(now, flow, true);
  bool claimed = true;
  if (flow.row() == 0) {
    const std::uint16_t before = flow.byte_class;
    claimed = claim(payload, flow);
    if (claimed && flow.row() == 0) return true;
    const std::size_t row = claimed ? flow.row() : presumed(payload);
    if (row == 0) {
      unclaimed(now, flow, payload, kMaxAsked);
      return false;
    }
    // Behind the rest of what a client asks an answer may still begin, and in a lasting stream the next message.
    if (!claimed && (rows_[row].lasts || payload.from == Side::client)) return true;
    flow.set_row(row);
    flow.byte_class = flow.is(Flow::kSession) ? before : std::uint16_t{0};
  }
  payload = payload_of(now, flow, true);
  scribe_.make_room();
  const Subject subject = scribe_.subject_of(now, flow);
  const Notes::Mark before = scribe_.notes.mark();
  scribe_.notes.about(subject, rows_[flow.row()].base);
  Memory memory;
  if (!claimed) {
    // Nothing of it is to be read: only its ports, and that its start was not seen.
    payload.bytes = {};
    payload.wire = 0;
  }
  const Result result = rows_[flow.row()].dissect(payload, memory, scribe_.notes);
  if (!claimed) {
    rows_[flow.row()].finish(memory, Ending::closed, scribe_.notes);
  } else if (result.verdict != Verdict::concluded && result.verdict != Verdict::not_mine) {
    // It takes more than this: with a Conversation, and from the beginning.
    scribe_.notes.rewind(before);
    flow.set_row(0);
    return true;
  }
  flow.set(Flow::kDone);
  flow.mark = now.ticks;
  scribe_.note_class(now, flow, before.observations);
  Scribe::count_bytes(now, flow, now.item.segment.ip_length);
  return false;
}

/// Where in a payload that nobody claims at its start some dissector begins after all; its size when nowhere. The
/// flow is claimed, unless what stands there wants more octets to tell.
std::uint32_t Listener::search(const Payload& payload, Flow& flow) const noexcept {
  for (std::size_t row = 1; row < rows_.size(); ++row) {
    if (rows_[row].search == nullptr) continue;
    const std::uint32_t at = rows_[row].search(payload);
    if (at >= payload.bytes.size()) continue;
    if (claim(behind(payload, at), flow)) return at;
  }
  return static_cast<std::uint32_t>(payload.bytes.size());
}

/// Where a dissector begins in the octets of a flow that none reads yet.
Listener::Beginning Listener::begin_unclaimed(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                              const Payload& payload) noexcept {
  using What = Beginning::What;
  StreamSide& side = conversation.sides[index];
  const auto size = static_cast<std::uint32_t>(payload.bytes.size());
  const bool claimed = claim(payload, flow);
  if (claimed && flow.row() == 0) return {What::wait, 0};
  const std::uint32_t at = claimed ? 0 : search(payload, flow);
  if (at < size && flow.row() == 0) return {What::wait, at};
  if (at < size) {
    // The message that was under way when a stream was picked up is lost.
    const bool inside = !side.from_start && at + side.passed > 0;
    if (rows_[flow.row()].lasts && inside && side.lost == Ending::closed) side.lost = Ending::gap;
    side.begun = true;
    if (!flow.is(Flow::kSession)) flow.byte_class = 0;
    return {What::here, at};
  }
  if (side.asked == 0 && conversation.presumed != Conversation::kVetoed) {
    const std::size_t row = presumed(payload);
    conversation.presumed = row != 0 ? static_cast<std::uint8_t>(row) : Conversation::kVetoed;
  }
  side.asked = static_cast<std::uint8_t>(side.asked + 1);
  unclaimed(now, flow, payload, conversation.bytes > kMaxOctetsOfStream ? 0 : kMaxAskedOfStream);
  if (!flow.is(Flow::kDone)) return {What::nowhere, 0};
  conclude(now, flow, conversation, Ending::closed);
  return {What::done, 0};
}

/// Where in the octets of a side that no dissector reads yet one begins.
Listener::Beginning Listener::begin(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                    const Payload& payload) noexcept {
  using What = Beginning::What;
  if (flow.row() == 0) return begin_unclaimed(now, flow, conversation, index, payload);
  StreamSide& side = conversation.sides[index];
  const auto size = static_cast<std::uint32_t>(payload.bytes.size());
  const Row& row = rows_[flow.row()];
  Payload own = payload;
  own.claimed = true;
  const Claim claim = row.lasts && side.from_start ? Claim::yes : row.claims(own);
  if (claim == Claim::need_more) return {What::wait, 0};
  const std::uint32_t at = is_mine(claim) ? 0 : row.search != nullptr ? row.search(own) : size;
  if (at > 0 && at < size && row.claims(behind(own, at)) == Claim::need_more) return {What::wait, at};
  if (row.lasts && at > 0 && side.lost == Ending::closed) side.lost = Ending::gap;
  side.begun = at < size;
  if (side.begun) return {What::here, at};
  side.asked = static_cast<std::uint8_t>(side.asked + 1);
  if (row.lasts && side.asked >= kMaxPassedOfLasting) {
    end_side(now, flow, conversation, index, Ending::gap, false);
    return {What::done, 0};
  }
  side.begun = !row.lasts && side.asked >= kMaxPassed;
  return {side.begun ? What::here : What::nowhere, 0};
}

bool Listener::begins(const Now& now, const Flow& flow, const Conversation& conversation,
                      unsigned index) const noexcept {
  const Segment& segment = now.item.segment;
  Payload payload =
      payload_of(now, flow, conversation, index, {segment.payload, segment.payload_captured}, segment.payload_wire);
  Flow probe = flow;
  payload.claimed = flow.row() != 0;
  if (payload.claimed) return is_mine(rows_[flow.row()].claims(payload));
  return claim(payload, probe) && probe.row() != 0;
}

Bytes Listener::held_of(const Now& now, StreamSide& side) noexcept {
  return StreamPrefix(now.shard.pool, side).whole(scratch_.data());
}

std::uint32_t Listener::offer(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Bytes bytes,
                              std::uint32_t wire) noexcept {
  StreamSide& side = conversation.sides[index];
  side.offered = true;
  if (++side.offers > kMaxOffers) {
    give_up_side(now, flow, conversation, index, Limit::handshake_bytes);
    return 0;
  }
  std::uint32_t done = 0;
  if (!side.begun) {
    const Beginning beginning =
        begin(now, flow, conversation, index, payload_of(now, flow, conversation, index, bytes, wire));
    if (beginning.what == Beginning::What::nowhere) {
      side.offers = 0;
      pass(side, wire);
      return wire;
    }
    if (beginning.what == Beginning::What::wait) pass(side, beginning.at);
    if (beginning.what != Beginning::What::here) return beginning.at;
    done = beginning.at;
  }
  const std::uint32_t place = flow.mark;
  for (bool more = true; more && done < bytes.size();) {
    Subject subject = Scribe::subject_of(now, flow, conversation);
    const Notes::Mark before = scribe_.open(now, place, subject, rows_[flow.row()].base);
    Payload payload = payload_of(now, flow, conversation, index, bytes.subspan(done), wire - done);
    payload.lost = std::exchange(side.lost, Ending::closed);
    const Result result = rows_[flow.row()].dissect(payload, conversation.memory, scribe_.notes);
    count_displaced(now);
    scribe_.keep_name(now, place, before);
    scribe_.note_class(now, flow, before.observations);
    done += result.consumed;
    if (result.consumed > 0) side.offers = 0;
    more = obey(now, flow, conversation, index, result);
  }
  return done;
}

/// What the dissector made of an offer. True when it wants what follows.
bool Listener::obey(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Result result) noexcept {
  StreamSide& side = conversation.sides[index];
  const bool lasting = rows_[flow.row()].lasts;
  switch (result.verdict) {
    case Verdict::need_more:
      return false;
    case Verdict::keep_going:
      return result.consumed > 0;
    case Verdict::hand_over:
      // Nobody to hand over to yet: the same claim starts afresh for what follows.
      flow.set_row(0);
      conversation.memory = Memory{};
      side.begun = false;
      return false;
    case Verdict::truncated:
      // Where the next message begins, its length may still have told.
      if (!lasting) end_side(now, flow, conversation, index, Ending::truncated, true);
      return false;
    case Verdict::malformed:
      if (lasting) {
        side.begun = side.from_start = false;
        side.asked = 0;
        return false;
      }
      end_side(now, flow, conversation, index, Ending::malformed, true);
      return false;
    case Verdict::concluded:
      end_side(now, flow, conversation, 1 - index, Ending::closed, true);
      [[fallthrough]];
    case Verdict::not_mine:
    case Verdict::settled:
      end_side(now, flow, conversation, index, Ending::closed, true);
      return false;
  }
  return false;
}

void Listener::end_side(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Ending ending,
                        bool self) noexcept {
  StreamSide& side = conversation.sides[index];
  side.over = true;
  side.self_over = self;
  if (!self && conversation.ending == Ending::closed) conversation.ending = ending;
  StreamPrefix(now.shard.pool, side).drop();
  if (conversation.sides[1 - index].over) settle(now, flow, conversation);
}

void Listener::give_up_side(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                            Limit why) noexcept {
  now.window.limit(why);
  end_side(now, flow, conversation, index, Ending::limit, false);
}

/// Both directions are over.
void Listener::settle(const Now& now, Flow& flow, Conversation& conversation) noexcept {
  if (flow.row() == 0) {
    conclude(now, flow, conversation, conversation.ending);
  } else {
    if (!conversation.sides[0].self_over || !conversation.sides[1].self_over)
      finish(now, flow, conversation, conversation.ending);
    release(now, flow);
  }
  flow.set(Flow::kDone);
}

void Listener::conclude(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept {
  if (flow.row() == 0) {
    for (unsigned index = 0; index < 2; ++index) {
      const bool held = conversation.sides[index].whole > 0;
      if (conversation.presumed != 0 || !(held || conversation.missed)) continue;
      const Bytes bytes = held_of(now, conversation.sides[index]);
      conversation.presumed =
          static_cast<std::uint8_t>(presumed(payload_of(now, flow, conversation, index, bytes, 0)));
    }
    const std::uint8_t row = conversation.presumed == Conversation::kVetoed ? std::uint8_t{0} : conversation.presumed;
    if (rows_[row].lasts) now.window.limit(Limit::unclaimed);
    if (row != 0) flow.set(Flow::kDone);
    if (row == 0 || rows_[row].lasts) {
      release(now, flow);
      return;
    }
    flow.byte_class = 0;
    flow.set_row(row);
    ending = Ending::closed;
    // Nothing of it is to be read: only its ports, and whether its start was seen.
    (void)rows_[row].dissect(payload_of(now, flow, conversation, 0, {}, 0), conversation.memory, scribe_.notes);
  }
  for (const StreamSide& side : conversation.sides)
    if (rows_[flow.row()].lasts && side.lost != Ending::closed) ending = side.lost;
  finish(now, flow, conversation, ending);
  release(now, flow);
}

void Listener::finish(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept {
  if (flow.row() == 0) return;
  Subject subject = Scribe::subject_of(now, flow, conversation);
  const Notes::Mark before = scribe_.open(now, flow.mark, subject, rows_[flow.row()].base);
  rows_[flow.row()].finish(conversation.memory, ending, scribe_.notes);
  scribe_.note_class(now, flow, before.observations);
}

}  // namespace uptake
