#include "policy/report/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/policy/judging.h"
#include "tests/policy/report/schema.h"

namespace uptake {
namespace explain_test {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Explain, TellsAllOfAMeasure) {
  const std::vector<std::size_t> rows = rows_named(all_measures(), "tls.version.1_3");
  ASSERT_EQ(rows.size(), 4U) << "connections, bytes, servers, subscribers";
  const std::string text = render_explanation(all_measures(), rows[0]);
  for (const char* words :
       {"tls.version.1_3 / connections", "How many connections use TLS 1.3?", "passes", "fails", "unobservable",
        "gap: a segment", "left out", "RFC 9846", "Secure connection", "high", "connections in TLS 1.3"})
    EXPECT_THAT(text, HasSubstr(words));
}

TEST(Explain, FindsAMeasureByItsWordsOnTheFirstScreen) {
  const std::vector<std::size_t> rows = rows_named(all_measures(), "connections in TLS 1.3");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(all_measures().measures()[rows[0]].id, "tls.version.1_3");
  EXPECT_TRUE(rows_named(all_measures(), "").empty());
  EXPECT_TRUE(rows_named(all_measures(), "tls.version").empty());
  EXPECT_THAT(ids_like(all_measures(), "ip6.clients"), ElementsAre("ip6.clients"));
}

TEST(Explain, EveryMeasureStaysInItsColumns) {
  for (std::size_t i = 0; i < all_measures().size(); ++i) {
    std::istringstream lines(render_explanation(all_measures(), i));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
  for (std::size_t i = 0; i < all_measures().size(); ++i)
    for (const Reason reason : all_measures().reasons(i))
      EXPECT_FALSE(all_measures().words(i).of(reason).words.empty()) << all_measures().measures()[i].id;
}

TEST(Explain, WhatARowLeavesOutItNames) {
  for (std::size_t i = 0; i < all_measures().size(); ++i) {
    const Measure& m = all_measures().measures()[i];
    EXPECT_TRUE(!all_measures().leaves_out(i) || !m.outside.empty())
        << m.id << "/" << name_of(m.unit) << ": say in leaves_out() to what the question does not apply";
  }
}

TEST(CatalogueJson, MatchesItsSchemaAndHoldsEveryRow) {
  const std::string text = render_catalogue_json(all_measures());
  const nlohmann::json whole = nlohmann::json::parse(text);
  EXPECT_EQ(whole["measures"].size(), all_measures().size());
  EXPECT_EQ(whole["catalogue"], all_measures().version());
  expect_valid(text, "catalogue.schema.json");
}

TEST(CatalogueVersion, ChangesWithRowsAndProfilesAndNotByItself) {
  const Registry registry(dissectors());
  EXPECT_EQ(standard_catalogue(registry).version(), all_measures().version());
  EXPECT_EQ(all_measures().version().size(), 16U);
  const Profile* other = find_profile("ncsc-nl-2.1");
  ASSERT_NE(other, nullptr);
  EXPECT_NE(standard_catalogue(registry, *other).version(), all_measures().version());
}

}  // namespace explain_test
}  // namespace uptake
