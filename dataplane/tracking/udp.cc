#include "dataplane/tracking/udp.h"

#include <utility>

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

/// The first datagram of a flow says what can be said of it.
void begin(const Now& now, Flow& flow) noexcept {
  const Segment& segment = now.item.segment;
  // What goes to a group asks nobody in particular: that no answer comes means nothing.
  if (!to_many(segment) && !answers_a_group(segment)) flow.set(Flow::kBegun);
  // Who speaks first is the client, unless it speaks from a service's port to none.
  const bool server_first = (segment.source_port < 1024) & (segment.destination_port >= 1024);
  flow.set(Flow::kClientIsLow, now.from_low != server_first);
}

}  // namespace

/// Counts the first datagram that comes back. True when its subject is open in the notes.
[[gnu::always_inline]] inline bool Udp::answer(const Now& now, Flow& flow, bool is_new) noexcept {
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  if (from_client || flow.is(Flow::kAnswered)) return false;
  ++now.window.unanswered.datagrams_back[static_cast<std::size_t>(flow.family())];
  scribe_.answered(now, flow, is_new);
  return true;
}

[[gnu::always_inline]] inline Disposition Udp::datagram(const Now& now, Flow& flow, bool is_new,
                                                        bool& remembers) noexcept {
  flow.mark = now.ticks;
  if (is_new) begin(now, flow);
  const bool from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  const bool answers = answer(now, flow, is_new);
  if (flow.is(Flow::kDone)) {
    Scribe::count_bytes(now, flow, now.item.segment.ip_length);
    return Disposition::no_interest;
  }

  Payload payload = listener_.claims.payload_of(now, flow, false);
  if (flow.row() == 0) {
    // An odd datagram in front must not hide the good ones behind it.
    const std::uint16_t before = std::exchange(flow.byte_class, std::uint16_t{0});
    if (!listener_.claims.ask(payload, flow)) {
      flow.byte_class = before;
      listener_.claims.refuse(now, flow, payload, Listener::kMaxAsked);
      return is_new ? Disposition::parsed : Disposition::no_interest;
    }
    remembers = listener_.habits_of(flow).remembers_datagrams;
    if (remembers) [[unlikely]]
      return Disposition::parsed;
  }
  // The claim may have told who is the client.
  const bool now_from_client = flow.is(Flow::kClientIsLow) == now.from_low;
  if (now_from_client != from_client) [[unlikely]]
    payload = listener_.claims.payload_of(now, flow, false);
  listener_.datagram(now, flow, payload, answers && now_from_client == from_client);
  return Disposition::parsed;
}

Disposition Udp::track(const Now& now, Flow& flow, bool is_new, Direction& direction) noexcept {
  const bool has_memory = !is_new && flow.is(Flow::kConversation);
  const Ticks last = has_memory ? ticks_of(now.conversation(flow).packet_ns) : flow.mark;
  if (!is_new && now.ticks - last > kExchange) [[unlikely]] {
    streams_.end(now, flow);
    is_new = true;
  }
  if (!is_new && has_memory) [[unlikely]] {
    direction = direction_in(flow, now.from_low);
    (void)answer(now, flow, false);
    streams_.datagram(now, flow);
    return Disposition::parsed;
  }
  // It stays in registers: for all the compiler knows, whatever is called could change a flow in memory.
  Flow own = is_new ? new_flow(now, customers_) : flow;
  direction = direction_in(own, now.from_low);
  bool remembers = false;
  const Disposition how = datagram(now, own, is_new, remembers);
  flow = own;
  if (remembers) [[unlikely]]
    streams_.datagram(now, flow);
  return how;
}

}  // namespace uptake
