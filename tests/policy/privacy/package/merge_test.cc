#include "policy/privacy/package/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "policy/privacy/package/package.h"
#include "policy/report/csv_table.h"

namespace uptake {
namespace merge_test {

using nlohmann::ordered_json;
using testing::HasSubstr;

/// What one operator counts of a place of a measure; empty: hidden.
struct Row {
  std::string measure, unit, family;
  std::array<std::string, 4> counts;  ///< pass, fail, unobservable, not_applicable
};

std::string observations(const std::string& name, const std::vector<Row>& rows) {
  std::string text =
      "MEASURE,UNIT,FAMILY,DIRECTION,VANTAGE,SECTOR,OUTCOME,REF_AREA,OPERATOR,FREQ,TIME_PERIOD,OBS_VALUE,OBS_STATUS,"
      "CONF_STATUS\n";
  const std::array<std::string, 4> outcomes = {"pass", "fail", "unobservable", "not_applicable"};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      report::append_csv_row(
          text, {row.measure, row.unit, row.family, "_T", "_T", "_T", outcomes[i], "NL", name, "M", "2026-11",
                 row.counts[i], row.counts[i].empty() ? "M" : "A", row.counts[i].empty() ? "A" : "F"});
  return text;
}

ordered_json facts(const std::string& name) {
  return {{"schema", "uptake-public/1"},
          {"software", "uptake 1"},
          {"catalogue", "c"},
          {"profile", "p"},
          {"operator", name},
          {"area", "NL"},
          {"period", "2026-11"},
          {"directions_known", false},
          {"anonymisation", {{"k", 10}, {"unit", "subscriber"}, {"rounding", 10}}}};
}

MergeInput input(const std::string& name, const std::vector<Row>& rows, const ordered_json& facts) {
  return {"in/" + name,
          "digest of " + name,
          {{"observations.csv", observations(name, rows)},
           {"measures.csv",
            "MEASURE,UNIT,STANDARD,DOCUMENT,PASS_IS,MERGE,HEADLINE,ANSWER,QUESTION\n"
            "m,queries,s,d,desired,add,yes,share,?\nm,servers,s,d,desired,never,yes,share,?\n"},
           {"coverage.csv",
            "TIME_PERIOD,DAYS_COVERED,DAYS_IN_PERIOD,FRAMES,FRAMES_LOST_SHARE,FRAMES_CUT_SHARE,LIMITS_REACHED,"
            "DAMAGED_INPUTS,INTERRUPTED_RUNS,SUBSCRIBERS_CLASS\n2026-11,30,30,1000,,0.000,none,0,0,\n"},
           {"datapackage.json", ordered_json{{"title", "t"}, {"uptake", facts}}.dump()}}};
}

std::vector<MergeInput> three() {
  return {
      input("ISP-B", {{"m", "queries", "_T", {"30", "10", "", "0"}}, {"m", "servers", "_T", {"20", "20", "0", "0"}}},
            facts("ISP-B")),
      input("ISP-A",
            {{"m", "queries", "_T", {"900", "100", "1000", "50"}},
             {"m", "queries", "ipv6", {"400", "", "0", "0"}},
             {"m", "servers", "_T", {"30", "10", "0", "0"}}},
            facts("ISP-A")),
      input("ISP-C", {{"m", "queries", "_T", {"", "5000", "0", "0"}}, {"m", "servers", "_T", {"0", "0", "0", "0"}}},
            facts("ISP-C"))};
}

PackageTexts merged(std::vector<MergeInput> inputs) {
  Either<PackageTexts> first = merge_packages(std::move(inputs), "1");
  EXPECT_TRUE(std::holds_alternative<PackageTexts>(first)) << std::get<Refusal>(first).line();
  PackageTexts texts;
  const Either<std::vector<PackageFile>> files = whole_package(std::get<PackageTexts>(first));
  EXPECT_TRUE(std::holds_alternative<std::vector<PackageFile>>(files)) << std::get<Refusal>(files).line();
  for (const PackageFile& file : std::get<std::vector<PackageFile>>(files)) texts[file.name] = file.text;
  return texts;
}

std::string refused(std::vector<MergeInput> inputs) {
  const Either<PackageTexts> first = merge_packages(std::move(inputs), "1");
  return std::holds_alternative<Refusal>(first) ? std::get<Refusal>(first).line() : "";
}

TEST(Merge, AddsWhatAddsAndBoundsWhatDoesNot) {
  const PackageTexts texts = merged(three());
  const std::string& table = texts.at("merged.csv");
  // ISP-C hides what passed, so what failed there is left out, too.
  EXPECT_THAT(table, HasSubstr("m,queries,_T,_T,_T,_T,pass,2026-11,930,930,2\r\n"));
  EXPECT_THAT(table, HasSubstr("m,queries,_T,_T,_T,_T,fail,2026-11,110,110,2\r\n"));
  EXPECT_THAT(table, HasSubstr("m,queries,_T,_T,_T,_T,unobservable,2026-11,1000,1000,1\r\n"));
  EXPECT_THAT(table, HasSubstr("m,queries,ipv6,_T,_T,_T,pass,2026-11,,,0\r\n"));
  EXPECT_THAT(table, HasSubstr("m,servers,_T,_T,_T,_T,pass,2026-11,30,50,3\r\n"));
  EXPECT_THAT(table, HasSubstr("m,servers,_T,_T,_T,_T,fail,2026-11,20,30,3\r\n"));
  // ISP-B hides what was not seen, so nobody knows the bounds of the sum. 0.900 and 0.750; ISP-C has no servers.
  EXPECT_THAT(texts.at("headline.csv"), HasSubstr("m,queries,2026-11,0.894,,,,,0.825,2\r\n"));
  EXPECT_THAT(texts.at("headline.csv"), HasSubstr("m,servers,2026-11,,,,,,0.625,3\r\n"));
  EXPECT_THAT(texts.at("coverage.csv"), HasSubstr("\r\nISP-C,2026-11,30,30,1000,,0.000,none,0,0,\r\n"));
  const ordered_json package = ordered_json::parse(texts.at("datapackage.json"));
  EXPECT_EQ(package["uptake"]["schema"], kMergedSchema);
  EXPECT_EQ(package["uptake"]["operators"][0]["operator"], "ISP-A");
  EXPECT_EQ(package["uptake"]["operators"][0]["manifest"], "sha256:digest of ISP-A");
}

TEST(Merge, IsTheSameInAnyOrder) {
  std::vector<std::size_t> order = {0, 1, 2};
  const PackageTexts wanted = merged(three());
  while (std::next_permutation(order.begin(), order.end())) {
    std::vector<MergeInput> inputs;
    for (const std::size_t i : order) inputs.push_back(three()[i]);
    EXPECT_EQ(merged(std::move(inputs)), wanted);
  }
}

TEST(Merge, RefusesByNameWhatDiffers) {
  const auto with = [](const char* pointer, const ordered_json& value) {
    ordered_json other = facts("ISP-B");
    other[ordered_json::json_pointer(pointer)] = value;
    return refused({input("ISP-B", {}, other), input("ISP-A", {}, facts("ISP-A"))});
  };
  EXPECT_EQ(with("/software", "uptake 2"), "");
  EXPECT_EQ(with("/catalogue", "d"), R"(in/ISP-B: has another catalogue than in/ISP-A: "d", not "c")");
  EXPECT_THAT(with("/profile", "q"), HasSubstr("has another profile"));
  EXPECT_THAT(with("/period", "2026-12"), HasSubstr("has another period"));
  EXPECT_THAT(with("/anonymisation/k", 5), HasSubstr("has another k than in/ISP-A: 5, not 10"));
  EXPECT_THAT(with("/anonymisation/unit", "household"), HasSubstr("has another unit"));
  EXPECT_THAT(with("/schema", "uptake-merged/1"), HasSubstr("has the schema \"uptake-merged/1\""));
  EXPECT_THAT(with("/operator", "ISP-A"), HasSubstr("is of ISP-A, as in/"));
  EXPECT_THAT(with("/operator", "isp-a"), HasSubstr("give one package of each operator"));
  EXPECT_THAT(with("/operator", 5), HasSubstr("is not as uptake writes it"));
}

TEST(Merge, RefusesWhatSpeaksForAnother) {
  std::vector<MergeInput> inputs = three();
  inputs[0].first["observations.csv"] = inputs[1].first["observations.csv"];
  EXPECT_THAT(refused(inputs), HasSubstr("row 1 is of another operator or period"));
  inputs = three();
  std::string& measures = inputs[0].first["measures.csv"];
  measures.replace(measures.find(",never"), 6, ",add");
  EXPECT_THAT(refused(inputs), HasSubstr("m in servers is not the same measure in all packages"));
  inputs = three();
  inputs[2].first["observations.csv"] = "MEASURE\n";
  EXPECT_THAT(refused(inputs), HasSubstr("in/ISP-C/observations.csv: "));
}

}  // namespace merge_test
}  // namespace uptake
