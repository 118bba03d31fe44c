#include "policy/correlate/routes/route_table.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace uptake::routes {
namespace route_table_test {

TEST(RouteTable, KnowsWhatWasPut) {
  RouteTable table(8);
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < 128; ++i) {
    keys.push_back(RouteTable::key_of(random()));
    EXPECT_EQ(table.find(keys.back()), nullptr);
    table.put(keys.back(), i);
  }
  for (std::uint64_t i = 0; i < 128; ++i) {
    ASSERT_NE(table.find(keys[i]), nullptr) << i;
    EXPECT_EQ(RouteTable::number_of(*table.find(keys[i]), 128), i);
  }
  EXPECT_EQ(table.forgotten(), 0U);
}

TEST(RouteTable, FullItForgetsTheFirstAndSaysSo) {
  RouteTable table(4);
  for (std::uint64_t i = 0; i < RouteTable::kReach; ++i) table.put(2 + i, i);  // all begin in the first place
  EXPECT_EQ(table.forgotten(), 0U);
  table.put(1000, 1000);
  EXPECT_EQ(table.forgotten(), 1U);
  EXPECT_EQ(table.find(2), nullptr);
  EXPECT_NE(table.find(3), nullptr);
  EXPECT_NE(table.find(1000), nullptr);
}

TEST(RouteTable, NumbersAreToldByTheirLowBits) {
  RouteTable table(4);
  constexpr std::uint64_t kMany = 5'000'000'000;
  table.put(7, kMany);
  EXPECT_EQ(RouteTable::number_of(*table.find(7), kMany + 1), kMany);
  EXPECT_EQ(RouteTable::number_of(*table.find(7), kMany + 1'000'000), kMany);
}

TEST(RouteTable, NoDigestIsTakenForAnEmptyPlace) {
  for (const std::uint64_t digest : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 44, ~std::uint64_t{0}}) {
    RouteTable table(4);
    const std::uint64_t key = RouteTable::key_of(digest);
    EXPECT_EQ(table.find(key), nullptr);
    table.put(key, 0);
    ASSERT_NE(table.find(key), nullptr);
    EXPECT_GT(*table.find(key), 0U);
  }
}

}  // namespace route_table_test
}  // namespace uptake::routes
