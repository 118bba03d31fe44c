#include <cstring>

#include "dataplane/tracker.h"

namespace uptake {
namespace {

/// A datagram after this long begins a new exchange on the same ports.
constexpr Ticks kExchange = seconds(60);

}  // namespace

Disposition Tracker::udp(const Now& now, Flow& flow, bool is_new) noexcept {
  if (!is_new && now.ticks - flow.mark > kExchange) {
    end_flow(now, flow);
    begin_flow(now, flow);
    flow.set(now.from_low ? Flow::kLowSeen : Flow::kHighSeen);
    is_new = true;
  }
  const Segment& segment = now.item.segment;
  flow.mark = now.ticks;
  if (is_new) {
    flow.set(Flow::kBegun);
    // Who speaks first is the client, unless it speaks from a service's port to none.
    const bool server_first = segment.source_port < 1024 && segment.destination_port >= 1024;
    if (now.from_low != server_first)
      flow.set(Flow::kClientIsLow);
    else
      flow.clear(Flow::kClientIsLow);
    if (server_first) answered(now, flow, true);
  }
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  if (!from_client && !flow.is(Flow::kAnswered)) answered(now, flow, false);
  if (flow.is(Flow::kDone)) return Disposition::no_interest;

  Payload payload;
  payload.bytes = {segment.payload, segment.payload_captured};
  payload.wire = segment.payload_wire;
  payload.from = from_client ? Side::client : Side::server;
  payload.client_port = from_client ? segment.source_port : segment.destination_port;
  payload.server_port = from_client ? segment.destination_port : segment.source_port;
  if (flow.row() == 0 && !claim(payload, flow)) {
    flow.set(Flow::kDone);
    return is_new ? Disposition::parsed : Disposition::no_interest;
  }

  // The claim may have told who is the client.
  const bool now_from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  if (now_from_client != from_client) {
    payload.from = now_from_client ? Side::client : Side::server;
    std::swap(payload.client_port, payload.server_port);
  }
  Memory memory;
  std::memcpy(memory.octets.data(), &flow.byte_class, sizeof flow.byte_class);
  make_room();
  notes_.about(subject_of(now, flow), engine_.registry.base(flow.row()));
  const Result result = engine_.registry.rows()[flow.row()].dissect(payload, memory, notes_);
  std::memcpy(&flow.byte_class, memory.octets.data(), sizeof flow.byte_class);
  if (result.verdict == Verdict::not_mine || result.verdict == Verdict::settled) flow.set(Flow::kDone);
  return Disposition::parsed;
}

}  // namespace uptake
