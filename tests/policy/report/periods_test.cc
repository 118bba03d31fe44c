#include "policy/report/periods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/policy/report/schema.h"

namespace uptake {
namespace periods_test {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNovember = 1'793'491'200;  // 2026-11-01
constexpr std::int64_t kDay = 86'400;

StoredMeasure measure(const std::string& id, const std::string& unit, Unit::Counts counts,
                      const std::string& headline) {
  StoredMeasure made;
  made.id = id;
  made.unit = unit;
  made.counts = counts;
  made.standard = "tls";
  made.document = "RFC 1";
  made.theme = "secure_connection";
  made.title = "Secure connection";
  made.good = "high";
  made.headline = headline;
  return made;
}

/// Two days of three measures: connections, servers and subscribers.
PeriodReport two_days() {
  PeriodReport report;
  report.from = kNovember;
  report.to = kNovember + 2 * kDay;
  report.by = "day";
  report.profile = "p";
  report.catalogues = {"0123456789abcdef"};
  report.versions = {"0.1.0"};
  report.labels = {"operator=ISP-A"};
  report.measures = {measure("tls.new", "connections", Unit::Counts::sightings, "connections in new TLS"),
                     measure("tls.new", "servers", Unit::Counts::entities, ""),
                     measure("tls.new", "subscribers", Unit::Counts::entities, "")};
  ReportPeriod day{kNovember, kNovember + kDay, {}, {}};
  day.coverage.expected = kDay;
  day.coverage.covered = kDay / 2;
  day.coverage.windows = 144;
  day.coverage.frames = 5000;
  day.coverage.ended = {{"parsed", 5000}};
  day.figures = {{{900, 100, 250}, {}, 7, 0, {{"gap", 250}}},
                 {{600, 200, 0}, {40, 60, 0}, 0, 0, {}},
                 {{600, 200, 0}, {40, 60, 0}, 0, 1, {}}};
  ReportPeriod next = day;
  next.from = day.to;
  next.to = report.to;
  next.figures = std::vector<PeriodFigure>(3);
  next.figures[0].sum = {5, 5, 0};
  report.groups = {{"", {day, next}}};
  return report;
}

TEST(Periods, TextHasALineAPeriodWithItsBaseAndWhatWasNotSeen) {
  const std::string text = render_periods(two_days());
  EXPECT_THAT(text, HasSubstr("uptake report: 2026-11-01 to 2026-11-03 UTC, by day"));
  EXPECT_THAT(text, HasSubstr("operator=ISP-A"));
  EXPECT_THAT(text, HasSubstr("  connections in new TLS (of connections)\n"
                              "    2026-11-01                90.0 %             1,000   20.0 %   72-92%\n"
                              "    2026-11-02               too few                10        -\n"));
}

TEST(Periods, EntitiesOfTwoWindowsAreNotAdded) {
  const std::string text = render_periods(two_days());
  EXPECT_THAT(text, HasSubstr("  tls.new (of servers)\n"
                              "    2026-11-01                40.0 %        100 to 800        -\n"
                              "    2026-11-02                unseen\n"));
  EXPECT_THAT(text, HasSubstr("  tls.new (of subscribers)\n    2026-11-01                40.0 %        100 to 800"));
}

TEST(Periods, WhatWasNotCoveredIsSaid) {
  EXPECT_THAT(render_periods(two_days()), HasSubstr("24 h 0 min of 2 d 0 h covered, 288 windows with frames"));
  PeriodReport report = two_days();
  EXPECT_THAT(render_periods(report), Not(HasSubstr("lost")));
  report.groups[0].periods[0].coverage.port_lost = 12;
  report.groups[0].periods[0].coverage.port_silent = 3;
  const std::string text = render_periods(report);
  EXPECT_THAT(text, HasSubstr("12 frames lost by ports"));
  EXPECT_THAT(text, HasSubstr("in 3 windows nobody knows what"));
}

TEST(Periods, SeveralOperatorsAndMeaningsAreSaid) {
  PeriodReport report = two_days();
  report.labels = {"operator=ISP-A", "operator=ISP-B"};
  report.measures[0].changed = true;
  const std::string text = render_periods(report);
  EXPECT_THAT(text, HasSubstr("2 sets of labels are added up"));
  EXPECT_THAT(text, HasSubstr("what it means has changed"));
  report.key = "operator";
  report.groups.push_back(report.groups[0]);
  report.groups[0].value = "ISP-A";
  EXPECT_THAT(render_periods(report), HasSubstr("2026-11-01 ISP-A"));
  EXPECT_THAT(render_periods(report), HasSubstr("2026-11-01 (none)"));
}

TEST(Periods, JsonHoldsAllCountsAndItsSchema) {
  const std::string text = render_periods_json(two_days());
  const auto json = nlohmann::json::parse(text);
  const auto& day = json["groups"][0]["periods"][0];
  EXPECT_EQ(day["figures"][0]["reasons"]["gap"], 250);
  EXPECT_EQ(day["figures"][0]["share"], 0.9);
  EXPECT_EQ(day["figures"][0]["bounds"], (std::vector<double>{0.72, 0.92}));
  EXPECT_EQ(day["figures"][1]["share"], 0.4) << "servers: of the largest window";
  EXPECT_EQ(day["figures"][2]["share"], 0.4) << "subscribers, too";
  EXPECT_EQ(day["coverage"]["covered"], kDay / 2);
  EXPECT_EQ(json["groups"][0]["periods"][1]["figures"].size(), 1U) << "what was not seen has no figure";
  EXPECT_EQ(json["from"], "2026-11-01T00:00:00Z");
  expect_valid(text, "periods.schema.json");
}

TEST(Periods, TwoCountsHaveNoShare) {
  PeriodReport report = two_days();
  report.measures[2].two_counts = true;
  const auto json = nlohmann::json::parse(render_periods_json(report));
  EXPECT_TRUE(json["groups"][0]["periods"][0]["figures"][2]["share"].is_null());
  EXPECT_THAT(render_periods(report), HasSubstr("40 and 60, no share"));
}

}  // namespace periods_test
}  // namespace uptake
