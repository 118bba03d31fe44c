#include <cstring>

#include "dataplane/tracker.h"

namespace uptake {
namespace {

/// A datagram after this long begins a new exchange on the same ports.
constexpr Ticks kExchange = seconds(60);

}  // namespace

[[gnu::always_inline]] inline Disposition Tracker::datagram(const Now& now, Flow& flow, bool is_new) noexcept {
  direction_ = direction_in(flow, now.from_low);
  flow.mark = now.ticks;
  if (is_new) {
    const Segment& segment = now.item.segment;
    // What goes to a group asks nobody in particular: that no answer comes means nothing.
    if (!to_many(segment)) flow.set(Flow::kBegun);
    // Who speaks first is the client, unless it speaks from a service's port to none.
    const bool server_first = (segment.source_port < 1024) & (segment.destination_port >= 1024);
    flow.set(Flow::kClientIsLow, now.from_low != server_first);
  }
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  const bool answers = !from_client && !flow.is(Flow::kAnswered);
  if (answers) answered(now, flow, is_new);
  if (flow.is(Flow::kDone)) return Disposition::no_interest;

  Payload payload = payload_of(now, flow, false);
  if (flow.row() == 0 && !claim(payload, flow)) {
    unclaimed(flow, payload);
    return is_new ? Disposition::parsed : Disposition::no_interest;
  }

  // The claim may have told who is the client.
  const bool now_from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  if (now_from_client != from_client) [[unlikely]]
    payload = payload_of(now, flow, false);
  Memory memory;
  std::memcpy(memory.octets.data(), &flow.byte_class, sizeof flow.byte_class);
  const FactId base = rows_[flow.row()].base;
  if (answers && now_from_client == from_client) {
    notes_.rebase(base);
  } else {
    make_room();
    describe(now, flow, notes_.about(base));
  }
  const Result result = rows_[flow.row()].dissect(payload, memory, notes_);
  std::memcpy(&flow.byte_class, memory.octets.data(), sizeof flow.byte_class);
  if (result.verdict == Verdict::not_mine || result.verdict == Verdict::settled ||
      result.verdict == Verdict::concluded)
    flow.set(Flow::kDone);
  return Disposition::parsed;
}

Disposition Tracker::udp(const Now& now, Flow& flow, bool is_new) noexcept {
  if (!is_new && now.ticks - flow.mark > kExchange) [[unlikely]] {
    end_flow(now, flow);
    is_new = true;
  }
  // It stays in registers: for all the compiler knows, whatever is called could change a flow in memory.
  Flow own = is_new ? new_flow(now) : flow;
  const Disposition how = datagram(now, own, is_new);
  flow = own;
  return how;
}

}  // namespace uptake
