#include "dataplane/event_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dissectors/dns/facts.h"
#include "policy/catalogue/catalogue.h"

namespace uptake {
namespace event_log_test {

struct Bench {
  /// An event of frame `ordinal` whose subject's name does not outlive the call.
  void see(std::vector<Event>& seen, std::uint64_t ordinal, std::string name) const {
    Subject subject;
    subject.ordinal = ordinal;
    subject.name = {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
    seen.emplace_back(Observation{0, registry.base("dns"), 0}, subject);
    std::fill(name.begin(), name.end(), '-');
  }
  /// The names of the lines written, in their order.
  [[nodiscard]] std::string names() const {
    std::string all;
    const std::string key = "\"name\":\"";
    for (std::size_t at = written.find(key); at != std::string::npos; at = written.find(key, at)) {
      at += key.size();
      all += written.substr(at, written.find('"', at) - at) + " ";
    }
    return all;
  }

  const Registry registry{dissectors()};
  const Events events{registry, standard_events()};
  std::string written;
  std::vector<EventLog::Make> waiting;
  bool room = true;
  EventLog log{2, events,
               [this](const std::string& lines) {
                 written += lines;
                 return true;
               },
               [this](std::size_t, EventLog::Make make) {
                 if (room) waiting.push_back(std::move(make));
                 return room;
               }};
};

const std::string kLong(200, 'x');  // no string holds it in place

TEST(EventLog, NamesOutliveTheirBurst) {
  Bench bench;
  std::vector<Event> events;
  for (const std::string& name : {std::string("a"), kLong}) bench.see(events, 1, name);
  events.reserve(1000);  // moved
  std::vector<Event> none;
  bench.log.deliver(0, events, 10);
  bench.log.deliver(1, none, 10);
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(bench.names(), "a " + kLong + " ");
}

TEST(EventLog, OrdersTheWorkersOfAChunkByFrameAndThenByText) {
  Bench bench;
  std::vector<Event> first;
  std::vector<Event> second;
  bench.see(first, 5, "late");
  bench.see(first, 2, "b");
  bench.see(second, 2, "a");
  bench.see(second, 1, "early");
  bench.log.deliver(0, first, 10);
  EXPECT_EQ(bench.written, "");
  bench.log.deliver(1, second, 10);
  EXPECT_EQ(bench.names(), "early a b late ");
}

TEST(EventLog, LiveTheTextIsMadeByWhoWritesIt) {
  Bench bench;
  std::vector<Event> events;
  bench.see(events, 1, "a");
  bench.see(events, 0, kLong);
  EXPECT_EQ(bench.log.write_unordered(events), 0U);
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(bench.written, "");
  ASSERT_EQ(bench.waiting.size(), 1U);
  bench.waiting[0](bench.written);
  EXPECT_EQ(bench.names(), "a " + kLong + " ");
}

TEST(EventLog, LiveWhatFindsNoRoomIsCounted) {
  Bench bench;
  std::vector<Event> events;
  for (int i = 0; i < 3; ++i) bench.see(events, 1, "a");
  bench.room = false;
  EXPECT_EQ(bench.log.write_unordered(events), 3U);
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(bench.log.write_unordered(events), 0U);
}

/// What joins find stands where they were when they found it, whoever delivers first.
TEST(EventLog, WhatJoinsFindIsWaitedForAndKeepsItsOrder) {
  const Registry registry{dissectors()};
  const Events events{registry, standard_events()};
  std::string written;
  const auto write = [&](const std::string& lines) {
    written += lines;
    return true;
  };
  EventLog log(1, events, write, {}, EventLog::Joins::some);
  const auto query = [&](std::uint64_t ordinal, std::string_view name) {
    Subject subject;
    subject.ordinal = ordinal;
    subject.name = {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
    return Event({0, static_cast<FactId>(registry.base("dns") + dns::kQuery), 0}, subject);
  };
  const auto position = [&](std::string_view name) { return written.find("\"" + std::string(name) + "\""); };
  std::vector<Event> seen = {query(3, "three"), query(9, "nine")};
  log.deliver(0, seen, 10);
  EXPECT_TRUE(written.empty()) << "the joins have not come so far";
  std::vector<FoundEvent> found;
  found.push_back({query(1, "zone"), 5});
  found.push_back({query(2, "answer"), 5});
  log.deliver_found(found, 6);
  EXPECT_TRUE(found.empty());
  EXPECT_LT(position("three"), position("zone"));
  EXPECT_LT(position("zone"), position("answer")) << "as they were found";
  EXPECT_EQ(position("nine"), std::string::npos);
  log.deliver_found(found, kInputEnd);
  EXPECT_LT(position("answer"), position("nine"));
}

}  // namespace event_log_test
}  // namespace uptake
