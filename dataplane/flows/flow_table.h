#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dissectors/frame/frame.h"

namespace uptake {

/// Ticks: packet time as the flow table keeps it, in units of 2^24 ns (17 ms); compared modulo 2^32.
using Ticks = std::uint32_t;
[[nodiscard]] constexpr Ticks ticks_of(std::uint64_t packet_ns) noexcept {
  return static_cast<Ticks>(packet_ns >> 24);
}
[[nodiscard]] constexpr Ticks seconds(std::uint64_t count) noexcept {
  return static_cast<Ticks>(count * 1'000'000'000ULL >> 24);
}

/// Flow: both directions of one conversation in 16 octets. "Low" is the endpoint that FlowId orders first.
struct Flow {
  enum State : std::uint16_t {
    kTcp = 1 << 0,
    kClientIsLow = 1 << 1,
    kBegun = 1 << 2,     ///< its SYN, SYN-ACK or first datagram was seen; else "without start"
    kAnswered = 1 << 3,  ///< counted as answered
    kClosed = 1 << 4,
    kLowSeen = 1 << 5,
    kHighSeen = 1 << 6,
    kHandshake = 1 << 7,  ///< `mark` is a place in the handshake pool
    kDone = 1 << 8,       ///< no dissector wants anything more
    kIsn = 1 << 9,        ///< `mark` is the client's initial sequence number, `byte_class` the low ticks
    kOnlyAnswer = 1 << 10,
    kLowCustomer = 1 << 11,
    kHighCustomer = 1 << 12,
    kSession = 1 << 13,  ///< `byte_class` is the class its bytes count for
  };

  std::uint64_t identity = 0;    ///< 48 bits of the flow hash | Path << 5 | Family << 4 | row of its dissector
  std::uint32_t mark = 0;        ///< place in the handshake pool, or initial sequence number, or last seen
  std::uint16_t byte_class = 0;  ///< or, of a datagram flow, the dissector's two octets of Memory
  std::uint16_t state = 0;

  static constexpr std::uint64_t kIdentityMask = ~std::uint64_t{0xffff};
  /// FIN seen of either side; beside the identity because State is full.
  static constexpr std::uint64_t kLowFin = 1 << 8;
  static constexpr std::uint64_t kHighFin = 1 << 9;
  static constexpr std::uint64_t kBothFin = kLowFin | kHighFin;

  [[nodiscard]] bool empty() const noexcept { return state == 0; }
  [[nodiscard]] bool is(std::uint16_t bits) const noexcept { return (state & bits) != 0; }
  void set(std::uint16_t bits) noexcept { state = static_cast<std::uint16_t>(state | bits); }
  void clear(std::uint16_t bits) noexcept { state = static_cast<std::uint16_t>(state & ~bits); }
  [[nodiscard]] std::size_t row() const noexcept { return identity & 15; }
  void set_row(std::size_t row) noexcept { identity = (identity & ~std::uint64_t{15}) | (row & 15); }
  [[nodiscard]] Family family() const noexcept { return static_cast<Family>(identity >> 4 & 1); }
  [[nodiscard]] Path path() const noexcept { return static_cast<Path>(identity >> 5 & 7); }
};
static_assert(sizeof(Flow) == 16);

/// FlowBucket: four flows in one cache line; the whole of one lookup.
struct alignas(64) FlowBucket {
  Flow flows[4];
};
static_assert(sizeof(FlowBucket) == 64);

/// FlowTable: the flows of one shard. Never grows: a new flow takes an empty place, else that of the flow of its
/// bucket that is worth least. Memory is borrowed and outlives the table.
class FlowTable {
 public:
  struct Found {
    Flow* flow = nullptr;  ///< nullptr: all four places are pending handshakes (Disposition::flow_full)
    bool is_new = false;   ///< `flow` is to be filled in; when !flow->empty() its old content must be ended first
  };

  FlowTable() = default;
  explicit FlowTable(std::span<FlowBucket> buckets) noexcept : buckets_(buckets.data()), count_(buckets.size()) {}

  /// Chosen by the low half of the hash, as a fraction of the table: any number of buckets will do.
  [[nodiscard]] FlowBucket& bucket(std::uint64_t hash) const noexcept {
    return buckets_[(hash & 0xffffffffU) * count_ >> 32];
  }
  [[nodiscard]] Found find(std::uint64_t hash, Ticks now) const noexcept {
    FlowBucket& own = bucket(hash);
    const std::uint64_t identity = hash & Flow::kIdentityMask;
    for (Flow& flow : own.flows)
      if ((flow.identity & Flow::kIdentityMask) == identity && !flow.empty()) return {&flow, false};
    return {victim(own, now), true};
  }
  [[nodiscard]] std::span<FlowBucket> all() const noexcept { return {buckets_, count_}; }
  [[nodiscard]] std::size_t capacity() const noexcept { return count_ * 4; }
  [[nodiscard]] Flow& at(std::uint32_t place) const noexcept { return buckets_[place / 4].flows[place % 4]; }
  [[nodiscard]] std::uint32_t place_of(const Flow& flow) const noexcept {
    return static_cast<std::uint32_t>(&flow - buckets_->flows);
  }

 private:
  /// The place to give to a new flow: empty, then the lowest rank, then the one that was idle longest.
  [[nodiscard]] static Flow* victim(FlowBucket& bucket, Ticks now) noexcept {
    Flow* best = nullptr;
    std::uint64_t best_score = 0;
    for (Flow& flow : bucket.flows) {
      if (flow.empty()) return &flow;
      if (flow.is(Flow::kHandshake)) continue;
      const Ticks age = age_of(flow, now);
      const std::uint64_t score = std::uint64_t{3U - rank(flow, age)} << 32 | age;
      if (best == nullptr || score > best_score) {
        best = &flow;
        best_score = score;
      }
    }
    return best;
  }
  [[nodiscard]] static Ticks age_of(const Flow& flow, Ticks now) noexcept {
    if (flow.is(Flow::kIsn)) return static_cast<std::uint16_t>(static_cast<std::uint16_t>(now) - flow.byte_class);
    return now - flow.mark;
  }
  /// 0 dead, 1 unanswered or a brief exchange, 2 alive.
  [[nodiscard]] static std::uint32_t rank(const Flow& flow, Ticks age) noexcept {
    if (flow.is(Flow::kClosed)) return 0;
    if (!flow.is(Flow::kTcp)) return age > seconds(30) ? 0U : 1U;
    if (age > seconds(300)) return 0;
    return flow.is(Flow::kIsn) ? 1U : 2U;
  }

  FlowBucket* buckets_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace uptake
