#include "policy/tally.h"

#include <gtest/gtest.h>

#include "policy/catalogue/dns/words.h"
#include "policy/catalogue/tls/words.h"
#include "policy/ledger.h"

namespace uptake {
namespace tally_test {

constexpr Cell kV4{};
constexpr Cell kV6Stub{Family::v6, Direction::from_customer, dns::kStubResolver};

TEST(Cell, IndexAndCellAreInverse) {
  for (std::size_t i = 0; i < Cell::kCount; ++i) EXPECT_EQ(Cell::of(i).index(), i);
}

TEST(Tally, CountsOutcomesApart) {
  Tally tally(2);
  tally.add(1, kV4, Judgement::pass(), 5);
  tally.add(1, kV4, Judgement::fail(), 4);
  tally.add(1, kV4, Judgement::not_applicable(), 3);
  tally.add(1, kV4, Judgement::unobservable(Reason::gap), 2);
  tally.add(1, kV4, Judgement::unobservable(Reason::not_asked), 1);
  tally.add(1, kV4, Judgement::ignored(), 100);
  const Counts& counts = tally.at(1, kV4);
  EXPECT_EQ(counts.pass, 5U);
  EXPECT_EQ(counts.fail, 4U);
  EXPECT_EQ(counts.judged(), 9U);
  EXPECT_EQ(counts.not_applicable, 3U);
  EXPECT_EQ(counts.unobservable[static_cast<std::size_t>(Reason::gap)], 2U);
  EXPECT_EQ(counts.unobservable[static_cast<std::size_t>(Reason::not_asked)], 1U);
  EXPECT_EQ(counts.hidden(), 3U);
  EXPECT_TRUE(tally.at(0, kV4).empty());
}

TEST(Tally, SumsOverCells) {
  Tally tally(1);
  tally.add(0, kV4, Judgement::pass(), 1);
  tally.add(0, kV6Stub, Judgement::pass(), 10);
  EXPECT_EQ(tally.total(0).pass, 11U);
}

TEST(Tally, MergesByAdding) {
  Tally a(3);
  Tally b(3);
  a.add(2, kV6Stub, Judgement::fail(), 7);
  b.add(2, kV6Stub, Judgement::fail(), 5);
  b.add(0, kV4, Judgement::unobservable(tls::kTls13Hides), 1);
  a.merge(b);
  EXPECT_EQ(a.at(2, kV6Stub).fail, 12U);
  EXPECT_EQ(a.at(0, kV4).hidden(), 1U);
  EXPECT_EQ(b.at(2, kV6Stub).fail, 5U);
}

TEST(Names, AreKnownForEveryValue) {
  for (std::size_t i = 0; i < kLimits; ++i) EXPECT_NE(name_of(static_cast<Limit>(i)), "unknown");
  EXPECT_EQ(name_of(static_cast<Limit>(kLimits)), "unknown");
  EXPECT_EQ(name_of(Family::v6), "ipv6");
  EXPECT_EQ(name_of(Direction::from_customer), "from_customer");
  EXPECT_EQ(name_of(Judgement::Outcome::not_applicable), "not_applicable");
}

}  // namespace tally_test
}  // namespace uptake
