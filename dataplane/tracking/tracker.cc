#include "dataplane/tracking/tracker.h"

namespace uptake {

Tracker::Tracker(const Engine& engine, Notes& notes, void (*absorb)(void*) noexcept, void* context)
    : engine_(engine),
      scribe_(engine, notes, absorb, context),
      listener_(engine, scribe_),
      streams_(listener_),
      tcp_(engine.customers, scribe_, listener_, streams_),
      udp_(engine.customers, scribe_, listener_, streams_) {}

Direction Tracker::direction_of(const Segment& segment) const noexcept {
  if (engine_.customers.empty()) return Direction::unknown;
  if (engine_.customers.holds(segment.source)) return Direction::from_customer;
  return engine_.customers.holds(segment.destination) ? Direction::toward_customer : Direction::unknown;
}

Tracker::Tracked Tracker::track(Shard& shard, const Item& item, Window& window) noexcept {
  const Now now(shard, item, window, item.id.source_is_low);
  const FlowTable::Found found = shard.flows.find(item.id.flow, now.ticks);
  if (found.flow == nullptr) [[unlikely]]
    return {Disposition::flow_full, direction_of(item.segment), Unread::none};
  Flow& flow = *found.flow;
  flows_ += found.is_new ? 1 : 0;
  if (found.is_new && !flow.empty()) [[unlikely]]
    evict(now, flow);
  Tracked tracked;
  if (item.segment.protocol != frame::protocol::kTcp) {
    tracked.how = udp_.track(now, flow, found.is_new, tracked.direction);
  } else {
    if (found.is_new) flow = new_flow(now, engine_.customers);
    tracked.direction = direction_in(flow, now.from_low);
    tracked.how = tcp_.track(now, flow, found.is_new);
  }
  tracked.unread = Claims::unread_in(flow);
  if (Streams::is_in_doubt(now, flow)) [[unlikely]] {
    const Segment& segment = item.segment;
    tracked.unread =
        unread_datagram({segment.payload, segment.payload_captured}, segment.source_port, segment.destination_port);
  }
  return tracked;
}

// Its ports are not known: all that two hosts say over TCP, or over UDP, is one conversation.
void Tracker::track_cut(Shard& shard, const Item& item, Window& window) noexcept {
  const Now now(shard, item, window, item.id.source_is_low);
  const FlowTable::Found found = shard.flows.find(item.id.flow, now.ticks);
  if (found.flow == nullptr) return window.limit(Limit::flow_evicted);
  Flow& flow = *found.flow;
  if (found.is_new) {
    if (!flow.empty()) evict(now, flow);
    flow = new_flow(now, engine_.customers);
    flow.set(Flow::kDone);
    const frame::ConnectionBits bits{
        .family = flow.family(), .path = flow.path(), .tcp = flow.is(Flow::kTcp), .cut = true};
    window.figures.absorb_count(static_cast<FactId>(engine_.registry.base(0) + frame::kConnection), bits.pack(),
                                Cell{flow.family(), client_direction(flow), Vantage::none}, 1);
  }
  flow.mark = now.ticks;
}

/// Ends a flow whose place another one takes.
void Tracker::evict(const Now& now, Flow& flow) noexcept {
  const Ticks age = flow.is(Flow::kIsn) ? 0 : now.ticks - flow.mark;
  if (!flow.is(Flow::kClosed) && (flow.is(Flow::kIsn) || age < seconds(30))) now.window.limit(Limit::flow_evicted);
  streams_.end(now, flow);
}

bool Tracker::end_silent(Shard& shard, const Item& item, Window& window, std::uint64_t before_ns) noexcept {
  return streams_.end_silent(Now(shard, item, window, true), before_ns);
}

void Tracker::finish(Shard& shard, const Item& last, Window& window) noexcept {
  const Now now(shard, last, window, true);
  for (FlowBucket& bucket : shard.flows.all()) {
    if (!bucket.unfinished()) continue;
    for (Flow& flow : bucket.flows)
      if (!flow.empty()) streams_.end(now, flow);
  }
}

}  // namespace uptake
