#include "dataplane/tracking/claims.h"

namespace uptake {

Payload Claims::payload_of(const Now& now, const Flow& flow, const Conversation& conversation, unsigned index,
                           Bytes bytes, std::uint32_t wire) const noexcept {
  const bool is_low = index == 0;
  const bool from_client = flow.is(Flow::kClientIsLow) == is_low;
  const std::uint16_t own_port = is_low ? conversation.low_port : conversation.high_port;
  const std::uint16_t peer_port = is_low ? conversation.high_port : conversation.low_port;
  Payload payload;
  payload.bytes = bytes;
  payload.wire = wire;
  payload.stream = flow.is(Flow::kTcp);
  const StreamSide& side = conversation.sides[index];
  payload.from_start = side.from_start;
  payload.begun = flow.is(Flow::kBegun);
  payload.waits = side.waits;
  payload.waited = side.waits && conversation.resuming ? now.ticks - side.since : 0;
  payload.from = from_client ? Side::client : Side::server;
  payload.family = flow.family();
  payload.carrier = conversation.carrier;
  payload.role_known = conversation.handed_over;
  payload.client_port = from_client ? own_port : peer_port;
  payload.server_port = from_client ? peer_port : own_port;
  // What a hole kept back is offered when the other side's frame shows that it will stay.
  const Segment& segment = now.item.segment;
  if (now.from_low == is_low && segment.payload_captured > 0) {
    payload.hop_limit = segment.hop_limit;
    payload.tcp_options = {segment.payload - segment.tcp_options, segment.tcp_options};
  }
  surround(now, payload);
  return payload;
}

std::uint32_t Claims::search(const Payload& payload, Flow& flow) const noexcept {
  for (std::size_t row = 1; row < rows_.size(); ++row) {
    if (rows_[row].search == nullptr) continue;
    const std::uint32_t at = rows_[row].search(payload);
    if (at >= payload.bytes.size()) continue;
    if (ask(behind(payload, at), flow)) return at;
  }
  return static_cast<std::uint32_t>(payload.bytes.size());
}

bool Claims::begins(const Now& now, const Flow& flow, const Conversation& conversation,
                    unsigned index) const noexcept {
  const Segment& segment = now.item.segment;
  Payload payload =
      payload_of(now, flow, conversation, index, {segment.payload, segment.payload_captured}, segment.payload_wire);
  Flow probe = flow;
  payload.claimed = flow.row() != 0;
  if (payload.claimed) return is_mine(rows_[flow.row()].claims(payload));
  return ask(payload, probe) && probe.row() != 0;
}

std::size_t Claims::presumed(const Payload& payload) const noexcept {
  for (std::size_t row = 1; row < rows_.size(); ++row)
    if (rows_[row].presumes != nullptr && rows_[row].presumes(payload)) return row;
  return 0;
}

// What the first payload looks like and how often all were asked is kept in byte_class: an odd payload in front must
// not hide the good ones behind it, and a flow that is nobody's must not be asked about for ever.
void Claims::refuse(const Now& now, Flow& flow, const Payload& payload, unsigned most) const noexcept {
  // After a hand-over the bytes keep the class of what was read before.
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

}  // namespace uptake
