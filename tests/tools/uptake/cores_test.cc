#include "tools/uptake/cores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace uptake {
namespace cores_test {

using testing::ElementsAre;

constexpr std::string_view kBefore =
    "cpu  500 0 500 3000 0 0 0 0 0 0\n"
    "cpu0 100 0 100 800 0 0 0 0 0 0\n"
    "cpu1 100 0 100 800 0 0 0 0 0 0\n"
    "cpu10 300 0 300 1400 0 0 0 0 0 0\n"
    "intr 1 2 3\n";
constexpr std::string_view kAfter =
    "cpu  600 0 600 3200 0 0 0 0 0 0\n"
    "cpu0 190 0 100 810 0 0 0 0 90 0\n"  // guest time is user time too
    "cpu1 100 0 100 880 20 0 0 0 0 0\n"
    "cpu10 320 0 310 1450 0 5 5 10 0 0\n"
    "intr 4 5 6\n";

TEST(Cores, LoadIsWhatIsNotIdleBetweenTwoReadings) {
  const std::vector<CoreLoad> loads = core_loads(kBefore, kAfter);
  ASSERT_EQ(loads.size(), 3U);
  EXPECT_EQ(loads[0].core, 0U);
  EXPECT_DOUBLE_EQ(loads[0].busy, 0.9);
  EXPECT_DOUBLE_EQ(loads[1].busy, 0.0) << "waiting for a disk is idle";
  EXPECT_EQ(loads[2].core, 10U);
  EXPECT_DOUBLE_EQ(loads[2].busy, 0.5);
  EXPECT_DOUBLE_EQ(core_loads(kAfter, kAfter)[0].busy, 0.0);
  EXPECT_TRUE(core_loads("", "cpu\ncpux 1\n").empty());
}

const std::vector<CoreLoad> kLoads = {{0, 0.0}, {1, 0.5}, {2, 0.1}, {3, 0.1}, {4, 0.0}};

TEST(Cores, TheLeastBusyOfThePortsNodeComeFirst) {
  EXPECT_THAT(choose_cores({{}, {0, 1, 2, 3, 4}, {}, 1}, kLoads), ElementsAre(4)) << "of equals, not core 0";
  EXPECT_THAT(choose_cores({{}, {0, 1, 2, 3, 4}, {1, 2, 3}, 3}, kLoads), ElementsAre(3, 2, 1));
  EXPECT_THAT(choose_cores({{}, {0, 1, 2, 3, 4}, {1}, 2}, kLoads), ElementsAre(1, 4)) << "then those of other nodes";
}

TEST(Cores, WhatWasGivenStaysAndWhatIsForbiddenIsNotTaken) {
  EXPECT_THAT(choose_cores({{1}, {0, 1, 2}, {}, 2}, kLoads), ElementsAre(1, 0));
  EXPECT_THAT(choose_cores({{}, {1, 2}, {0}, 1}, kLoads), ElementsAre(2));
  EXPECT_THAT(choose_cores({{}, {1}, {}, 3}, kLoads), ElementsAre(1)) << "there are no more";
}

TEST(Cores, GivenCoresAreTakenWithoutALook) {
  const Either<CoreChoice> found = find_cores({}, {7, 5}, 1);
  ASSERT_TRUE(std::holds_alternative<CoreChoice>(found));
  EXPECT_THAT(std::get<CoreChoice>(found).cores, ElementsAre(7, 5));
  EXPECT_EQ(std::get<CoreChoice>(found).said, "");
}

TEST(Cores, AChoiceOfTheProgramIsSaid) {
  const Either<CoreChoice> found = find_cores({}, {}, 1);
  ASSERT_TRUE(std::holds_alternative<CoreChoice>(found));
  EXPECT_EQ(std::get<CoreChoice>(found).cores.size(), 1U);
  EXPECT_THAT(std::get<CoreChoice>(found).said, testing::HasSubstr("least busy"));
}

TEST(Cores, MoreWorkersThanCoresAreRefused) {
  const Either<CoreChoice> found = find_cores({}, {}, 100'000);
  ASSERT_TRUE(std::holds_alternative<Refusal>(found));
  EXPECT_EQ(std::get<Refusal>(found).why, Why::usage);
}

}  // namespace cores_test
}  // namespace uptake
