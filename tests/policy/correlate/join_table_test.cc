#include "policy/correlate/join_table.h"

#include <gtest/gtest.h>

namespace uptake {
namespace join_table_test {

TEST(JoinTable, FindsWhatHasNotExpired) {
  JoinTable<int> table(64);
  table.put({1, 2, 3}, 10, 20) = 7;
  ASSERT_NE(table.find({1, 2, 3}, 19), nullptr);
  EXPECT_EQ(*table.find({1, 2, 3}, 19), 7);
  EXPECT_EQ(table.find({1, 2, 3}, 20), nullptr) << "until then, and no longer";
  EXPECT_EQ(table.find({1, 2, 4}, 19), nullptr) << "another relation";
  EXPECT_EQ(table.find({2, 1, 3}, 19), nullptr);
  EXPECT_EQ(table.find({0, 0, 0}, 0), nullptr) << "an empty place holds no key";
}

TEST(JoinTable, PutKeepsAValueThatLivesAndForgetsOneThatExpired) {
  JoinTable<int> table(64);
  table.put({1, 0, 0}, 10, 20) = 7;
  EXPECT_EQ(table.put({1, 0, 0}, 15, 30), 7);
  EXPECT_NE(table.find({1, 0, 0}, 29), nullptr) << "it lives longer now";
  EXPECT_EQ(table.put({1, 0, 0}, 30, 40), 0);
  EXPECT_EQ(table.forgotten(), 0U);
}

TEST(JoinTable, AFullBucketForgetsWhatExpiresFirstAndSaysSo) {
  JoinTable<int> table(JoinTable<int>::kWays);
  for (std::uint64_t key = 1; key <= 4; ++key) table.put({key, 0, 0}, 10, 100 + key) = static_cast<int>(key);
  EXPECT_EQ(table.forgotten(), 0U);
  table.put({5, 0, 0}, 10, 200) = 5;
  EXPECT_EQ(table.forgotten(), 1U);
  EXPECT_EQ(table.find({1, 0, 0}, 11), nullptr);
  for (std::uint64_t key = 2; key <= 5; ++key) EXPECT_NE(table.find({key, 0, 0}, 11), nullptr) << key;
  table.put({6, 0, 0}, 102, 200) = 6;
  EXPECT_EQ(table.forgotten(), 1U) << "2 had expired";
}

}  // namespace join_table_test
}  // namespace uptake
