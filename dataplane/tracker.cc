#include "dataplane/tracker.h"

#include <algorithm>

namespace uptake {

Tracker::Tracker(const Engine& engine, Notes& notes, void (*absorb)(void*) noexcept, void* context) noexcept
    : engine_(engine),
      rows_(engine.registry.rows()),
      translated_(engine.nat64 != nullptr ? engine.nat64->v6() : std::span<const AddressRange>{}),
      notes_(notes),
      absorb_(absorb),
      context_(context) {}

Direction Tracker::direction_of(const Segment& segment) const noexcept {
  if (engine_.customers.empty()) return Direction::unknown;
  if (engine_.customers.holds(segment.source)) return Direction::from_customer;
  return engine_.customers.holds(segment.destination) ? Direction::toward_customer : Direction::unknown;
}

Disposition Tracker::track(Shard& shard, const Item& item, Window& window) noexcept {
  const Now now{shard, item, window, ticks_of(item.frame->packet_ns), item.id.source_is_low};
  const FlowTable::Found found = shard.flows.find(item.id.flow, now.ticks);
  if (found.flow == nullptr) [[unlikely]] {
    direction_ = direction_of(item.segment);
    unread_ = Unread::none;
    return Disposition::flow_full;
  }
  Flow& flow = *found.flow;
  flows_ += found.is_new ? 1 : 0;
  if (found.is_new && !flow.empty()) [[unlikely]]
    evict(now, flow);
  Disposition how{};
  if (item.segment.protocol != frame::protocol::kTcp) {
    how = udp(now, flow, found.is_new);
  } else {
    if (found.is_new) flow = new_flow(now);
    direction_ = direction_in(flow, now.from_low);
    how = tcp(now, flow, found.is_new);
  }
  unread_ = unread_in(flow);
  return how;
}

// Its ports are not known: all that two hosts say over TCP, or over UDP, is one conversation.
void Tracker::track_cut(Shard& shard, const Item& item, Window& window) noexcept {
  const Now now{shard, item, window, ticks_of(item.frame->packet_ns), item.id.source_is_low};
  const FlowTable::Found found = shard.flows.find(item.id.flow, now.ticks);
  if (found.flow == nullptr) return window.limit(Limit::flow_evicted);
  Flow& flow = *found.flow;
  if (found.is_new) {
    if (!flow.empty()) evict(now, flow);
    flow = new_flow(now);
    flow.set(Flow::kDone);
    const Direction direction = client_direction(flow);
    const frame::ConnectionBits bits{
        .family = flow.family(), .path = flow.path(), .tcp = flow.is(Flow::kTcp), .cut = true};
    window.figures.absorb_count(static_cast<FactId>(rows_[0].base + frame::kConnection), bits.pack(),
                                Cell{flow.family(), direction, Vantage::none}, 1);
  }
  flow.mark = now.ticks;
}

/// Ends a flow whose place another one takes.
void Tracker::evict(const Now& now, Flow& flow) noexcept {
  const Ticks age = flow.is(Flow::kIsn) ? 0 : now.ticks - flow.mark;
  if (!flow.is(Flow::kClosed) && (flow.is(Flow::kIsn) || age < seconds(30))) now.window.limit(Limit::flow_evicted);
  end_flow(now, flow);
}

/// Who of a new flow is a customer, as bits of its state.
unsigned Tracker::customers_of(const Now& now) const noexcept {
  const Segment& segment = now.item.segment;
  unsigned bits = 0;
  if (engine_.customers.holds(segment.source)) bits |= now.from_low ? Flow::kLowCustomer : Flow::kHighCustomer;
  if (engine_.customers.holds(segment.destination)) bits |= now.from_low ? Flow::kHighCustomer : Flow::kLowCustomer;
  return bits;
}

void Tracker::end_flow(const Now& now, Flow& flow) noexcept {
  if (flow.is(Flow::kHandshake)) {
    Handshake& handshake = now.shard.pool.at(flow.mark);
    conclude(now, flow, handshake, handshake.ending);
  }
  if (flow.is(Flow::kBegun) && !flow.is(Flow::kAnswered))
    now.window.unanswered.attempt(client_direction(flow), flow.family(), flow.is(Flow::kTcp), flow.path());
  flow = Flow{};
}

Subject Tracker::subject_of(const Now& now, const Flow& flow) const noexcept {
  Subject subject;
  describe(now, flow, subject);
  return subject;
}

/// The same from what its Handshake keeps, at the time of its last segment.
Subject Tracker::subject_of(const Now& now, const Flow& flow, const Handshake& handshake) noexcept {
  const bool client_is_low = flow.is(Flow::kClientIsLow);
  Subject subject;
  subject.client = client_is_low ? handshake.low : handshake.high;
  subject.server = client_is_low ? handshake.high : handshake.low;
  subject.client_port = client_is_low ? handshake.low_port : handshake.high_port;
  subject.server_port = client_is_low ? handshake.high_port : handshake.low_port;
  subject.transport = frame::protocol::kTcp;
  subject.direction = client_direction(flow);
  subject.time_ns = handshake.time_ns;
  subject.ordinal = now.item.frame->ordinal;
  subject.name_digest = handshake.name_digest;
  return subject;
}

void Tracker::finish(Shard& shard, const Item& last, Window& window) noexcept {
  const Now now{shard, last, window, ticks_of(last.frame->packet_ns), true};
  for (FlowBucket& bucket : shard.flows.all()) {
    if (!bucket.unfinished()) continue;
    for (Flow& flow : bucket.flows)
      if (!flow.empty()) end_flow(now, flow);
  }
}

}  // namespace uptake
