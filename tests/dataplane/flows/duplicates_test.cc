#include "dataplane/flows/duplicates.h"

#include <gtest/gtest.h>

#include <memory>

namespace uptake {
namespace duplicates_test {

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kNow = 1'700'000'000'000 * kMs;
constexpr std::uint64_t kFlow = 0x1234'5678'9abc'def0;

struct Arrival {
  std::uint64_t at_ms;
  std::uint32_t uncertain_us;
};

/// How many of equal frames are taken for copies.
int copies(std::initializer_list<Arrival> arrivals) {
  const auto duplicates = std::make_unique<Duplicates>();
  int count = 0;
  for (const Arrival& arrival : arrivals)
    count += duplicates->is_copy(kFlow, 77, true, kNow + arrival.at_ms * kMs, arrival.uncertain_us) ? 1 : 0;
  return count;
}

TEST(Duplicates, CopiesComeWithinTwoMilliseconds) {
  EXPECT_EQ(copies({{0, 0}, {0, 0}}), 1);
  EXPECT_EQ(copies({{0, 0}, {1, 0}}), 1);
  EXPECT_EQ(copies({{0, 0}, {3, 0}}), 0);
}

TEST(Duplicates, FramesOfOnePollThatWaitedForLongAreNotJudged) {
  EXPECT_EQ(copies({{0, 1'000'000}, {0, 1'000'000}, {0, 1'000'000}}), 0);
  EXPECT_EQ(copies({{0, 100}, {0, 100}, {1, 100}}), 2) << "a poll every 100 us";
}

TEST(Duplicates, AFrameBehindOneThatWaitedForLongIsNotJudged) {
  EXPECT_EQ(copies({{0, 1'000'000}, {1, 50}}), 0);
  EXPECT_EQ(copies({{0, 1'000'000}, {1, 50}, {2, 50}}), 1) << "of the second";
}

// The first came at 0; the other came at some time up to now, which is 1 ms: within 2 ms whenever it was.
TEST(Duplicates, TheLatestTimeOfTheSecondCounts) {
  EXPECT_EQ(copies({{0, 0}, {1, 1000}}), 1);
  EXPECT_EQ(copies({{0, 0}, {10, 10'000}}), 0) << "it may have come at 10 ms";
}

}  // namespace duplicates_test
}  // namespace uptake
