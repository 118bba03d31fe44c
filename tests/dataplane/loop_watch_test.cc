#include "dataplane/loop_watch.h"

#include <gtest/gtest.h>

namespace uptake {
namespace loop_watch_test {

constexpr std::uint64_t kMs = 1'000'000;

TEST(LoopWatch, KnowsTheLongestPause) {
  LoopWatch watch;
  watch.start(0);
  for (const std::uint64_t at : {1U, 2U, 52U, 53U}) watch.round(at * kMs);
  EXPECT_EQ(watch.share().longest_pause_ns, 50 * kMs);
  EXPECT_FALSE(watch.share().too_little());
  watch.round(300 * kMs);
  EXPECT_TRUE(watch.share().too_little());
}

// The clock of this thread stands nearly still while ten made-up minutes pass.
TEST(LoopWatch, KnowsWhatTheLoopGotOfItsCore) {
  LoopWatch watch;
  watch.start(0);
  EXPECT_EQ(watch.share().of_core, 1);
  for (std::uint64_t at = 1; at <= 600'000; at += 50) watch.round(at * kMs);
  EXPECT_LT(watch.share().of_core, 0.5);
  EXPECT_TRUE(watch.share().too_little());
}

}  // namespace loop_watch_test
}  // namespace uptake
