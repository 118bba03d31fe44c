#pragma once

#include "dataplane/item.h"
#include "dataplane/prefix_set.h"
#include "dataplane/shard.h"
#include "dataplane/windows.h"

namespace uptake {

/// Now: what is at hand while one frame is tracked.
struct Now {
  Shard& shard;
  const Item& item;
  Window& window;
  Ticks ticks;
  bool from_low;

  Now(Shard& own, const Item& its, Window& current, bool is_from_low) noexcept
      : shard(own), item(its), window(current), ticks(ticks_of(its.frame->packet_ns)), from_low(is_from_low) {}

  [[nodiscard]] Conversation& conversation(const Flow& flow) const noexcept { return shard.pool.at(flow.mark); }
};

/// Which of Conversation::sides an end of a flow is.
[[nodiscard]] constexpr unsigned side_of(bool from_low) noexcept { return from_low ? 0 : 1; }

/// Who sends what lies in that place.
[[nodiscard]] inline Side sender_of(const Flow& flow, unsigned index) noexcept {
  return flow.is(Flow::kClientIsLow) == (index == 0) ? Side::client : Side::server;
}

/// The direction of what one end sends, when customers are known.
[[nodiscard]] inline Direction direction_in(const Flow& flow, bool from_low) noexcept {
  if (!flow.is(Flow::kLowCustomer | Flow::kHighCustomer)) return Direction::unknown;
  return flow.is(from_low ? Flow::kLowCustomer : Flow::kHighCustomer) ? Direction::from_customer
                                                                      : Direction::toward_customer;
}
[[nodiscard]] inline Direction client_direction(const Flow& flow) noexcept {
  return direction_in(flow, flow.is(Flow::kClientIsLow));
}

/// Counts the questions that gave up their places in the shard's table.
inline void count_displaced(const Now& now) noexcept {
  const std::uint64_t displaced = now.shard.exchanges.take_displaced();
  if (displaced != 0) [[unlikely]]
    now.window.limit(Limit::query_displaced, displaced);
}

/// Who of a new flow is a customer, as bits of its state.
[[nodiscard]] unsigned customers_of(const Now& now, const PrefixSet& customers) noexcept;

/// The flow that begins with the frame at hand.
[[nodiscard, gnu::always_inline]] inline Flow new_flow(const Now& now, const PrefixSet& customers) noexcept {
  const Segment& segment = now.item.segment;
  // A guess that a SYN or a claim corrects: the lower port is the service.
  const bool from_client = segment.source_port > segment.destination_port;
  Flow flow;
  flow.identity = (now.item.id.flow & Flow::kIdentityMask) | static_cast<std::uint64_t>(segment.path) << 5 |
                  static_cast<std::uint64_t>(segment.source.family) << 4;
  flow.mark = now.ticks;
  flow.state =
      static_cast<std::uint16_t>(Flow::kInUse | (segment.protocol == frame::protocol::kTcp ? Flow::kTcp : 0) |
                                 (from_client == now.from_low ? Flow::kClientIsLow : 0) |
                                 (customers.empty() ? 0 : customers_of(now, customers)));
  return flow;
}

}  // namespace uptake
