#pragma once

#include <cstddef>

#include "dataplane/engine.h"
#include "dataplane/tracking/now.h"
#include "dissectors/frame/facts.h"
#include "dissectors/observation.h"

namespace uptake {

/// Scribe: says whom the notes of one worker are about, and what a flow's bytes count for by what was noted of it.
class Scribe {
 public:
  /// `absorb(context)` empties the notes; it is called when they may not hold what comes next.
  Scribe(const Engine& engine, Notes& filled, void (*absorb)(void*) noexcept, void* context) noexcept
      : notes(filled), engine_(engine), absorb_(absorb), context_(context) {}

  void make_room() const noexcept {
    if (notes.nearly_full()) [[unlikely]]
      absorb_(context_);
  }
  /// Says whom the frame at hand is about; writes every field of `subject`, which may hold an old one.
  void describe(const Now& now, const Flow& flow, Subject& subject) const noexcept;
  [[nodiscard]] Subject subject_of(const Now& now, const Flow& flow) const noexcept;
  /// The same from what its Conversation keeps, at the time of its last segment.
  [[nodiscard]] static Subject subject_of(const Now& now, const Flow& flow,
                                          const Conversation& conversation) noexcept;
  /// Opens the notes of a dissector about `subject`, with the name that the conversation has by now.
  Notes::Mark open(const Now& now, std::uint32_t place, Subject& subject, FactId base) const noexcept;
  /// Notes a connection that was answered. The subject of the note is open for more.
  void answered(const Now& now, Flow& flow, bool only_answer) const noexcept;
  /// Takes the class of a flow's bytes from the last fact noted since `first_observation` whose bytes some measure
  /// counts.
  void note_class(const Now& now, Flow& flow, std::size_t first_observation) const noexcept;
  /// Keeps a name noted since `before` for what the flow says later: as a digest, and as text for events.
  void keep_name(const Now& now, std::uint32_t place, Notes::Mark before) const noexcept;
  /// Gives the Conversation of a flow back; the flow keeps its class.
  static void release(const Now& now, Flow& flow) noexcept;
  /// Counts octets for the class of a flow's bytes, if it has one.
  static void count_bytes(const Now& now, const Flow& flow, std::uint64_t octets) noexcept {
    if (flow.is(Flow::kSession))
      now.shard.classes.add(flow.byte_class, static_cast<unsigned>(now.window.index & 1), octets);
  }

  Notes& notes;

 private:
  [[nodiscard]] static std::uint16_t class_inside(const Now& now, const Flow& flow, FactId fact) noexcept;
  const Engine& engine_;
  void (*absorb_)(void*) noexcept;
  void* context_;
};

// Inlined into what follows UDP and TCP: they run for nearly every packet that a dissector sees.

[[gnu::always_inline]] inline void Scribe::describe(const Now& now, const Flow& flow,
                                                    Subject& subject) const noexcept {
  const Segment& segment = now.item.segment;
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  subject.client = from_client ? segment.source : segment.destination;
  subject.server = from_client ? segment.destination : segment.source;
  subject.client_port = from_client ? segment.source_port : segment.destination_port;
  subject.server_port = from_client ? segment.destination_port : segment.source_port;
  subject.transport = segment.protocol;
  subject.direction = client_direction(flow);
  subject.group = 0;
  subject.time_ns = now.item.frame->time_ns;
  subject.ordinal = now.item.frame->ordinal;
  subject.name_digest = 0;
  subject.name = {};
}

[[gnu::always_inline]] inline void Scribe::answered(const Now& now, Flow& flow, bool only_answer) const noexcept {
  make_room();
  Subject& subject = notes.about(engine_.registry.base(0));
  describe(now, flow, subject);
  const std::uint8_t* const octets = subject.client.octets.data();
  const bool v6 = subject.client.family == Family::v6;
  // An interface identifier made of a MAC address (RFC 4291 Appendix A): FF FE in the middle. The universal/local bit
  // says of which kind the MAC is, not whether there is one: locally administered ones are embedded too (RFC 7136).
  const bool eui64 = v6 & (octets[11] == 0xff) & (octets[12] == 0xfe);
  const bool global = v6 & ((octets[0] & 0xe0) == 0x20);  // global unicast 2000::/3 (RFC 4291 §2.4)
  flow.set(Flow::kAnswered);
  notes.note(frame::kConnection, flow.kind() | frame::ConnectionBits{.tcp = flow.is(Flow::kTcp),
                                                                     .answered = true,
                                                                     .client_eui64 = eui64,
                                                                     .client_global = global,
                                                                     .only_answer = only_answer}
                                                   .pack());
}

}  // namespace uptake
