#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/flows/stream_prefix.h"
#include "dataplane/tracking/scribe.h"
#include "dissectors/dissector.h"
#include "dissectors/unread/unread.h"

namespace uptake {

/// Listener: the only one that asks a dissector: whose a flow is, what its octets say, and what there is to say when
/// it ends. It obeys the verdicts. Who calls it has put the octets of a stream in order.
class Listener {
 public:
  /// Payloads of one flow that nobody claims, after which nobody is asked again.
  static constexpr unsigned kMaxAsked = 16;

  Listener(const Engine& engine, const Scribe& scribe) noexcept;

  [[nodiscard]] const Row& row_of(const Flow& flow) const noexcept { return rows_[flow.row()]; }
  /// The payload of the frame at hand, as one side of its flow sent it.
  [[nodiscard]] Payload payload_of(const Now& now, const Flow& flow, bool stream) const noexcept;
  /// Octets of one side of a Conversation.
  [[nodiscard]] Payload payload_of(const Now& now, const Flow& flow, const Conversation& conversation, unsigned index,
                                   Bytes bytes, std::uint32_t wire) const noexcept;
  /// Asks the dissectors, in their order, whose the flow is. True when one reads it, or may with more octets: then
  /// the flow has no row yet.
  [[nodiscard]] bool claim(const Payload& payload, Flow& flow) const noexcept;
  /// No dissector claims the flow with this payload: after `most` of them nobody is asked again.
  void unclaimed(const Now& now, Flow& flow, const Payload& payload, unsigned most) const noexcept;
  /// What a flow carries that no dissector reads.
  [[nodiscard]] static Unread unread_in(const Flow& flow) noexcept {
    const bool unread = !flow.is(Flow::kIsn | Flow::kSession) && flow.row() == 0;
    return unread ? static_cast<Unread>(flow.byte_class & 0xff) : Unread::none;
  }

  /// Offers a datagram of a flow to its dissector. `is_noted`: its subject is open in the notes already.
  void datagram(const Now& now, Flow& flow, const Payload& payload, bool is_noted) noexcept;
  /// Offers the frame at hand, of a stream that was picked up midstream. True when the flow needs a Conversation.
  [[nodiscard]] bool midstream(const Now& now, Flow& flow) noexcept;
  /// Offers `bytes` of one side until the dissector wants more. How many octets it is done with: more than there are
  /// where it passes over what is still to come.
  [[nodiscard]] std::uint32_t offer(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                    Bytes bytes, std::uint32_t wire) noexcept;
  /// Whether a stream begins in these octets, of which another copy was passed over.
  [[nodiscard]] bool begins(const Now& now, const Flow& flow, const Conversation& conversation,
                            unsigned index) const noexcept;
  /// The contiguous start of a side, in one piece; valid until the next call.
  [[nodiscard]] Bytes held_of(const Now& now, StreamSide& side) noexcept;

  /// Ends one side; both over: the conversation. `self`: the dissector wants no more of it.
  void end_side(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Ending ending,
                bool self) noexcept;
  /// A bound of uptake ends a side.
  void give_up_side(const Now& now, Flow& flow, Conversation& conversation, unsigned index, Limit why) noexcept;
  /// Ends a flow that has a Conversation, which goes back to its pool; what nobody claimed counts for the protocol
  /// that its port promises.
  void conclude(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept;

 private:
  /// Where in some octets a dissector begins to read.
  struct Beginning {
    enum class What : std::uint8_t { here, wait, nowhere, done };
    What what;
    std::uint32_t at;
  };

  static void count_displaced(const Now& now) noexcept {
    const std::uint64_t displaced = now.shard.exchanges.take_displaced();
    if (displaced != 0) [[unlikely]]
      now.window.limit(Limit::query_displaced, displaced);
  }
  void surround(const Now& now, Payload& payload) const noexcept;
  [[nodiscard]] std::size_t presumed(const Payload& payload) const noexcept;
  [[nodiscard]] std::uint32_t search(const Payload& payload, Flow& flow) const noexcept;
  [[nodiscard]] Beginning begin(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                const Payload& payload) noexcept;
  [[nodiscard]] Beginning begin_unclaimed(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                                          const Payload& payload) noexcept;
  [[nodiscard]] bool obey(const Now& now, Flow& flow, Conversation& conversation, unsigned index,
                          Result result) noexcept;
  void settle(const Now& now, Flow& flow, Conversation& conversation) noexcept;
  void finish(const Now& now, Flow& flow, Conversation& conversation, Ending ending) noexcept;

  const std::span<const Row> rows_;                 ///< of the engine's registry
  const std::span<const AddressRange> translated_;  ///< the engine's NAT64 prefixes
  const Scribe& scribe_;
  std::array<std::uint8_t, kHandshakeBytes> scratch_;
};

// Inlined into what follows UDP and TCP: they run for nearly every packet that a dissector sees.

/// Adds what a payload shares with its shard and with the whole run.
[[gnu::always_inline]] inline void Listener::surround(const Now& now, Payload& payload) const noexcept {
  payload.ticks = now.ticks;
  payload.flow = now.item.id.flow;
  payload.exchanges = &now.shard.exchanges;
  payload.translated = translated_;
}

[[gnu::always_inline]] inline Payload Listener::payload_of(const Now& now, const Flow& flow,
                                                           bool stream) const noexcept {
  const Segment& segment = now.item.segment;
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  Payload payload;
  payload.bytes = {segment.payload, segment.payload_captured};
  payload.wire = segment.payload_wire;
  payload.stream = stream;
  payload.begun = flow.is(Flow::kBegun);
  payload.from = from_client ? Side::client : Side::server;
  payload.client_port = from_client ? segment.source_port : segment.destination_port;
  payload.server_port = from_client ? segment.destination_port : segment.source_port;
  surround(now, payload);
  return payload;
}

[[gnu::always_inline]] inline bool Listener::claim(const Payload& payload, Flow& flow) const noexcept {
  bool wait = false;
  for (std::size_t row = 1; row < rows_.size(); ++row) {
    const Claim claim = rows_[row].claims(payload);
    if (claim == Claim::need_more) wait = true;
    if (!is_mine(claim)) continue;
    flow.set_row(row);
    const bool turned = claim == (payload.from == Side::client ? Claim::from_server : Claim::from_client);
    flow.state = static_cast<std::uint16_t>(flow.state ^ (turned ? Flow::kClientIsLow : 0));
    return true;
  }
  return wait;
}

[[gnu::always_inline]] inline void Listener::datagram(const Now& now, Flow& flow, const Payload& payload,
                                                      bool is_noted) noexcept {
  Memory memory;
  const Row& row = rows_[flow.row()];
  if (is_noted) {
    scribe_.notes.rebase(row.base);
  } else {
    scribe_.make_room();
    scribe_.describe(now, flow, scribe_.notes.about(row.base));
  }
  const Result result = row.dissect(payload, memory, scribe_.notes);
  count_displaced(now);
  if (result.verdict == Verdict::not_mine || result.verdict == Verdict::settled ||
      result.verdict == Verdict::concluded)
    flow.set(Flow::kDone);
}

}  // namespace uptake
