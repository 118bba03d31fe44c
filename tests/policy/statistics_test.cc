#include "policy/statistics.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <vector>

namespace uptake {
namespace statistics_test {

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

using GroupsOfClients = std::array<Judged, 32>;

/// `count` draws of a log-normal distribution with mean 1.
std::vector<double> spread(double sigma, std::size_t count) {
  std::mt19937_64 random(3);
  std::lognormal_distribution<double> draw(-sigma * sigma / 2, sigma);
  std::vector<double> all(count);
  for (double& one : all) one = draw(random);
  return all;
}

/// Population: clients who come in sessions of several connections, few of them often and most of them seldom, and
/// not as often in every period. Half of them are old: a session of those passes in one case of ten.
class Population {
 public:
  static constexpr std::size_t kClients = 20'000;
  static constexpr std::uint64_t kConnections = 8;  ///< of a session, which come out alike
  static constexpr double kSessions = 3;            ///< of a client in a period, in the mean

  explicit Population(std::uint64_t seed) : state_(seed) {
    static const std::vector<double> kOften = spread(2, 1U << 16);
    for (std::size_t i = 0; i < kClients; ++i) {
      clients_[i].often = kSessions * kOften[next() % kOften.size()];
      clients_[i].passes = i % 64 < 32 ? 0.95 : 0.1;  // as many old ones in every group
    }
  }
  /// A part of the old ones is modern from now on.
  void modernise(double part) {
    for (std::size_t i = 0; i < kClients; ++i)
      if (i % 64 >= 32 && uniform(next()) < part) clients_[i].passes = 0.95;
  }
  struct Period {
    GroupsOfClients connections{};
    GroupsOfClients subscribers{};
  };
  [[nodiscard]] Period period() {
    static const std::vector<double> kThisTime = spread(1, 1U << 12);
    Period period;
    for (std::size_t i = 0; i < kClients; ++i) {
      const Client& client = clients_[i];
      const std::uint64_t random = next();
      const double mean = client.often * kThisTime[random % kThisTime.size()];
      const auto sessions = static_cast<std::uint64_t>(mean + uniform(random << 12));
      if (sessions == 0) continue;
      const double passing = static_cast<double>(sessions) * client.passes;
      const auto pass = static_cast<std::uint64_t>(passing + uniform(random << 38));
      Judged& connections = period.connections[i % 32];
      connections.pass += pass * kConnections;
      connections.fail += (sessions - pass) * kConnections;
      Judged& subscribers = period.subscribers[i % 32];
      ++(pass == sessions ? subscribers.pass : subscribers.fail);
    }
    return period;
  }

 private:
  struct Client {
    double often;
    double passes;
  };
  /// SplitMix64: the standard's generators would take longer than all else.
  [[nodiscard]] std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  [[nodiscard]] static double uniform(std::uint64_t random) noexcept {
    return static_cast<double>(random >> 38) * 0x1p-26;
  }

  std::uint64_t state_;
  std::vector<Client> clients_ = std::vector<Client>(kClients);
};

bool wilson_says_clear(const GroupsOfClients& a, const GroupsOfClients& b) {
  const auto interval = [](const GroupsOfClients& groups) {
    Judged sum;
    for (const Judged& one : groups) sum = {sum.pass + one.pass, sum.fail + one.fail};
    return wilson(sum.pass, sum.fail);
  };
  return interval(a).low > interval(b).high || interval(b).low > interval(a).high;
}

/// How many of the runs said that something had changed.
struct Said {
  int connections = 0;
  int unpaired = 0;
  int subscribers = 0;
  int wilson = 0;
};

Said said_of(int runs, double modernising) {
  constexpr std::uint64_t kFirstSeed = 10'000;
  Said said;
  for (int run = 0; run < runs; ++run) {
    Population population(kFirstSeed + static_cast<std::uint64_t>(run));
    const Population::Period before = population.period();
    population.modernise(modernising);
    const Population::Period after = population.period();
    const auto clear = [](const GroupsOfClients& a, const GroupsOfClients& b, Groups groups) {
      const std::optional<Change> change = change_of(a, b, groups);
      return change && change->clear() ? 1 : 0;
    };
    said.connections += clear(before.connections, after.connections, Groups::paired);
    said.unpaired += clear(before.connections, after.connections, Groups::unpaired);
    said.subscribers += clear(before.subscribers, after.subscribers, Groups::paired);
    said.wilson += wilson_says_clear(before.connections, after.connections) ? 1 : 0;
  }
  return said;
}

/// UPTAKE_RUNS: more of them, for a figure of more digits.
int runs() {
  const char* const asked = std::getenv("UPTAKE_RUNS");
  return asked != nullptr ? std::atoi(asked) : 200;
}

TEST(Statistics, EqualPeriodsHardlyEverSeemToDiffer) {
  const Said said = said_of(runs(), 0);
  RecordProperty("connections", said.connections);
  RecordProperty("subscribers", said.subscribers);
  RecordProperty("unpaired", said.unpaired);
  RecordProperty("wilson", said.wilson);
  EXPECT_LE(said.connections * 100, 6 * runs());
  EXPECT_LE(said.subscribers * 100, 6 * runs());
  EXPECT_LE(said.unpaired * 100, 6 * runs());
  EXPECT_GE(said.wilson * 100, 80 * runs()) << "there are bursts: what takes sightings for independent is fooled";
}

TEST(Statistics, ThreeInTenOfTheOldOnesModernisingIsFound) {
  const Said said = said_of(runs(), 0.3);
  RecordProperty("connections", said.connections);
  RecordProperty("subscribers", said.subscribers);
  RecordProperty("unpaired", said.unpaired);
  EXPECT_GE(said.connections * 100, 60 * runs());
  EXPECT_GE(said.subscribers * 100, 60 * runs());
  EXPECT_LT(said.unpaired, said.connections) << "who is the same in both periods cancels out";
}

TEST(Statistics, TheQuantileOfTAgreesWithPublishedValues) {
  EXPECT_NEAR(t_quantile(31), 2.0395, 0.0001);
  EXPECT_NEAR(t_quantile(9), 2.2622, 0.0005);
}

TEST(Statistics, TheJackknifeOfAShareOfEqualGroupsIsTheirStandardError) {
  // Groups of equal size: the jackknife of a mean is its standard error, exactly.
  GroupsOfClients before{};
  GroupsOfClients after{};
  double squares = 0;
  double mean = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    before[i] = {50, 50};
    after[i] = {50 + i, 50 - i};
    mean += static_cast<double>(i) / 100 / 32;
  }
  for (std::size_t i = 0; i < before.size(); ++i) squares += std::pow(static_cast<double>(i) / 100 - mean, 2);
  const std::optional<Change> change = change_of(before, after, Groups::paired);
  ASSERT_TRUE(change);
  EXPECT_NEAR(change->difference, mean, 1e-12);
  EXPECT_NEAR(change->by_bursts, t_quantile(31) * std::sqrt(squares / 31 / 32), 1e-12);
}

TEST(Statistics, FewGroupsOfClientsAreNotCompared) {
  GroupsOfClients some{};
  for (std::size_t i = 0; i + 1 < kFewestGroups; ++i) some[i] = {5, 5};
  GroupsOfClients all;
  all.fill({5, 5});
  EXPECT_FALSE(change_of(some, all, Groups::paired));
  EXPECT_FALSE(change_of(all, some, Groups::paired));
  some[31] = {1, 0};
  EXPECT_TRUE(change_of(all, some, Groups::paired));
  EXPECT_FALSE(change_of({}, {}, Groups::paired));
}

}  // namespace statistics_test
}  // namespace uptake
