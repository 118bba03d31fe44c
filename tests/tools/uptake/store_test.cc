#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "policy/digests.h"
#include "policy/figures.h"
#include "tests/policy/report/card_fixture.h"
#include "tools/uptake/store/buckets.h"
#include "tools/uptake/store/database.h"
#include "tools/uptake/store/report_reader.h"
#include "tools/uptake/store/results_store.h"

namespace uptake::store {
namespace store_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::int64_t kMonday = 1'793'577'600;  // 2026-11-02
constexpr std::uint64_t kSecond = 1'000'000'000;

/// A store of the toy's catalogue that windows of five minutes are added to.
class Store : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove(path_); }
  void TearDown() override {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
  }

  std::unique_ptr<ResultsStore> open(std::vector<Label> labels = {}, const std::string& input = {},
                                     std::optional<Retention> keep = {}) {
    card_ = {"p", true, {}, "0.1.0", std::move(labels)};
    auto opened = ResultsStore::open(path_, keep);
    if (const Refusal* refusal = std::get_if<Refusal>(&opened)) ADD_FAILURE() << refusal->line();
    auto made = std::get<std::unique_ptr<ResultsStore>>(std::move(opened));
    EXPECT_FALSE(made->begin(card_, catalogue_, {"config", input}).has_value());
    return made;
  }

  /// A window in which each of `names` asks once: those that end in "+" pass, those that end in "?" stand in a gap.
  void add(ResultsStore& store, std::int64_t start, const std::vector<std::string>& names) {
    Figures figures(catalogue_, digests_, {});
    for (const std::string& name : names)
      card::see_name(figures, name, name.ends_with('+') ? 1 : name.ends_with('?') ? 2 : 0);
    figures.settle();
    WindowCard window;
    window.start_ns = static_cast<std::uint64_t>(start) * kSecond;
    window.end_ns = window.start_ns + 300 * kSecond;
    window.ledger.frames = names.size();
    window.ledger.end(Disposition::parsed, names.size());
    window.figures = &figures;
    store.add(card_, window);
    EXPECT_FALSE(store.failure().has_value());
  }

  PeriodReport report(ReportQuery query = {}) {
    query.all = true;
    const auto read = read_report(path_, query);
    if (const Refusal* refusal = std::get_if<Refusal>(&read)) ADD_FAILURE() << refusal->line();
    return std::holds_alternative<Refusal>(read) ? PeriodReport{} : std::get<PeriodReport>(read);
  }
  /// Of the queries: why they could not be judged.
  std::map<std::string, std::uint64_t> reasons() {
    std::map<std::string, std::uint64_t> found;
    const PeriodReport whole = report();
    for (const NamedCount& reason : figure(whole, "queries").reasons) found[reason.name] += reason.count;
    return found;
  }
  Refusal refused(ReportQuery query) {
    const auto read = read_report(path_, query);
    EXPECT_TRUE(std::holds_alternative<Refusal>(read));
    return std::holds_alternative<Refusal>(read) ? std::get<Refusal>(read) : Refusal{};
  }
  static const PeriodFigure& figure(const PeriodReport& report, const std::string& unit, std::size_t period = 0,
                                    std::size_t group = 0) {
    static const PeriodFigure kNone;
    for (std::size_t i = 0; i < report.measures.size(); ++i)
      if (report.measures[i].unit == unit) return report.groups.at(group).periods.at(period).figures[i];
    return kNone;
  }

  const std::string path_ = (std::filesystem::temp_directory_path() / fmt::format("uptake_{}.db", getpid())).string();
  const Digests digests_ = Digests::published();
  const Catalogue catalogue_ = card::toy_catalogue();
  ScoreCard card_;
};

TEST_F(Store, SightingsAddAndOfEntitiesTheLargestWindowStandsBesideTheSum) {
  auto store = open();
  add(*store, kMonday, {"a+", "b", "c"});
  add(*store, kMonday + 300, {"a+", "b"});
  add(*store, kMonday + kDay, {"d+"});
  const PeriodReport whole = report();
  EXPECT_EQ(figure(whole, "queries").sum.pass, 3U);
  EXPECT_EQ(figure(whole, "queries").sum.fail, 3U);
  EXPECT_EQ(figure(whole, "names").sum.judged(), 6U);
  EXPECT_EQ(figure(whole, "names").largest.judged(), 3U);
  EXPECT_EQ(whole.groups[0].periods[0].coverage.frames, 6U);
  EXPECT_EQ(whole.groups[0].periods[0].coverage.covered, 900U);
  ReportQuery by_day;
  by_day.by = ReportQuery::By::day;
  const PeriodReport days = report(by_day);
  ASSERT_EQ(days.groups[0].periods.size(), 2U);
  EXPECT_EQ(figure(days, "queries", 0).sum.judged(), 5U);
  EXPECT_EQ(figure(days, "queries", 1).sum.judged(), 1U);
  ReportQuery from;
  from.from = kMonday + 300;
  from.to = kMonday + 600;
  EXPECT_EQ(figure(report(from), "queries").sum.judged(), 2U) << "a span of one window";
}

