#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

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
    kConversation = 1 << 5,  ///< `mark` is a place in the conversation pool
    kDone = 1 << 6,          ///< no dissector wants anything more
    kIsn = 1 << 7,           ///< `mark` is the client's initial sequence number, `byte_class` the low ticks
    kLowCustomer = 1 << 8,
    kHighCustomer = 1 << 9,
    kSession = 1 << 10,  ///< `byte_class` is the class its bytes count for
    kLowFin = 1 << 11,
    kHighFin = 1 << 12,
    kBothFin = kLowFin | kHighFin,
    kAskedAnew = 1 << 14,  ///< a SYN came in the middle: Conversation::renewal
    kInUse = 1 << 13,      ///< set in every flow: state 0 is an empty place
  };

  std::uint64_t identity = 0;  ///< 48 bits of the flow hash | row of its dissector << 8 | Path << 5 | Family << 4
  std::uint32_t mark = 0;  ///< kConversation: place in the pool; kIsn: sequence number; else: ticks when last seen
  /// kSession: the class that its bytes count for. kIsn: the low 16 bits of the ticks of its SYN. Else, of a flow
  /// that no dissector has claimed: its Unread, and in the upper octet how often all dissectors were asked.
  std::uint16_t byte_class = 0;
  std::uint16_t state = 0;

  static constexpr std::uint64_t kIdentityMask = ~std::uint64_t{0xffff};

  [[nodiscard]] bool empty() const noexcept { return state == 0; }
  [[nodiscard]] bool is(std::uint16_t bits) const noexcept { return (state & bits) != 0; }
  void set(std::uint16_t bits) noexcept { state = static_cast<std::uint16_t>(state | bits); }
  /// One bit, by `value`.
  void set(State bit, bool value) noexcept { state = static_cast<std::uint16_t>((state & ~bit) | (value ? bit : 0)); }
  void clear(std::uint16_t bits) noexcept { state = static_cast<std::uint16_t>(state & ~bits); }
  [[nodiscard]] std::size_t row() const noexcept { return identity >> 8 & 0xff; }
  void set_row(std::size_t row) noexcept { identity = (identity & ~std::uint64_t{0xff00}) | (row & 0xff) << 8; }
  [[nodiscard]] Family family() const noexcept { return static_cast<Family>(identity >> 4 & 1); }
  /// Family and path as frame::ConnectionBits packs them.
  [[nodiscard]] std::uint64_t kind() const noexcept { return identity >> 4 & 15; }
  [[nodiscard]] Path path() const noexcept { return static_cast<Path>(identity >> 5 & 7); }
};
static_assert(sizeof(Flow) == 16);

/// FlowBucket: four flows in one cache line; the whole of one lookup.
struct alignas(64) FlowBucket {
  Flow flows[4];

  /// True when ending one of the flows counts something: it has a Conversation, or nobody answered it.
  [[nodiscard]] bool unfinished() const noexcept {
    static_assert(Flow::kAnswered == Flow::kBegun << 1);
    constexpr std::uint64_t kEach = 0x0001'0001'0001'0001;
    std::uint64_t states = 0;
    for (const Flow& flow : flows) states = states << 16 | flow.state;
    const std::uint64_t unanswered = states & ~(states >> 1) & kEach * Flow::kBegun;
    return (unanswered | (states & kEach * Flow::kConversation)) != 0;
  }
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

  /// Scales the low half of the hash to the number of buckets, which need not be a power of two.
  [[nodiscard]] FlowBucket& bucket(std::uint64_t hash) const noexcept {
    return buckets_[(hash & 0xffffffffU) * count_ >> 32];
  }
  [[nodiscard]] Found find(std::uint64_t hash, Ticks now) const noexcept {
    FlowBucket& own = bucket(hash);
    const Places places = places_of(own, hash);
    if (places.same != 0) return {&own.flows[std::countr_zero(places.same)], false};
    if (places.empty != 0) [[likely]]
      return {&own.flows[std::countr_zero(places.empty)], true};
    return {victim(own, now), true};
  }
  [[nodiscard]] std::span<FlowBucket> all() const noexcept { return {buckets_, count_}; }
  [[nodiscard]] std::size_t capacity() const noexcept { return count_ * 4; }
  [[nodiscard]] Flow& at(std::uint32_t place) const noexcept { return buckets_[place / 4].flows[place % 4]; }
  [[nodiscard]] std::uint32_t place_of(const Flow& flow) const noexcept {
    return static_cast<std::uint32_t>(&flow - buckets_->flows);
  }

 private:
  /// Places of one bucket, a bit each.
  struct Places {
    unsigned same = 0;  ///< in use, with these upper 48 bits of the hash
    unsigned empty = 0;
  };
  /// Compares all four without a branch: which one matches is unpredictable.
  [[nodiscard]] static Places places_of(const FlowBucket& bucket, std::uint64_t hash) noexcept {
#if defined(__AVX2__)
    const auto* const pairs = reinterpret_cast<const __m256i*>(bucket.flows);
    const __m256i one = _mm256_load_si256(pairs);
    const __m256i other = _mm256_load_si256(pairs + 1);
    const auto in_order = [](__m256i words) { return _mm256_permute4x64_epi64(words, 0b11'01'10'00); };
    const auto bits = [](__m256i words) {
      return static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(words)));
    };
    const __m256i identities = _mm256_srli_epi64(in_order(_mm256_unpacklo_epi64(one, other)), 16);
    const __m256i states = _mm256_srli_epi64(in_order(_mm256_unpackhi_epi64(one, other)), 48);
    const __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(hash >> 16));
    const unsigned empty = bits(_mm256_cmpeq_epi64(states, _mm256_setzero_si256()));
    return {bits(_mm256_cmpeq_epi64(identities, wanted)) & ~empty, empty};
#else
    Places places;
    for (unsigned i = 0; i < 4; ++i) {
      const Flow& flow = bucket.flows[i];
      places.empty |= unsigned{flow.empty()} << i;
      places.same |= unsigned{!flow.empty() && (flow.identity ^ hash) <= ~Flow::kIdentityMask} << i;
    }
    return places;
#endif
  }
  /// The place to give to a new flow where none is empty: the lowest rank, then the one that was idle longest.
  [[nodiscard]] static Flow* victim(FlowBucket& bucket, Ticks now) noexcept {
    Flow* best = nullptr;
    std::uint64_t best_score = 0;
    for (Flow& flow : bucket.flows) {
      if (flow.is(Flow::kConversation)) continue;
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
  /// An idle flow gives up its place first. For datagrams the time is that of Linux's nf_conntrack_udp_timeout; for
  /// TCP it is chosen: some minutes, which connections kept open between two requests may pause.
  static constexpr Ticks kIdleDatagrams = seconds(30);
  static constexpr Ticks kIdleTcp = seconds(300);

  /// 0 dead, 1 unanswered or a brief exchange, 2 alive.
  [[nodiscard]] static std::uint32_t rank(const Flow& flow, Ticks age) noexcept {
    if (flow.is(Flow::kClosed)) return 0;
    if (!flow.is(Flow::kTcp)) return age > kIdleDatagrams ? 0U : 1U;
    if (age > kIdleTcp) return 0;
    return flow.is(Flow::kIsn) ? 1U : 2U;
  }

  FlowBucket* buckets_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace uptake
