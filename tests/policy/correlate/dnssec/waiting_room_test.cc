#include "policy/correlate/dnssec/waiting_room.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

namespace uptake::dnssec {
namespace waiting_room_test {

using Octets = std::vector<std::uint8_t>;

About about(std::uint8_t network, std::uint64_t packet_ns) {
  About made;
  made.packet_ns = packet_ns;
  made.subject.server.octets = {198, 51, network, 53};
  return made;
}
Octets octets(std::uint64_t number, std::size_t size) {
  Octets made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::uint8_t>(number * 31 + i * 7);
  return made;
}

TEST(WaitingRoom, WhatLeavesIsWhatCame) {
  const Digests digests = Digests::published();
  std::mt19937 random(5);
  WaitingRoom room(digests, 40, 20'000);
  struct Came {
    std::uint64_t number;
    std::uint8_t network;
    Octets octets;
  };
  std::deque<Came> model;
  std::uint64_t number = 0;
  const auto check = [&](const WaitingRoom::Response& response, const Came& came) {
    EXPECT_EQ(response.said, came.number);
    EXPECT_EQ(response.about.packet_ns, came.number);
    EXPECT_EQ(Octets(response.octets.begin(), response.octets.end()), came.octets);
  };
  for (int step = 0; step < 20'000; ++step) {
    const Came came{++number, static_cast<std::uint8_t>(random() % 4), octets(number, random() % 3000)};
    while (!room.has_room(came.octets)) {
      const WaitingRoom::Response response = room.pop_of_longest();
      // It is the oldest of its network.
      const auto found = std::ranges::find(model, response.said, &Came::number);
      ASSERT_NE(found, model.end());
      for (auto before = model.begin(); before != found; ++before) EXPECT_NE(before->network, found->network);
      check(response, *found);
      model.erase(found);
    }
    room.push(about(came.network, came.number), came.number, came.octets);
    model.push_back(came);
    if (random() % 3 != 0) continue;
    ASSERT_EQ(room.oldest_ns(), model.front().number);
    check(room.pop_oldest(), model.front());
    model.pop_front();
  }
  for (; !model.empty(); model.pop_front()) check(room.pop_oldest(), model.front());
  EXPECT_TRUE(room.empty());
}

TEST(WaitingRoom, AFloodFromOnePlacePushesOutItsOwn) {
  const Digests digests = Digests::published();
  for (const std::size_t size : {std::size_t{40}, std::size_t{4000}}) {
    WaitingRoom room(digests, 100, 64 * 1024);
    for (std::uint64_t i = 0; i < 5; ++i) room.push(about(1, i), i, octets(i, 100));
    for (std::uint64_t i = 5; i < 5'000; ++i) {
      const Octets one = octets(i, size);
      while (!room.has_room(one)) EXPECT_GE(room.pop_of_longest().said, 5U);
      room.push(about(2, i), i, one);
    }
    for (std::uint64_t i = 0; i < 5; ++i) EXPECT_EQ(room.pop_oldest().said, i);
  }
}

TEST(WaitingRoom, WhatIsLargerThanAllOfItIsNotHeld) {
  const Digests digests = Digests::published();
  const WaitingRoom room(digests, 4, 1'000);
  EXPECT_FALSE(room.may_hold(octets(1, 2'000)));
  EXPECT_TRUE(room.may_hold(octets(1, 500)));
  EXPECT_TRUE(room.has_room({}));
}

}  // namespace waiting_room_test
}  // namespace uptake::dnssec