TEST_F(Store, ReasonsOfAnEarlierUptakeAreCalledAsTheyWere) {
  add(*open(), kMonday, {"a?"});
  Database(path_, Database::Access::write).run("UPDATE reason SET name = 'hole' WHERE name = 'gap'");
  add(*open(), kMonday + 300, {"b?", "c?"});
  EXPECT_THAT(reasons(), UnorderedElementsAre(Pair("hole", 1), Pair("gap", 2)));
  Database(path_, Database::Access::write)
      .run("UPDATE reason SET name = CASE name WHEN 'hole' THEN 'gap' WHEN 'gap' THEN 'hole' ELSE name END");
  add(*open(), kMonday + 600, {"d?", "e?", "f?", "g?"});
  EXPECT_THAT(reasons(), UnorderedElementsAre(Pair("hole", 2), Pair("gap", 5)));
}

TEST_F(Store, OperatorsStandApartOrAreAdded) {
  for (const char* name : {"A", "B"}) {
    auto store = open({{"operator", name}});
    add(*store, kMonday, {"a+", "b"});
    add(*store, kMonday + 300, {"c"});
  }
  const PeriodReport together = report();
  EXPECT_EQ(figure(together, "queries").sum.judged(), 6U);
  EXPECT_EQ(figure(together, "names").largest.judged(), 2U) << "names of two operators may be the same ones";
  EXPECT_THAT(together.labels, ElementsAre("operator=A", "operator=B"));
  EXPECT_EQ(together.groups[0].periods[0].coverage.expected, 2U * kDay);
  ReportQuery apart;
  apart.group = "operator";
  ASSERT_EQ(report(apart).groups.size(), 2U);
  EXPECT_EQ(figure(report(apart), "queries", 0, 1).sum.judged(), 3U);
  ReportQuery one;
  one.labels = {{"operator", "B"}};
  EXPECT_EQ(figure(report(one), "queries").sum.judged(), 3U);
}

TEST_F(Store, NothingIsKeptLongerThanItShould) {
  auto store = open({}, {}, Retention{600, 12 * kHour, 3 * kDay});
  for (std::int64_t i = 0; i < 5 * 4; ++i) add(*store, kMonday + i * 6 * kHour, {"a+"});
  ReportQuery hours;
  hours.by = ReportQuery::By::hour;
  EXPECT_EQ(report(hours).groups[0].periods.size(), 13U) << "the hour that is not over, and twelve";
  ReportQuery early = hours;
  early.from = kMonday;
  EXPECT_THAT(refused(early).line(), HasSubstr("hours are kept from 2026-11-06T06:00:00Z on"));
  EXPECT_EQ(figure(report(), "queries").sum.judged(), 4U * 4);
  store.reset();
  store = open();
  add(*store, kMonday, {"a+"});
  EXPECT_EQ(figure(report(), "queries").sum.judged(), 4U * 4) << "what comes too late is not kept, either";
}

TEST_F(Store, AnInputCountsOnce) {
  auto store = open({}, "one");
  add(*store, kMonday, {"a+"});
  store.reset();
  store = open({}, "one");
  add(*store, kMonday, {"a+"});
  EXPECT_EQ(store->known_before(), 1U);
  add(*store, kMonday + 300, {"a+"});
  store.reset();
  store = open({}, "two");
  add(*store, kMonday, {"a+"});
  EXPECT_EQ(figure(report(), "queries").sum.judged(), 3U);
}

TEST_F(Store, ProfilesAreNotAdded) {
  auto store = open();
  add(*store, kMonday, {"a+"});
  card_.profile = "other";
  EXPECT_FALSE(store->begin(card_, catalogue_, {"config", ""}).has_value());
  add(*store, kMonday, {"b", "c"});
  EXPECT_THAT(refused({}).line(), HasSubstr("--profile other, --profile p"));
  ReportQuery query;
  query.profile = "other";
  EXPECT_EQ(figure(report(query), "queries").sum.judged(), 2U);
}

TEST_F(Store, TimeWithoutAFrameIsCovered) {
  auto store = open();
  add(*store, kMonday, {"a+"});
  WindowCard quiet;
  quiet.start_ns = static_cast<std::uint64_t>(kMonday + 300) * kSecond;
  quiet.empty_windows = 2 * 288 - 1;
  quiet.end_ns = static_cast<std::uint64_t>(kMonday + 2 * kDay) * kSecond;
  store->add(card_, quiet);
  const PeriodCoverage coverage = report().groups[0].periods[0].coverage;
  EXPECT_EQ(coverage.covered, 2U * kDay);
  EXPECT_EQ(coverage.windows, 1U);
  EXPECT_EQ(coverage.empty, 2U * 288 - 1);
}

TEST(Buckets, BeginWhereWeeksAndMonthsDo) {
  using By = ReportQuery::By;
  const std::int64_t end = kMonday + 35 * kDay;
  EXPECT_THAT(buckets_of(kMonday - kDay, kMonday + 8 * kDay, By::week),
              ElementsAre(Pair(kMonday - kDay, kMonday), Pair(kMonday, kMonday + 7 * kDay),
                          Pair(kMonday + 7 * kDay, kMonday + 8 * kDay)));
  EXPECT_THAT(buckets_of(kMonday, end, By::month),
              ElementsAre(Pair(kMonday, kMonday + 29 * kDay), Pair(kMonday + 29 * kDay, end)));
  EXPECT_THAT(buckets_of(kMonday, kMonday + 10, By::whole), ElementsAre(Pair(kMonday, kMonday + 10)));
}

}  // namespace store_test
}  // namespace uptake::store
