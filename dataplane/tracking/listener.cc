#include "dataplane/tracking/listener.h"

#include <algorithm>
#include <utility>

#include "dataplane/flows/sequence.h"

namespace uptake {
namespace {

/// Payloads of a connection that nobody claims, and octets in them, after which nobody is asked again: more than any
/// preamble has, from a proxy's to the talk before STARTTLS.
constexpr unsigned kMaxAskedOfStream = 32;
constexpr std::uint64_t kMaxOctetsOfStream = 16 * 1024;
/// Payloads of one side in which nothing begins, of a flow that the other side claimed; more behind a hole.
constexpr std::uint8_t kMaxPassed = 16;
constexpr std::uint8_t kMaxPassedBehindHole = 64;
/// More offers in a row of which a dissector takes nothing than it needs for what it may wait for octet by octet.
constexpr std::uint32_t most_offers(const Habits& habits) noexcept {
  return std::min(habits.most_held + 64, 0xfffeU);
}
/// Hand-overs in the octets of one offer: more than any chain of protocols has.
constexpr unsigned kMaxHandOvers = 4;

/// Octets came, or the peer has some, before others in front of them. A FIN takes one number and is no octet.
bool has_hole(const StreamSide& side) noexcept {
  if (side.over || !side.known) return false;
  return side.island_count > 0 || (side.acknowledged && distance(side.next + side.whole, side.acked) > 1);
}

/// Adds octets to those that were passed over, as far as they are counted.
void pass(StreamSide& side, std::uint32_t octets) noexcept {
  side.passed = static_cast<std::uint16_t>(std::min<std::uint32_t>(side.passed + octets, 0xffff));
}

}  // namespace

Listener::Listener(const Engine& engine, const Scribe& scribe)
    : claims(engine), scribe_(scribe), caller_(engine, scribe) {}

// Most such flows are bulk, of which all there is to say is said at once, and of many of which there is nothing: they
// never get a Conversation.
bool Listener::midstream(const Now& now, Flow& flow) noexcept {
  Payload payload = claims.payload_of(now, flow, true);
  bool claimed = true;
  if (flow.row() == 0) {
    const std::uint16_t before = flow.byte_class;
    claimed = claims.ask(payload, flow);
    if (claimed && flow.row() == 0) return true;
    const std::size_t row = claimed ? flow.row() : claims.presumed(payload);
    if (row == 0) {
      claims.refuse(now, flow, payload, kMaxAsked);
      return false;
    }
    // Behind the rest of what a client asks an answer may still begin, and in a lasting stream the next message.
    if (!claimed && (claims.row(row).habits.goes_on() || payload.from == Side::client)) return true;
    flow.set_row(row);
    flow.byte_class = flow.is(Flow::kSession) ? before : std::uint16_t{0};
  }
  payload = claims.payload_of(now, flow, true);
  scribe_.make_room();
  const Subject subject = scribe_.subject_of(now, flow);
  const Notes::Mark before = scribe_.notes.mark();
  scribe_.notes.about(subject, claims.row_of(flow).base);
  Memory memory;
  if (!claimed) {
    // Nothing of it is to be read: only its ports, and that its start was not seen.
    payload.bytes = {};
    payload.wire = 0;
  }
  const Result result = caller_.call(claims, flow.row(), payload, memory);
  if (!claimed) {
    claims.row_of(flow).finish(memory, Ending::closed, scribe_.notes);
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

/// Where a dissector begins in the octets of a flow that none reads yet.
Listener::Beginning Listener::begin_unclaimed(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                              const Payload& payload) noexcept {
  using What = Beginning::What;
  StreamSide& side = conversation.sides[index];
  const auto size = static_cast<std::uint32_t>(payload.bytes.size());
  const bool claimed = claims.ask(payload, flow);
  if (claimed && flow.row() == 0) return {What::wait, 0};
  const std::uint32_t at = claimed ? 0 : claims.search(payload, flow);
  if (at < size && flow.row() == 0) return {What::wait, at};
  if (at < size) {
    // The message that was under way when a stream was picked up is lost.
    const bool inside = !side.from_start && at + side.passed > 0;
    if (habits_of(flow).goes_on() && inside && side.lost == Ending::closed) side.lost = Ending::gap;
    side.begun = true;
    if (!flow.is(Flow::kSession)) flow.byte_class = 0;
    return {What::here, at};
  }
  if (side.asked == 0 && conversation.presumed != Conversation::kVetoed) {
    const std::size_t row = claims.presumed(payload);
    conversation.presumed = row != 0 ? static_cast<std::uint8_t>(row) : Conversation::kVetoed;
  }
  side.asked = static_cast<std::uint8_t>(side.asked + 1);
  claims.refuse(now, flow, payload, conversation.bytes > kMaxOctetsOfStream ? 0 : kMaxAskedOfStream);
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
  const Row& row = claims.row_of(flow);
  Payload own = payload;
  own.claimed = true;
  const Claim claim = row.habits.goes_on() && side.from_start ? Claim::yes : row.claims(own);
  if (claim == Claim::need_more) return {What::wait, 0};
  const std::uint32_t at = is_mine(claim) ? 0 : row.search != nullptr ? row.search(own) : size;
  if (at > 0 && at < size && row.claims(behind(own, at)) == Claim::need_more) return {What::wait, at};
  if (row.habits.goes_on() && at > 0 && side.lost == Ending::closed) side.lost = Ending::gap;
  side.begun = at < size;
  if (side.begun) return {What::here, at};
  side.asked = static_cast<std::uint8_t>(side.asked + 1);
  if (row.habits.goes_on() && side.asked >= kMaxPassedBehindHole) {
    end_side(now, flow, conversation, index, Ending::gap, false);
    return {What::done, 0};
  }
  side.begun = !row.habits.goes_on() && side.asked >= kMaxPassed;
  return {side.begun ? What::here : What::nowhere, 0};
}

std::uint32_t Listener::offer(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Bytes bytes,
                              std::uint32_t wire) noexcept {
  StreamSide& side = conversation.sides[index];
  side.offered = true;
  if (++side.offers > most_offers(habits_of(flow))) {
    give_up_side(now, flow, conversation, index, Limit::handshake_bytes);
    return 0;
  }
  std::uint32_t done = 0;
  for (unsigned turn = 0; turn == 0 || (turn <= kMaxHandOvers && done < bytes.size()); ++turn) {
    if (!side.begun) {
      const Beginning beginning =
          begin(now, flow, conversation, index,
                claims.payload_of(now, flow, conversation, index, bytes.subspan(done), wire - done));
      if (beginning.what == Beginning::What::nowhere) {
        side.offers = 0;
        pass(side, wire - done);
        return wire;
      }
      if (beginning.what == Beginning::What::wait) pass(side, beginning.at);
      done += beginning.at;
      if (beginning.what != Beginning::What::here) return done;
    }
    if (!read(now, flow, conversation, index, bytes, wire, done)) return done;
  }
  return done;
}

void Listener::watch_holes(const Now& now, Flow& flow, Conversation& conversation) noexcept {
  const Habits& habits = habits_of(flow);
  if (!habits.lasting || !flow.is(Flow::kConversation)) return;
  for (unsigned index = 0; index < 2; ++index) {
    StreamSide& side = conversation.sides[index];
    const bool waits = has_hole(side);
    if (waits == side.waits) continue;
    side.waits = waits;
    side.since = now.ticks;
    if (!habits.hears_holes) continue;
    Subject subject = Scribe::subject_of(now, flow, conversation);
    const Payload nothing = claims.payload_of(now, flow, conversation, index, {}, 0);
    (void)caller_.hear(claims, now, flow, flow.row(), subject, nothing, conversation.memory);
  }
}

/// Offers octets to the dissector that reads them until it wants more. True when it has handed over.
bool Listener::read(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Bytes bytes,
                    std::uint32_t wire, std::uint32_t& done) noexcept {
  StreamSide& side = conversation.sides[index];
  Result result;
  for (bool more = true; more && done < bytes.size();) {
    Subject subject = Scribe::subject_of(now, flow, conversation);
    Payload payload = claims.payload_of(now, flow, conversation, index, bytes.subspan(done), wire - done);
    payload.lost = std::exchange(side.lost, Ending::closed);
    result = caller_.hear(claims, now, flow, flow.row(), subject, payload, conversation.memory);
    done += result.consumed;
    if (result.consumed > 0) side.offers = 0;
    more = obey(now, flow, conversation, index, result);
  }
  return result.verdict == Verdict::hand_over || result.verdict == Verdict::pass_on;
}

/// What the dissector made of an offer. True when it wants what follows.
bool Listener::obey(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Result result) noexcept {
  StreamSide& side = conversation.sides[index];
  const bool goes_on = habits_of(flow).goes_on();
  switch (result.verdict) {
    case Verdict::need_more:
      return false;
    case Verdict::keep_going:
      return result.consumed > 0;
    case Verdict::hand_over:
    case Verdict::pass_on:
      hand_over(now, flow, conversation, result.verdict == Verdict::hand_over);
      return false;
    case Verdict::truncated:
      // Where the next message begins, its length may still have told.
      if (!goes_on) end_side(now, flow, conversation, index, Ending::truncated, true);
      return false;
    case Verdict::malformed:
      if (goes_on) {
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

/// From here on both sides belong to the dissector that this one names, or to whoever claims them. `carries`: what
/// follows is carried by this one's protocol.
void Listener::hand_over(const Now& now, Flow& flow, Conversation& conversation, bool carries) noexcept {
  const Row& row = claims.row_of(flow);
  conversation.carrier = carries ? row.habits.carrier : Carrier::transport;
  conversation.handed_over = row.next != 0;
  conversation.memory = Memory{};
  flow.set_row(row.next);
  for (StreamSide& side : conversation.sides) {
    // Where the next dissector's octets begin is known, unless the side was given up before.
    side.from_start = !side.over || side.self_over;
    if (side.from_start) side.lost = Ending::closed;
    side.begun = side.over = side.self_over = false;
    side.offers = side.passed = 0;
    side.asked = 0;
  }
  if (row.next == 0) return;
  // It may never be offered an octet, and must know all the same where it stands.
  Payload nothing = claims.payload_of(now, flow, conversation, 0, {}, 0);
  (void)caller_.call(claims, row.next, nothing, conversation.memory);
}

void Listener::end_side(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Ending ending,
                        bool self) noexcept {
  StreamSide& side = conversation.sides[index];
  side.over = true;
  side.self_over = self;
  if (!self && conversation.ending == Ending::closed) conversation.ending = ending;
  StreamPrefix(now.shard.pool, side).drop();
  if (!conversation.sides[1 - index].over) return;
  if (flow.row() == 0) {
    conclude(now, flow, conversation, conversation.ending);
  } else {
    if (!conversation.sides[0].self_over || !conversation.sides[1].self_over)
      finish(now, flow, conversation, conversation.ending);
    Scribe::release(now, flow);
  }
  flow.set(Flow::kDone);
}

void Listener::give_up_side(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                            Limit why) noexcept {
  now.window.limit(why);
  end_side(now, flow, conversation, index, Ending::limit, false);
}

void Listener::conclude(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept {
  if (conversation.standing == Standing::doubtful)
    return forget(now, flow, claims.payload_of(now, flow, conversation, 0, {}, 0));
  end_carried(now, flow, conversation, ending);
  if (flow.row() == 0) {
    for (unsigned index = 0; index < 2; ++index) {
      const bool held = conversation.sides[index].whole > 0;
      if (conversation.presumed != 0 || !(held || conversation.missed)) continue;
      const Bytes bytes = held_of(now, conversation.sides[index]);
      conversation.presumed =
          static_cast<std::uint8_t>(claims.presumed(claims.payload_of(now, flow, conversation, index, bytes, 0)));
    }
    const std::uint8_t row = conversation.presumed == Conversation::kVetoed ? std::uint8_t{0} : conversation.presumed;
    if (claims.row(row).habits.lasting) now.window.limit(Limit::unclaimed);
    if (row != 0) flow.set(Flow::kDone);
    if (row == 0 || claims.row(row).habits.lasting) {
      Scribe::release(now, flow);
      return;
    }
    flow.byte_class = 0;
    flow.set_row(row);
    ending = Ending::closed;
    // Nothing of it is to be read: only its ports, and whether its start was seen.
    (void)caller_.call(claims, row, claims.payload_of(now, flow, conversation, 0, {}, 0), conversation.memory);
  }
  for (const StreamSide& side : conversation.sides)
    if (habits_of(flow).goes_on() && side.lost != Ending::closed) ending = side.lost;
  finish(now, flow, conversation, ending);
  Scribe::release(now, flow);
}

void Listener::finish(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept {
  if (flow.row() != 0) caller_.finish(claims, now, flow, flow.row(), conversation.memory, ending);
}

}  // namespace uptake
