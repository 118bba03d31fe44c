#include <utility>

#include "dataplane/tracker.h"

namespace uptake {
namespace {

/// A datagram after this long begins a new exchange on the same ports.
constexpr Ticks kExchange = seconds(60);

/// What answers a question that went to a group, from the port of that service: DHCP (RFC 2131, RFC 8415), SSDP, mDNS
/// (RFC 6762) and LLMNR (RFC 4795).
bool answers_a_group(const Segment& segment) noexcept {
  const std::uint16_t from = segment.source_port;
  const std::uint16_t to = segment.destination_port;
  return (from == 67 && to == 68) || (from == 547 && to == 546) || from == 1900 || from == 5353 || from == 5355;
}

}  // namespace

[[gnu::always_inline]] inline Disposition Tracker::datagram(const Now& now, Flow& flow, bool is_new) noexcept {
  direction_ = direction_in(flow, now.from_low);
  flow.mark = now.ticks;
  if (is_new) {
    const Segment& segment = now.item.segment;
    // What goes to a group asks nobody in particular: that no answer comes means nothing.
    if (!to_many(segment) && !answers_a_group(segment)) flow.set(Flow::kBegun);
    // Who speaks first is the client, unless it speaks from a service's port to none.
    const bool server_first = (segment.source_port < 1024) & (segment.destination_port >= 1024);
    flow.set(Flow::kClientIsLow, now.from_low != server_first);
  }
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  const bool answers = !from_client && !flow.is(Flow::kAnswered);
  if (answers) {
    ++now.window.unanswered.datagrams_back[static_cast<std::size_t>(flow.family())];
    answered(now, flow, is_new);
  }
  if (flow.is(Flow::kDone)) return Disposition::no_interest;

  Payload payload = payload_of(now, flow, false);
  if (flow.row() == 0) {
    // An odd datagram in front must not hide the good ones behind it.
    const std::uint16_t before = std::exchange(flow.byte_class, std::uint16_t{0});
    if (!claim(payload, flow)) {
      flow.byte_class = before;
      unclaimed(now, flow, payload, kMaxAsked);
      return is_new ? Disposition::parsed : Disposition::no_interest;
    }
  }

  // The claim may have told who is the client.
  const bool now_from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  if (now_from_client != from_client) [[unlikely]]
    payload = payload_of(now, flow, false);
  Memory memory;
  const FactId base = rows_[flow.row()].base;
  if (answers && now_from_client == from_client) {
    notes_.rebase(base);
  } else {
    make_room();
    describe(now, flow, notes_.about(base));
  }
  const Result result = rows_[flow.row()].dissect(payload, memory, notes_);
  count_displaced(now);
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
