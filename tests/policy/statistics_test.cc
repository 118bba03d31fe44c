#include "policy/statistics.h"

#include <gtest/gtest.h>

namespace uptake {
namespace {

TEST(Statistics, WilsonAgreesWithPublishedValues) {
  // Newcombe 1998, Statistics in Medicine 17, table I: score method without continuity correction.
  const Interval a = wilson(81, 263 - 81);
  EXPECT_NEAR(a.low, 0.2553, 0.00005);
  EXPECT_NEAR(a.high, 0.3662, 0.00005);
  const Interval b = wilson(15, 148 - 15);
  EXPECT_NEAR(b.low, 0.0624, 0.00005);
  EXPECT_NEAR(b.high, 0.1605, 0.00005);
  const Interval c = wilson(0, 20);
  EXPECT_EQ(c.low, 0.0);
  EXPECT_NEAR(c.high, 0.1611, 0.00005);
  const Interval d = wilson(1, 28);
  EXPECT_NEAR(d.low, 0.0061, 0.00005);
  EXPECT_NEAR(d.high, 0.1718, 0.00005);
}

TEST(Statistics, WilsonIsSymmetricAndStaysInside) {
  for (std::uint64_t n = 1; n < 200; ++n) {
    for (std::uint64_t pass = 0; pass <= n; ++pass) {
      const Interval one = wilson(pass, n - pass);
      const Interval other = wilson(n - pass, pass);
      EXPECT_NEAR(one.low, 1 - other.high, 1e-12);
      EXPECT_LE(0.0, one.low);
      EXPECT_LE(one.low, share(pass, n - pass));
      EXPECT_LE(share(pass, n - pass), one.high);
      EXPECT_LE(one.high, 1.0);
    }
  }
}

TEST(Statistics, NothingJudgedSaysNothing) {
  EXPECT_EQ(share(0, 0), 0.0);
  EXPECT_EQ(wilson(0, 0).low, 0.0);
  EXPECT_EQ(wilson(0, 0).high, 1.0);
  EXPECT_EQ(worst_case(0, 0, 0).high, 1.0);
  EXPECT_EQ(worst_case(0, 0, 7).low, 0.0);
  EXPECT_EQ(worst_case(0, 0, 7).high, 1.0);
}

TEST(Statistics, WorstCaseHoldsTheUnobservable) {
  const Interval bounds = worst_case(60, 20, 20);
  EXPECT_DOUBLE_EQ(bounds.low, 0.6);
  EXPECT_DOUBLE_EQ(bounds.high, 0.8);
}

}  // namespace
}  // namespace uptake
