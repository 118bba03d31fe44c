#include "dataplane/in_order.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace uptake {
namespace in_order_test {

struct Numbered {
  std::uint64_t ordinal = 0;
  unsigned shard = 0;
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> place() const noexcept { return {ordinal, 0}; }
  friend bool operator<(const Numbered& a, const Numbered& b) noexcept {
    return a.ordinal != b.ordinal ? a.ordinal < b.ordinal : a.shard < b.shard;
  }
};
using Order = InOrder<std::vector<Numbered>>;

std::vector<std::uint64_t> handed_on(Order& order) {
  std::vector<std::uint64_t> out;
  order.hand_on([&](const Numbered& item) { out.push_back(item.ordinal * 100 + item.shard); },
                [](unsigned, std::vector<Numbered>) {});
  return out;
}

using Out = std::vector<std::uint64_t>;

TEST(InOrder, HandsOnWhatNobodyCanGoBefore) {
  Order order(2);
  order.deliver(0, {{1, 0}, {5, 0}, {9, 0}}, {10, 0});
  EXPECT_EQ(handed_on(order), Out{}) << "the other may still deliver 0";
  order.deliver(1, {}, {5, 0});
  EXPECT_EQ(handed_on(order), (Out{100})) << "it may still deliver 5";
  order.deliver(1, {{5, 1}, {7, 1}}, {8, 0});
  EXPECT_EQ(handed_on(order), (Out{500, 501, 701}));
  EXPECT_EQ(order.waiting(0)->ordinal, 9U);
  EXPECT_EQ(order.waiting(1), nullptr);
  order.deliver(1, {}, {kInputEnd, 0});
  EXPECT_EQ(handed_on(order), (Out{900}));
}

TEST(InOrder, WhatHasTheLastOrdinalIsHandedOnAtTheEnd) {
  Order order(2);
  order.deliver(0, {{kInputEnd, 0}}, {kInputEnd, 0});
  EXPECT_TRUE(handed_on(order).empty());
  order.deliver(1, {{kInputEnd, 1}}, {kInputEnd, 0});
  EXPECT_EQ(handed_on(order).size(), 2U);
}

TEST(InOrder, IsTheSameForAnyNumberOfWorkers) {
  std::mt19937 random(1);
  std::vector<Numbered> all(5000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = {i / 2, static_cast<unsigned>(i / 2 * 7 % 16)};
  Out alone;
  for (const Numbered& item : all) alone.push_back(item.ordinal * 100 + item.shard);
  for (const unsigned workers : {1U, 2U, 3U, 4U, 16U}) {
    Order order(workers);
    Out out;
    std::vector<std::size_t> at(workers);
    while (out.size() < all.size()) {
      const unsigned worker = static_cast<unsigned>(random()) % workers;
      std::vector<Numbered> batch;
      const std::size_t end = std::min(all.size(), at[worker] + 2 * (random() % 200));
      for (; at[worker] < end; ++at[worker])
        if (all[at[worker]].shard % workers == worker) batch.push_back(all[at[worker]]);
      order.deliver(worker, batch, {end == all.size() ? kInputEnd : all[end].ordinal, 0});
      const Out more = handed_on(order);
      out.insert(out.end(), more.begin(), more.end());
    }
    EXPECT_EQ(out, alone) << workers;
  }
}

}  // namespace in_order_test
}  // namespace uptake
