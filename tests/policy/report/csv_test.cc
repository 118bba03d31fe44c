#include "policy/report/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/policy/report/card_fixture.h"

namespace uptake {
namespace csv_test {

using testing::HasSubstr;

constexpr std::string_view kHeader =
    "window_start,window_end,first_time,last_time,label,profile,catalogue,theme,measure,unit,standard,good,headline,"
    "pass,fail,unobservable,not_applicable,share,interval_low,interval_high,bound_low,bound_high,pass_at_best,"
    "distinct,"
    "counted\r\n";

/// The cells of RFC 4180 text, row by row.
std::vector<std::vector<std::string>> cells(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      rows.back().emplace_back();
    } else if (!quoted && c == '\r') {
      EXPECT_EQ(text[i + 1], '\n');
      ++i;
      if (i + 1 < text.size()) rows.emplace_back(1);
    } else {
      rows.back().back() += c;
    }
  }
  EXPECT_FALSE(quoted);
  return rows;
}

class Csv : public testing::Test {
 protected:
  std::vector<std::vector<std::string>> rows() {
    figures.settle();
    window.figures = &figures;
    ScoreCardCsv csv(card, catalogue);
    std::string text = csv.begin();
    text += csv.window(window);
    return cells(text + csv.end());
  }

  Catalogue catalogue = card::toy_catalogue();
  Figures figures{catalogue, Digests::published(), {}};
  ScoreCard card;
  WindowCard window;
};

TEST_F(Csv, TheHeaderIsAPromise) { EXPECT_EQ(ScoreCardCsv(card, catalogue).begin(), kHeader); }

TEST_F(Csv, EveryMeasureIsARowAndWhatIsNotThereIsEmpty) {
  figures.absorb_count(0, 1, {}, 3);
  figures.absorb_count(0, 0, {}, 1);
  figures.absorb_count(0, 2, {}, 4);
  figures.absorb_count(0, 3, {}, 5);
  card.profile = "p";
  const auto all = rows();
  ASSERT_EQ(all.size(), 1 + catalogue.size());
  for (const auto& row : all) ASSERT_EQ(row.size(), 25U);
  const std::vector<std::string> asked(all[1].begin() + 7, all[1].end());
  EXPECT_EQ(asked, (std::vector<std::string>{"other", "toy.asked", "queries", "tls", "high", "no", "3", "1", "4", "5",
                                             "0.750000", "", "", "0.375000", "0.875000", "", "", ""}));
  EXPECT_EQ(all[1][0], "") << "the whole of the input has no window";
  const std::vector<std::string> other(all[3].begin() + 13, all[3].end());
  EXPECT_EQ(other, (std::vector<std::string>{"0", "0", "0", "0", "", "", "", "", "", "", "", ""}));
}

TEST_F(Csv, NoTextBecomesAFormula) {
  card.labels = {{"operator", "=1+1"}, {"a", "x;=cmd|' /C calc'!A0"}, {"b", "\"quoted\", -2"}, {"c", "-3"}};
  card.profile = "@profile";
  const auto all = rows();
  EXPECT_EQ(all[1][4], "operator='=1+1; a=x;'=cmd|' /C calc'!A0; b=\"quoted\", '-2; c='-3");
  EXPECT_EQ(all[1][5], "'@profile");
  for (const auto& row : all)
    for (const std::string& text : row)
      EXPECT_EQ(std::string("=+-@\t\r").find(text.empty() ? 'x' : text[0]), std::string::npos);
}

}  // namespace csv_test
}  // namespace uptake
