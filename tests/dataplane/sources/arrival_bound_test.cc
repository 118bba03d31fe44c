#include "dataplane/sources/arrival_bound.h"

#include <gtest/gtest.h>

namespace uptake {
namespace arrival_bound_test {

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kStart = 1'700'000'000'000 * kMs;

TEST(ArrivalBound, FramesCameAfterTheLastPollThatEmptiedTheQueue) {
  ArrivalBound bound(1024, kStart);
  bound.polled(kStart + 1 * kMs, 3, 64);
  EXPECT_EQ(bound.uncertain_us(kStart + 2 * kMs), 1000U);
  bound.polled(kStart + 2 * kMs, 64, 64);  // there may be more
  EXPECT_EQ(bound.uncertain_us(kStart + 3 * kMs), 2000U);
  bound.polled(kStart + 3 * kMs, 0, 64);
  EXPECT_EQ(bound.uncertain_us(kStart + 3 * kMs + 5000), 5U);
}

TEST(ArrivalBound, ALoopThatWasHeldKnowsNothingOfThatTime) {
  ArrivalBound bound(1024, kStart);
  bound.polled(kStart, 0, 64);
  EXPECT_EQ(bound.uncertain_us(kStart + 1000 * kMs), 1'000'000U);
}

// A queue of 128 that is never found empty: what is polled came after the frame 128 before it was taken.
TEST(ArrivalBound, AQueueThatIsNeverEmptyBoundsByItsRoom) {
  ArrivalBound bound(128, kStart);
  std::uint64_t now = kStart;
  for (int i = 0; i < 1000; ++i) {
    now += kMs;
    const std::uint64_t waited = bound.uncertain_us(now);
    bound.polled(now, 64, 64);
    if (i < 8) continue;
    EXPECT_LE(waited, 4000U);
    EXPECT_GE(waited, 2000U) << "128 frames are two polls";
  }
}

TEST(ArrivalBound, AClockThatIsSetBackIsNoReasonToWaitForEver) {
  ArrivalBound bound(1024, kStart);
  bound.polled(kStart + kMs, 0, 64);
  EXPECT_EQ(bound.uncertain_us(kStart), 0U);
  EXPECT_LE(bound.uncertain_us(kStart + 86'400'000 * kMs), 600'000'000U);
}

}  // namespace arrival_bound_test
}  // namespace uptake
