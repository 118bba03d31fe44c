#pragma once

#include <cstdint>
#include <span>

#include "dataplane/engine.h"
#include "dataplane/tracking/now.h"
#include "dissectors/dissector.h"
#include "dissectors/unread/unread.h"

namespace uptake {

/// Claims: whose a flow is: asks the dissectors, in their order, about what was sent.
class Claims {
 public:
  explicit Claims(const Engine& engine) noexcept
      : rows_(engine.registry.rows()),
        translated_(engine.nat64 != nullptr ? engine.nat64->v6() : std::span<const AddressRange>{}) {}

  [[nodiscard]] const Row& row_of(const Flow& flow) const noexcept { return rows_[flow.row()]; }
  [[nodiscard]] const Row& row(std::size_t number) const noexcept { return rows_[number]; }
  /// The payload of the frame at hand, as one side of its flow sent it.
  [[nodiscard]] Payload payload_of(const Now& now, const Flow& flow, bool stream) const noexcept;
  /// Octets of one side of a Conversation.
  [[nodiscard]] Payload payload_of(const Now& now, const Flow& flow, const Conversation& conversation, unsigned index,
                                   Bytes bytes, std::uint32_t wire) const noexcept;
  /// Asks whose the flow is. True when a dissector reads it, or may with more octets: then the flow has no row yet.
  [[nodiscard]] bool ask(const Payload& payload, Flow& flow) const noexcept;
  /// Where in a payload that nobody claims at its start some dissector begins after all; its size when nowhere. The
  /// flow is claimed, unless what stands there wants more octets to tell.
  [[nodiscard]] std::uint32_t search(const Payload& payload, Flow& flow) const noexcept;
  /// Whether a stream begins in the frame at hand, of which other octets in the same place were passed over.
  [[nodiscard]] bool begins(const Now& now, const Flow& flow, const Conversation& conversation,
                            unsigned index) const noexcept;
  /// The dissector that a flow counts for when nobody can claim it, or 0.
  [[nodiscard]] std::size_t presumed(const Payload& payload) const noexcept;
  /// No dissector claims the flow with this payload: after `most` of them nobody is asked again.
  void refuse(const Now& now, Flow& flow, const Payload& payload, unsigned most) const noexcept;
  /// What a flow carries that no dissector reads.
  [[nodiscard]] static Unread unread_in(const Flow& flow) noexcept {
    const bool unread = !flow.is(Flow::kIsn | Flow::kSession) && flow.row() == 0;
    return unread ? static_cast<Unread>(flow.byte_class & 0xff) : Unread::none;
  }

 private:
  void surround(const Now& now, Payload& payload) const noexcept;

  const std::span<const Row> rows_;                 ///< of the engine's registry
  const std::span<const AddressRange> translated_;  ///< the engine's NAT64 prefixes
};

/// The payload from some octet on.
[[nodiscard]] inline Payload behind(const Payload& payload, std::uint32_t at) noexcept {
  Payload rest = payload;
  rest.bytes = payload.bytes.subspan(at);
  rest.wire -= at;
  return rest;
}

// Inlined into what follows UDP and TCP: they run for nearly every packet that a dissector sees.

/// Adds what a payload shares with its shard and with the whole run.
[[gnu::always_inline]] inline void Claims::surround(const Now& now, Payload& payload) const noexcept {
  payload.ticks = now.ticks;
  payload.flow = now.item.id.flow;
  payload.exchanges = &now.shard.exchanges;
  payload.translated = translated_;
}

[[gnu::always_inline]] inline Payload Claims::payload_of(const Now& now, const Flow& flow,
                                                         bool stream) const noexcept {
  const Segment& segment = now.item.segment;
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  Payload payload;
  payload.bytes = {segment.payload, segment.payload_captured};
  payload.wire = segment.payload_wire;
  payload.stream = stream;
  payload.begun = flow.is(Flow::kBegun);
  payload.from = from_client ? Side::client : Side::server;
  payload.family = segment.source.family;
  payload.client_port = from_client ? segment.source_port : segment.destination_port;
  payload.server_port = from_client ? segment.destination_port : segment.source_port;
  surround(now, payload);
  return payload;
}

[[gnu::always_inline]] inline bool Claims::ask(const Payload& payload, Flow& flow) const noexcept {
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

}  // namespace uptake
