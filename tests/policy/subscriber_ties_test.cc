#include "policy/subscriber_ties.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "dissectors/frame/facts.h"
#include "policy/digests.h"
#include "policy/entities.h"
#include "policy/figures.h"
#include "policy/report/rows.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace subscriber_ties_test {

Address v4(std::uint8_t c, std::uint8_t d) {
  Address address;
  address.octets = {192, 0, c, d};
  return address;
}
Address v6(std::uint8_t site, std::uint8_t host = 0) {
  Address address;
  address.family = Family::v6;
  address.octets = {0x20, 0x01, 0x0d, 0xb8, 0, site};
  address.octets[15] = host;
  return address;
}

/// 100 subscribers, each with an IPv4 address and an IPv6 /56; on one line each, or on none.
std::vector<CustomerPrefix> hundred(bool tied) {
  std::vector<CustomerPrefix> prefixes;
  for (std::uint8_t i = 0; i < 100; ++i) {
    const std::uint32_t line = i + 1U;
    prefixes.push_back({v4(2, i), 32, tied ? line : 2 * line, tied});
    prefixes.push_back({v6(i), 56, tied ? line : 2 * line + 1, tied});
  }
  return prefixes;
}

struct Bench {
  explicit Bench(const SubscriberTies* ties) : figures(all_measures(), Digests::published(), {32, 56, ties}) {}

  void connect(const Address& client, Direction direction, bool answered = true) {
    const FactId fact = static_cast<FactId>(registry.base("frame") + frame::kConnection);
    Subject subject;
    subject.client = client;
    subject.direction = direction;
    figures.absorb(
        {frame::ConnectionBits{.family = client.family, .tcp = true, .answered = answered}.pack(), fact, 0}, subject);
  }
  /// All hundred, in both families, several times and in turn.
  void all_dual_stack() {
    for (const int round : {0, 1})
      for (std::uint8_t i = 0; i < 100; ++i) {
        connect(round == 0 ? v4(2, i) : v6(i, 7), Direction::from_customer);
        connect(round == 0 ? v6(i, 9) : v4(2, i), Direction::from_customer);
      }
  }
  EntityCounts of(std::string_view id) {
    figures.settle();
    WindowCard window;
    window.figures = &figures;
    for (const report::MeasureRow& row : report::rows_of(window, all_measures()))
      if (row.measure->id == id && row.measure->unit == Unit::subscribers) return row.entities;
    return {};
  }

  const Registry registry{dissectors()};
  Figures figures;
};

TEST(SubscriberTies, AHundredDualStackSubscribersAllUseIpv6WhenTied) {
  const SubscriberTies ties(hundred(true));
  Bench bench(&ties);
  bench.all_dual_stack();
  const EntityCounts all = bench.of("ip6.subscribers");
  EXPECT_EQ(all.pass, 100U);
  EXPECT_EQ(all.fail, 0U);
  EXPECT_EQ(all.unobservable, 0U);
  EXPECT_EQ(bench.of("ip6.clients").pass, 100U);
  EXPECT_EQ(bench.of("ip6.clients").fail, 100U);
}

TEST(SubscriberTies, UntiedTheyAreTwoCountsAndNoShare) {
  const SubscriberTies untied(hundred(false));
  for (const SubscriberTies* ties : {&untied, static_cast<const SubscriberTies*>(nullptr)}) {
    Bench bench(ties);
    bench.all_dual_stack();
    const EntityCounts none = bench.of("ip6.subscribers");
    EXPECT_EQ(none.pass + none.fail, 0U);
    EXPECT_EQ(none.unobservable, 200U);
    EXPECT_EQ(bench.of("ip6.clients").pass, 100U);
    EXPECT_EQ(bench.of("ip6.clients").fail, 100U);
  }
}

TEST(SubscriberTies, WhoIsTiedIsJudgedAndTheRestIsUnknown) {
  std::vector<CustomerPrefix> prefixes = hundred(true);
  prefixes.push_back({v4(0, 0), 16, 900, false});  // holds the hundred, and others
  const SubscriberTies ties(prefixes);
  Bench bench(&ties);
  for (std::uint8_t i = 0; i < 60; ++i) bench.connect(v4(2, i), Direction::from_customer);
  for (std::uint8_t i = 40; i < 100; ++i) bench.connect(v6(i), Direction::from_customer);
  bench.connect(v4(2, 5), Direction::from_customer, false);
  bench.connect(v4(77, 1), Direction::from_customer);
  const EntityCounts all = bench.of("ip6.subscribers");
  EXPECT_EQ(all.pass, 60U);
  EXPECT_EQ(all.fail, 40U);
  EXPECT_EQ(all.unobservable, 1U);
  EXPECT_EQ(bench.of("ip6.clients").pass, 60U);
  EXPECT_EQ(bench.of("ip6.clients").fail, 61U);
}

TEST(SubscriberTies, OnlyCustomersAreSubscribers) {
  const SubscriberTies ties(hundred(true));
  Bench bench(&ties);
  bench.connect(v4(2, 1), Direction::toward_customer);
  bench.connect(v4(9, 9), Direction::unknown);  // neither end is a customer
  bench.connect(v6(200), Direction::unknown);
  EXPECT_EQ(bench.of("ip6.clients").pass + bench.of("ip6.clients").fail, 0U);
  bench.connect(v4(2, 1), Direction::unknown);  // both ends are
  EXPECT_EQ(bench.of("ip6.subscribers").fail, 1U);
}

TEST(SubscriberTies, TheLongestPrefixOwnsAnAddress) {
  const std::vector<CustomerPrefix> prefixes = {
      {v4(2, 0), 24, 1, false},  {v4(2, 8), 32, 2, true},  {v4(2, 16), 28, 3, true}, {v4(2, 31), 32, 4, true},
      {v4(2, 255), 32, 5, true}, {Address{}, 0, 6, false}, {v6(1), 56, 2, true},
  };
  const SubscriberTies ties(prefixes);
  const auto line = [&](const Address& address) {
    const SubscriberTies::Owner owner = ties.owner_of(address);
    return owner.as != nullptr ? static_cast<int>(owner.as->line) : owner.customer ? 0 : -1;
  };
  EXPECT_EQ(line(v4(2, 7)), 0);
  EXPECT_EQ(line(v4(2, 8)), 2);
  EXPECT_EQ(line(v4(2, 9)), 0);
  EXPECT_EQ(line(v4(2, 15)), 0);
  EXPECT_EQ(line(v4(2, 16)), 3);
  EXPECT_EQ(line(v4(2, 30)), 3);
  EXPECT_EQ(line(v4(2, 31)), 4);
  EXPECT_EQ(line(v4(2, 32)), 0);
  EXPECT_EQ(line(v4(2, 255)), 5);
  EXPECT_EQ(line(v4(3, 0)), 0) << "0.0.0.0/0 holds it";
  Address highest;
  highest.octets = {255, 255, 255, 255};
  EXPECT_EQ(line(highest), 0);
  EXPECT_EQ(line(v6(1, 5)), 2);
  EXPECT_EQ(line(v6(2)), -1);
  EXPECT_EQ(ties.owner_of(v4(2, 8)).as, ties.owner_of(v6(1)).as) << "one subscriber, one digest";
  EXPECT_EQ(SubscriberTies().owner_of(v4(2, 1)).customer, false);
}

}  // namespace subscriber_ties_test
}  // namespace uptake
