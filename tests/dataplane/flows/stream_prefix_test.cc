#include "dataplane/flows/stream_prefix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace uptake {
namespace stream_prefix_test {

/// A pool and one side whose stream starts at `start`.
class StreamPrefixTest : public ::testing::Test {
 protected:
  StreamPrefixTest() : memory_(ConversationPool::kBytes), pool_(memory_.data(), {}) {
    place_ = pool_.take(0);
    side().next = kStart;
    side().known = true;
    text_.resize(kHandshakeBytes);
    for (std::size_t i = 0; i < text_.size(); ++i) text_[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  }
  StreamSide& side() { return pool_.at(place_).sides[0]; }
  StreamPrefix prefix() { return {pool_, side()}; }
  StreamPrefix::Result add(std::uint32_t from, std::uint32_t to) {
    return prefix().add(kStart + from, Bytes(text_).subspan(from, to - from));
  }
  std::vector<std::uint8_t> whole() {
    const Bytes bytes = prefix().whole(scratch_.data());
    return {bytes.begin(), bytes.end()};
  }
  std::vector<std::uint8_t> text(std::uint32_t from, std::uint32_t to) {
    return {text_.begin() + from, text_.begin() + to};
  }

  /// Near the end of the sequence space, so that every test wraps.
  static constexpr std::uint32_t kStart = 0xfffffff0;
  std::vector<std::byte> memory_;
  ConversationPool pool_;
  std::uint32_t place_ = 0;
  std::vector<std::uint8_t> text_;
  std::array<std::uint8_t, kHandshakeBytes> scratch_{};
};

TEST_F(StreamPrefixTest, InOrderSegmentsAreOneStart) {
  EXPECT_EQ(add(0, 100).added, StreamPrefix::Added::contiguous);
  EXPECT_EQ(add(100, 5000).added, StreamPrefix::Added::contiguous);
  EXPECT_EQ(whole(), text(0, 5000));
}

TEST_F(StreamPrefixTest, InPlaceOnlyWhenNothingIsHeld) {
  EXPECT_EQ(prefix().in_place(kStart, Bytes(text_).first(10)).size(), 10U);
  EXPECT_EQ(prefix().in_place(kStart - 4, Bytes(text_).first(10)).size(), 6U);
  EXPECT_TRUE(prefix().in_place(kStart + 1, Bytes(text_).first(10)).empty());
  EXPECT_TRUE(prefix().in_place(kStart - 10, Bytes(text_).first(10)).empty());
  (void)add(20, 30);
  EXPECT_TRUE(prefix().in_place(kStart, Bytes(text_).first(10)).empty());
}

TEST_F(StreamPrefixTest, EveryOrderOfFivePiecesGivesTheSameBytes) {
  std::vector<std::uint32_t> order{0, 1, 2, 3, 4};
  do {
    prefix().drop();
    side().next = kStart;
    // Five pieces may leave three islands at most at once.
    for (const std::uint32_t piece : order) (void)add(piece * 700, (piece + 1) * 700);
    ASSERT_EQ(whole(), text(0, 3500));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(StreamPrefixTest, FirstBytesWinAndTheConflictIsTold) {
  (void)add(10, 20);
  const std::vector<std::uint8_t> other(30, 0xee);
  const StreamPrefix::Result result = prefix().add(kStart, other);
  EXPECT_TRUE(result.conflict);
  EXPECT_EQ(result.added, StreamPrefix::Added::contiguous);
  std::vector<std::uint8_t> expected(30, 0xee);
  std::copy_n(text_.begin() + 10, 10, expected.begin() + 10);
  EXPECT_EQ(whole(), expected);
  EXPECT_FALSE(add(10, 20).conflict) << "an honest retransmission is no conflict";
}

TEST_F(StreamPrefixTest, ConsumeKeepsWhatFollows) {
  (void)add(0, 5000);
  (void)add(6000, 7000);
  prefix().consume(4500);
  EXPECT_EQ(whole(), text(4500, 5000));
  EXPECT_EQ(add(5000, 6000).added, StreamPrefix::Added::contiguous);
  EXPECT_EQ(whole(), text(4500, 7000));
  prefix().consume(2500);
  EXPECT_TRUE(whole().empty());
  EXPECT_EQ(side().next, kStart + 7000);
}

TEST_F(StreamPrefixTest, BoundsAreNamed) {
  EXPECT_EQ(add(0, kHandshakeBytes).added, StreamPrefix::Added::contiguous);
  EXPECT_EQ(prefix().add(kStart + kHandshakeBytes, Bytes(text_).first(1)).added, StreamPrefix::Added::full);
  prefix().drop();
  side().next = kStart;
  EXPECT_EQ(prefix().add(kStart + kHandshakeBytes, Bytes(text_).first(1)).added, StreamPrefix::Added::gap);
}

TEST_F(StreamPrefixTest, APoolWithoutChunksIsNoLongHello) {
  while (pool_.take_chunk() != 0) {
  }
  EXPECT_EQ(add(0, 10).added, StreamPrefix::Added::no_chunk);
}

TEST_F(StreamPrefixTest, ConsumePassesOverWhatNeverCame) {
  for (const std::uint32_t count : {100U, 300U, 500U, 520U, 2500U, 9000U, 9900U, 10000U, 60000U}) {
    prefix().drop();
    side().next = kStart;
    (void)add(0, 100);
    (void)add(500, 600);
    (void)add(9000, 10000);
    prefix().consume(count);
    EXPECT_EQ(side().next, kStart + count);
    if (count < 10000) {
      const std::uint32_t from = count < 9000 ? count : 9000;
      (void)add(from, 9500);
      EXPECT_EQ(whole(), text(count, 10000)) << count;
    } else {
      EXPECT_TRUE(whole().empty()) << count;
      EXPECT_EQ(side().island_count, 0) << count;
      EXPECT_EQ(pool_.free_chunks(), ConversationPool::kChunks) << count;
    }
  }
}

TEST_F(StreamPrefixTest, ChunksAllComeBack) {
  std::vector<std::uint32_t> places;
  for (int round = 0; round < 1000; ++round) {
    const std::uint32_t place = pool_.take(1);
    ASSERT_NE(place, ConversationPool::kNone);
    StreamSide& own = pool_.at(place).sides[1];
    ASSERT_EQ(StreamPrefix(pool_, own).add(0, text_).added, StreamPrefix::Added::contiguous) << round;
    pool_.give(place);
  }
  EXPECT_EQ(pool_.in_use(), 1U);
}

TEST_F(StreamPrefixTest, RandomPiecesNeverLeaveTheBuffer) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    const auto from = static_cast<std::uint32_t>(random() % kHandshakeBytes);
    const auto to = static_cast<std::uint32_t>(from + random() % (kHandshakeBytes - from + 1));
    const auto result = add(from, std::min<std::uint32_t>(to, from + 3000));
    if (result.added == StreamPrefix::Added::contiguous && random() % 4 == 0) {
      const std::vector<std::uint8_t> now = whole();
      const std::uint32_t done = side().next - kStart;
      ASSERT_LE(done + now.size(), text_.size());
      ASSERT_TRUE(std::equal(now.begin(), now.end(), text_.begin() + done)) << round;
      prefix().consume(static_cast<std::uint32_t>(random() % (now.size() + 1)));
    }
    if (side().next - kStart > kHandshakeBytes / 2) {
      prefix().drop();
      side().next = kStart;
    }
  }
}

TEST(HandshakePoolTest, TheOldestIsTheOneUsedLongestAgo) {
  std::vector<std::byte> memory(ConversationPool::kBytes);
  ConversationPool pool(memory.data(), {});
  for (std::uint32_t i = 0; i < ConversationPool::kConversations; ++i)
    ASSERT_NE(pool.take(i), ConversationPool::kNone);
  EXPECT_EQ(pool.take(0), ConversationPool::kNone);
  EXPECT_EQ(pool.at(pool.oldest()).flow, 0U);
  pool.touch(pool.oldest());
  EXPECT_EQ(pool.at(pool.oldest()).flow, 1U);
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < ConversationPool::kConversations; ++i)
    if (pool.at(i).flow == 500) last = i;
  pool.retire(last);
  EXPECT_EQ(pool.at(pool.oldest()).flow, 500U);
  pool.give(pool.oldest());
  EXPECT_EQ(pool.at(pool.oldest()).flow, 1U);
}

TEST(HandshakePoolTest, WhatIsInDoubtTakesNoPlaceOfTheOthers) {
  std::vector<std::byte> memory(ConversationPool::kBytes);
  ConversationPool pool(memory.data(), {});
  for (std::uint32_t i = 0; i < ConversationPool::kDoubtful; ++i)
    ASSERT_NE(pool.take(i, Standing::doubtful), ConversationPool::kNone);
  EXPECT_EQ(pool.take(99, Standing::doubtful), ConversationPool::kNone);
  EXPECT_EQ(pool.at(pool.oldest(Standing::doubtful)).flow, 0U);
  for (std::uint32_t i = 0; i < ConversationPool::kConversations; ++i)
    ASSERT_NE(pool.take(1000 + i), ConversationPool::kNone);
  // One that turns out to be sure is one too many then: the oldest of the others is to be given up, not itself.
  pool.put(pool.oldest(Standing::doubtful), Standing::datagrams);
  ASSERT_NE(pool.beyond(Standing::datagrams), ConversationPool::kNone);
  EXPECT_EQ(pool.at(pool.beyond(Standing::datagrams)).flow, 1000U);
  pool.give(pool.beyond(Standing::datagrams));
  EXPECT_EQ(pool.beyond(Standing::datagrams), ConversationPool::kNone);
  EXPECT_NE(pool.take(99, Standing::doubtful), ConversationPool::kNone);
}

TEST(HandshakePoolTest, DatagramsHaveAShareOfTheirOwn) {
  std::vector<std::byte> memory(ConversationPool::kBytes);
  ConversationPool pool(memory.data(), {});
  ASSERT_NE(pool.take(7), ConversationPool::kNone);
  for (std::uint32_t i = 0; i <= ConversationPool::kDatagrams; ++i) {
    EXPECT_EQ(pool.beyond(Standing::datagrams), ConversationPool::kNone);
    pool.put(pool.take(100 + i, Standing::doubtful), Standing::datagrams);
  }
  EXPECT_EQ(pool.at(pool.beyond(Standing::datagrams)).flow, 100U);
  EXPECT_EQ(pool.at(pool.oldest_of(Standing::brief)).flow, 7U);
}
}  // namespace stream_prefix_test
}  // namespace uptake
