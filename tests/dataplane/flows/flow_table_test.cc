#include "dataplane/flows/flow_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "dataplane/flows/duplicates.h"
#include "dataplane/flows/flow_hash.h"
#include "dataplane/flows/twins.h"
#include "dataplane/packet_clock.h"

namespace uptake {
namespace flow_table_test {

constexpr FlowHash::Key kKey{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0};

Segment segment(std::uint8_t last, std::uint16_t from, std::uint16_t to) {
  Segment s;
  s.source.octets = {192, 0, 2, last};
  s.destination.octets = {198, 51, 100, 1};
  s.source_port = from;
  s.destination_port = to;
  s.protocol = 6;
  return s;
}
Segment reversed(Segment s) {
  std::swap(s.source, s.destination);
  std::swap(s.source_port, s.destination_port);
  return s;
}

TEST(FlowHashTest, BothDirectionsAreOneFlowInOneShard) {
  const FlowHash hash(kKey);
  for (std::uint8_t host = 0; host < 200; ++host) {
    const Segment there = segment(host, static_cast<std::uint16_t>(1024 + host * 7), 443);
    const FlowId a = hash.of(there);
    const FlowId b = hash.of(reversed(there));
    EXPECT_EQ(a.flow, b.flow);
    EXPECT_EQ(a.shard, b.shard);
    EXPECT_NE(a.source_is_low, b.source_is_low);
    EXPECT_LT(a.shard, kShards);
    EXPECT_EQ(a.shard, hash.of(segment(host, 1, 2)).shard) << "ports do not enter the shard";
  }
}

TEST(FlowHashTest, PortsBelongToTheirAddresses) {
  const FlowHash hash(kKey);
  EXPECT_NE(hash.of(segment(1, 1000, 2000)).flow, hash.of(segment(1, 2000, 1000)).flow);
}

TEST(FlowHashTest, ManyFlowsManyHashes) {
  const FlowHash hash(kKey);
  std::vector<std::uint64_t> seen;
  std::array<unsigned, kShards> shards{};
  for (unsigned host = 0; host < 256; ++host) {
    for (unsigned port = 0; port < 400; ++port)
      seen.push_back(
          hash.of(segment(static_cast<std::uint8_t>(host), static_cast<std::uint16_t>(1024 + port), 443)).flow);
    ++shards[hash.of(segment(static_cast<std::uint8_t>(host), 1, 443)).shard];
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
  for (const unsigned count : shards) EXPECT_GT(count, 2U);
}

TEST(FlowHashTest, PortsInARowSpreadOverTheBuckets) {
  const FlowHash hash(kKey);
  std::vector<FlowBucket> buckets(1U << 14);
  const FlowTable table(buckets);
  std::vector<unsigned> load(buckets.size());
  unsigned most = 0;
  for (unsigned host = 0; host < 256; ++host)
    for (unsigned port = 0; port < 128; ++port) {
      const Segment s = segment(static_cast<std::uint8_t>(host), static_cast<std::uint16_t>(1024 + port), 53);
      unsigned& own = load[static_cast<std::size_t>(&table.bucket(hash.of(s).flow) - buckets.data())];
      most = std::max(most, ++own);
    }
  // Two a bucket; of as many that are thrown blindly, the fullest has thirteen once in three hundred throws.
  EXPECT_LT(most, 13U);
}

class FlowTableTest : public ::testing::Test {
 protected:
  FlowTableTest() : buckets_(64), table_(buckets_) {}
  /// A flow in the bucket of `low` with its own identity.
  Flow& make(std::uint64_t high, Ticks now, std::uint16_t state) {
    const FlowTable::Found found = table_.find(high << 16, now);
    EXPECT_TRUE(found.is_new);
    found.flow->identity = high << 16;
    found.flow->mark = now;
    found.flow->state = state;
    return *found.flow;
  }
  std::vector<FlowBucket> buckets_;
  FlowTable table_;
};

TEST_F(FlowTableTest, FindsWhatWasMade) {
  make(1, 10, Flow::kTcp);
  make(2, 10, Flow::kTcp);
  EXPECT_FALSE(table_.find(1 << 16, 11).is_new);
  EXPECT_FALSE(table_.find(2 << 16, 11).is_new);
  EXPECT_TRUE(table_.find(3 << 16, 11).is_new);
}

TEST_F(FlowTableTest, AClosedFlowGoesFirstThenUnansweredThenTheIdlest) {
  make(1, 10, Flow::kTcp | Flow::kAnswered);
  make(2, 20, Flow::kTcp | Flow::kIsn).byte_class = 20;
  Flow& closed = make(3, 30, Flow::kTcp | Flow::kClosed);
  make(4, 40, Flow::kTcp | Flow::kAnswered);
  EXPECT_EQ(table_.find(5 << 16, 50).flow, &closed);
  closed.state = Flow::kTcp | Flow::kAnswered;
  EXPECT_EQ(table_.find(5 << 16, 50).flow->identity >> 16, 2U);
  table_.find(2 << 16, 50).flow->state = Flow::kTcp | Flow::kAnswered;
  EXPECT_EQ(table_.find(5 << 16, 50).flow->identity >> 16, 1U);
}

TEST_F(FlowTableTest, PendingHandshakesAreNeverDisplaced) {
  for (std::uint64_t i = 1; i <= 4; ++i) make(i, 10, Flow::kTcp | Flow::kConversation);
  EXPECT_EQ(table_.find(9 << 16, 50).flow, nullptr);
}

TEST(DuplicatesTest, ACopyWithinTwoMillisecondsHoweverMuchTheFlowSends) {
  Duplicates duplicates;
  const std::uint64_t hash = 0x123456789abcdefULL;
  std::uint64_t now = 1'700'000'000'000'000'000ULL;
  EXPECT_FALSE(duplicates.is_copy(hash, 7, true, now));
  EXPECT_TRUE(duplicates.is_copy(hash, 7, true, now + 1000));
  EXPECT_FALSE(duplicates.is_copy(hash, 7, false, now + 1000)) << "the other direction";
  EXPECT_FALSE(duplicates.is_copy(hash, 7, true, now + 3'000'000)) << "too late";
  for (std::uint32_t other = 100; other < 200; ++other)
    EXPECT_FALSE(duplicates.is_copy(hash, other * 0x9e3779b9U, true, now + 3'000'000));
  for (std::uint32_t other = 100; other < 200; ++other)
    EXPECT_TRUE(duplicates.is_copy(hash, other * 0x9e3779b9U, true, now + 3'500'000)) << other;
  for (std::uint32_t other = 1; other <= 4; ++other)
    EXPECT_FALSE(duplicates.is_copy(hash, 7 + other * 256U, true, now + 3'000'001));
  EXPECT_FALSE(duplicates.is_copy(hash, 7, true, now + 3'000'001)) << "four of its set later it is forgotten";
}

TEST(DuplicatesTest, WhatIsSentTwiceAlikeIsACopyWhereThereAreOthers) {
  Duplicates duplicates;
  constexpr std::uint64_t kNow = 1'700'000'000'000'000'000ULL;
  EXPECT_FALSE(duplicates.believe(true, kNow));
  EXPECT_TRUE(duplicates.believe(false, kNow));
  EXPECT_TRUE(duplicates.believe(true, kNow + 1000));
  EXPECT_FALSE(duplicates.believe(true, kNow + Duplicates::kMemoryNs + 1));
}

TEST(TwinsTest, KeepsTheFirstWhereItIsAndOthersApart) {
  Twins twins;
  constexpr std::uint64_t kFlow = 0x123456789abcdefULL;
  const auto salt = [&](std::uint32_t outer, bool from_low, Ticks now = 100) {
    return twins.ask(kFlow, outer, from_low, now).salt;
  };
  EXPECT_EQ(salt(7, true), 0U);
  EXPECT_FALSE(twins.any());
  EXPECT_TRUE(twins.ask(kFlow, 8, true, 100).found);
  EXPECT_TRUE(twins.any());
  EXPECT_EQ(salt(7, false), 0U) << "the other end of the first, in the same wrapper";
  EXPECT_NE(salt(8, false), 0U);
  EXPECT_EQ(salt(8, false), salt(8, true)) << "both ends of the second";
  EXPECT_NE(salt(9, true), salt(8, true));
  EXPECT_TRUE(twins.elsewhere(kFlow, 8, true));
  EXPECT_FALSE(twins.elsewhere(kFlow, 7, true));
  // Another flow takes the place only once the twins are silent.
  const std::uint64_t other = kFlow ^ 1;
  EXPECT_EQ(twins.ask(other, 3, true, 200).salt, 0U);
  EXPECT_NE(salt(8, true, 300), 0U);
  EXPECT_EQ(twins.ask(other, 3, true, 400 + Twins::kKept).salt, 0U);
  EXPECT_FALSE(twins.any());
}

TEST(TwinsTest, AConversationMayMoveToAnotherTunnelWhereTunnelsChange) {
  const auto gtp = [](std::uint32_t id) { return kInTunnel | kMoves | id; };
  constexpr std::uint64_t kSecond = 6ULL << 40 | 6;
  constexpr std::uint64_t kThird = 7ULL << 40 | 7;
  Twins twins;
  for (std::uint32_t id = 1; id < 5; ++id) {
    EXPECT_EQ(twins.ask(5, gtp(id), true, 1).salt, 0U);
    EXPECT_EQ(twins.ask(5, gtp(id), true, 1).salt, 0U);
  }
  EXPECT_FALSE(twins.any());
  EXPECT_TRUE(twins.ask(5, gtp(3), true, 1).found) << "back where it was: there are two";
  EXPECT_EQ(twins.ask(kSecond, gtp(1), true, 1, true).salt, 0U);
  EXPECT_TRUE(twins.ask(kSecond, gtp(2), true, 1, true).found) << "both begin";
  EXPECT_EQ(twins.ask(kThird, kInTunnel | 1, true, 1).salt, 0U);
  EXPECT_TRUE(twins.ask(kThird, kInTunnel | 2, true, 1).found) << "other tunnels do not change";
}

TEST(TwinsTest, EachEndMayHaveAWrapperOfItsOwn) {
  Twins twins;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(twins.ask(5, 10, true, 1).salt, 0U);
    EXPECT_EQ(twins.ask(5, 20, false, 1).salt, 0U);
  }
  EXPECT_FALSE(twins.any());
}

TEST(PacketClockTest, NeverRunsBackFromTheLastStampThereIs) {
  constexpr std::uint64_t kLast = ~std::uint64_t{0};
  PacketClock clock;
  EXPECT_EQ(clock.read(kLast), kLast);
  for (unsigned i = 0; i < 2 * PacketClock::kWitnesses; ++i) EXPECT_EQ(clock.read(i), kLast);
}

TEST(PacketClockTest, NeverRunsBackAndDoubtsOneLeap) {
  PacketClock clock;
  constexpr std::uint64_t kDay = 86'400'000'000'000ULL;
  EXPECT_EQ(clock.read(10 * kDay), 10 * kDay);
  EXPECT_EQ(clock.read(10 * kDay - 5), 10 * kDay);
  EXPECT_EQ(clock.read(400 * kDay), 10 * kDay) << "one frame from next year";
  EXPECT_EQ(clock.read(10 * kDay + 5), 10 * kDay + 5);
  std::uint64_t last = 0;
  for (unsigned i = 0; i < PacketClock::kWitnesses; ++i) last = clock.read(11 * kDay + i);
  EXPECT_EQ(last, 11 * kDay + PacketClock::kWitnesses - 1) << "a night without traffic";
}

TEST(PacketClockTest, ADayNowAndThenIsBelievedAndWildStampsAreNot) {
  constexpr std::uint64_t kDay = 86'400'000'000'000ULL;
  PacketClock sparse;
  std::uint64_t now = 0;
  for (std::uint64_t day = 100; day < 130; day += 3) now = sparse.read(day * kDay);
  EXPECT_EQ(now, 127 * kDay);
  PacketClock clock;
  EXPECT_EQ(clock.read(100 * kDay), 100 * kDay);
  for (std::uint64_t i = 0; i < 100; ++i)
    EXPECT_EQ(clock.read(200 * kDay + i * 0x9e3779b97f4a7c15ULL % (40'000 * kDay)), 100 * kDay) << i;
}

}  // namespace flow_table_test
}  // namespace uptake
