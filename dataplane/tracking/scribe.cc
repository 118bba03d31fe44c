#include "dataplane/tracking/scribe.h"

#include <algorithm>
#include <cstring>

namespace uptake {

Subject Scribe::subject_of(const Now& now, const Flow& flow) const noexcept {
  Subject subject;
  describe(now, flow, subject);
  return subject;
}

Subject Scribe::subject_of(const Now& now, const Flow& flow, const Conversation& conversation) noexcept {
  const bool client_is_low = flow.is(Flow::kClientIsLow);
  Subject subject;
  subject.client = client_is_low ? conversation.low : conversation.high;
  subject.server = client_is_low ? conversation.high : conversation.low;
  subject.client_port = client_is_low ? conversation.low_port : conversation.high_port;
  subject.server_port = client_is_low ? conversation.high_port : conversation.low_port;
  subject.transport = flow.is(Flow::kTcp) ? frame::protocol::kTcp : frame::protocol::kUdp;
  subject.direction = client_direction(flow);
  subject.time_ns = conversation.time_ns;
  subject.ordinal = now.item.frame->ordinal;
  subject.name_digest = conversation.name_digest;
  return subject;
}

Notes::Mark Scribe::open(const Now& now, std::uint32_t place, Subject& subject, FactId base) const noexcept {
  make_room();
  const std::uint8_t size = now.shard.pool.at(place).name_size;
  if (size > 0) subject.name = notes.keep(now.shard.pool.name_room(place).first(size));
  const Notes::Mark before = notes.mark();
  notes.about(subject, base);
  return before;
}

void Scribe::release(const Now& now, Flow& flow) noexcept {
  if (!flow.is(Flow::kConversation)) return;
  count_bytes(now, flow, now.conversation(flow).bytes);
  now.shard.pool.give(flow.mark);
  flow.clear(Flow::kConversation);
  flow.mark = now.ticks;
}

/// The class that the octets of a flow count for besides that of `fact`: they carry a stream of which another fact
/// was noted.
std::uint16_t Scribe::class_inside(const Now& now, const Flow& flow, FactId fact) noexcept {
  const bool carries = flow.is(Flow::kConversation) && !flow.is(Flow::kTcp);
  if (!carries || !flow.is(Flow::kSession) || flow.byte_class <= ByteClasses::kOverflow) return ByteClasses::kNone;
  const ByteClasses::Class& known = now.shard.classes.at(flow.byte_class);
  return known.fact == fact ? known.also : flow.byte_class;
}

void Scribe::note_class(const Now& now, Flow& flow, std::size_t first_observation) const noexcept {
  for (const Observation& observation : notes.observations().subspan(first_observation)) {
    if (!engine_.catalogue.counts_bytes(observation.fact)) continue;
    const Cell cell =
        now.window.figures.cell_of(observation.fact, observation.value, notes.subjects()[observation.subject]);
    const std::uint16_t also = class_inside(now, flow, observation.fact);
    flow.byte_class = now.shard.classes.intern(engine_.catalogue, observation.fact, observation.value, cell, also);
    if (flow.byte_class == ByteClasses::kOverflow) now.window.limit(Limit::class_full);
    flow.set(Flow::kSession);
  }
}

void Scribe::keep_name(const Now& now, std::uint32_t place, Notes::Mark before) const noexcept {
  Conversation& conversation = now.shard.pool.at(place);
  for (Subject& subject : notes.subjects().subspan(before.subjects)) {
    if (subject.name.empty() || subject.name_digest != 0) continue;
    subject.name_digest = engine_.digests.name(subject.name);
    conversation.name_digest = subject.name_digest;
    const std::span<std::uint8_t> room = now.shard.pool.name_room(place);
    if (room.empty()) continue;
    conversation.name_size = static_cast<std::uint8_t>(std::min(subject.name.size(), room.size()));
    std::memcpy(room.data(), subject.name.data(), conversation.name_size);
  }
}

}  // namespace uptake
