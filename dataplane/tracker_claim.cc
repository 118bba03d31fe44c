#include <utility>

#include "dataplane/tracker.h"

namespace uptake {
namespace {

/// Payloads of a connection that nobody claims, and octets in them, after which nobody is asked again: more than any
/// preamble has, from a proxy's to the talk before STARTTLS.
constexpr unsigned kMaxAskedOfStream = 32;
constexpr std::uint64_t kMaxOctetsOfStream = 16 * 1024;
/// Payloads of one side in which nothing begins, of a flow that the other side claimed; more behind a hole.
constexpr std::uint8_t kMaxPassed = 16;
constexpr std::uint8_t kMaxPassedOfLasting = 64;

}  // namespace

Payload Tracker::payload_of(const Now& now, const Flow& flow, const Handshake& handshake, unsigned side, Bytes bytes,
                            std::uint32_t wire) const noexcept {
  const bool is_low = side == 0;
  const bool from_client = flow.is(Flow::kClientIsLow) == is_low;
  const std::uint16_t own_port = is_low ? handshake.low_port : handshake.high_port;
  const std::uint16_t peer_port = is_low ? handshake.high_port : handshake.low_port;
  Payload payload;
  payload.bytes = bytes;
  payload.wire = wire;
  payload.stream = true;
  payload.from_start = handshake.sides[side].from_start;
  payload.begun = flow.is(Flow::kBegun);
  payload.from = from_client ? Side::client : Side::server;
  payload.client_port = from_client ? own_port : peer_port;
  payload.server_port = from_client ? peer_port : own_port;
  surround(now, payload);
  return payload;
}

/// The dissector that a flow counts for when nobody can claim it, or 0.
std::size_t Tracker::presumed(const Payload& payload) const noexcept {
  for (std::size_t row = 1; row < rows_.size(); ++row)
    if (rows_[row].presumes != nullptr && rows_[row].presumes(payload)) return row;
  return 0;
}

/// What the first payload looks like and how often all were asked is kept in byte_class: an odd payload in front must
/// not hide the good ones behind it, and a flow that is nobody's must not be asked about for ever.
void Tracker::unclaimed(const Now& now, Flow& flow, const Payload& payload, unsigned most) const noexcept {
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

/// The first payloads of a flow that was picked up midstream. Most such flows are bulk, of which all there is to say
/// is said at once, and of many of which there is nothing: they never get a Handshake. True when the flow needs one.
bool Tracker::midstream(const Now& now, Flow& flow) noexcept {
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
  make_room();
  const Subject subject = subject_of(now, flow);
  const Notes::Mark before = notes_.mark();
  notes_.about(subject, rows_[flow.row()].base);
  Memory memory;
  if (!claimed) {
    // Nothing of it is to be read: only its ports, and that its start was not seen.
    payload.bytes = {};
    payload.wire = 0;
  }
  const Result result = rows_[flow.row()].dissect(payload, memory, notes_);
  if (!claimed) {
    rows_[flow.row()].finish(memory, Ending::closed, notes_);
  } else if (result.verdict != Verdict::concluded && result.verdict != Verdict::not_mine) {
    // It takes more than this: with a Handshake, and from the beginning.
    notes_.rewind(before);
    flow.set_row(0);
    return true;
  }
  flow.set(Flow::kDone);
  flow.mark = now.ticks;
  note_class(now, flow, before.observations);
  if (flow.is(Flow::kSession))
    now.shard.classes.add(flow.byte_class, static_cast<unsigned>(now.window.index & 1), now.item.segment.ip_length);
  return false;
}

/// The payload from some octet on.
Payload Tracker::behind(const Payload& payload, std::uint32_t at) noexcept {
  Payload rest = payload;
  rest.bytes = payload.bytes.subspan(at);
  rest.wire -= at;
  return rest;
}

/// Where in a payload that nobody claims at its start some dissector begins after all; its size when nowhere. The
/// flow is claimed, unless what stands there wants more octets to tell.
std::uint32_t Tracker::search(const Payload& payload, Flow& flow) noexcept {
  for (std::size_t row = 1; row < rows_.size(); ++row) {
    if (rows_[row].search == nullptr) continue;
    const std::uint32_t at = rows_[row].search(payload);
    if (at >= payload.bytes.size()) continue;
    if (claim(behind(payload, at), flow)) return at;
  }
  return static_cast<std::uint32_t>(payload.bytes.size());
}

/// Where in the octets of a side that no dissector reads yet one begins.
Tracker::Beginning Tracker::begin(const Now& now, Flow& flow, Handshake& handshake, unsigned index,
                                  const Payload& payload) noexcept {
  using What = Beginning::What;
  StreamSide& side = handshake.sides[index];
  const auto size = static_cast<std::uint32_t>(payload.bytes.size());
  if (flow.row() == 0) {
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
    if (side.asked == 0 && handshake.presumed != Handshake::kVetoed) {
      const std::size_t row = presumed(payload);
      handshake.presumed = row != 0 ? static_cast<std::uint8_t>(row) : Handshake::kVetoed;
    }
    side.asked = static_cast<std::uint8_t>(side.asked + 1);
    unclaimed(now, flow, payload, handshake.bytes > kMaxOctetsOfStream ? 0 : kMaxAskedOfStream);
    if (!flow.is(Flow::kDone)) return {What::nowhere, 0};
    conclude(now, flow, handshake, Ending::closed);
    return {What::done, 0};
  }

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
    side_over(now, flow, handshake, index, Ending::gap, false);
    return {What::done, 0};
  }
  side.begun = !row.lasts && side.asked >= kMaxPassed;
  return {side.begun ? What::here : What::nowhere, 0};
}

/// Octets that nobody wanted may have been none of the stream's: another segment has others in their place. True when
/// something begins in that one, which then counts.
bool Tracker::begins_before(const Now& now, Flow& flow, Handshake& handshake, unsigned index) noexcept {
  StreamSide& side = handshake.sides[index];
  const Segment& segment = now.item.segment;
  const std::uint32_t back = side.next - segment.sequence;
  if (back == 0 || back > side.passed) return false;
  Payload payload =
      payload_of(now, flow, handshake, index, {segment.payload, segment.payload_captured}, segment.payload_wire);
  Flow probe = flow;
  payload.claimed = flow.row() != 0;
  const bool mine =
      payload.claimed ? is_mine(rows_[flow.row()].claims(payload)) : claim(payload, probe) && probe.row() != 0;
  if (!mine) return false;
  StreamPrefix(now.shard.pool, side).drop();
  side.next = segment.sequence;
  side.passed = 0;
  return true;
}

/// Ends a flow that has a Handshake: what is held behind a hole is read now or never, and what nobody claimed counts
/// for the protocol that its port promises.
void Tracker::conclude(const Now& now, Flow& flow, Handshake& handshake, Ending ending) noexcept {
  for (unsigned index = 0; index < 2; ++index)
    while (flow.is(Flow::kHandshake) && !handshake.sides[index].over && handshake.sides[index].island_count > 0)
      resume(now, flow, handshake, index);
  if (!flow.is(Flow::kHandshake)) return;
  if (flow.row() == 0) {
    for (unsigned index = 0; index < 2; ++index) {
      const bool held = handshake.sides[index].whole > 0;
      if (handshake.presumed != 0 || !(held || handshake.missed)) continue;
      const Bytes bytes = StreamPrefix(now.shard.pool, handshake.sides[index]).whole(scratch_.data());
      handshake.presumed = static_cast<std::uint8_t>(presumed(payload_of(now, flow, handshake, index, bytes, 0)));
    }
    const std::uint8_t row = handshake.presumed == Handshake::kVetoed ? std::uint8_t{0} : handshake.presumed;
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
    (void)rows_[row].dissect(payload_of(now, flow, handshake, 0, {}, 0), handshake.memory, notes_);
  }
  for (const StreamSide& side : handshake.sides)
    if (rows_[flow.row()].lasts && side.lost != Ending::closed) ending = side.lost;
  finish_dissector(now, flow, handshake, ending);
  release(now, flow);
}

}  // namespace uptake
