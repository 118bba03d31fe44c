#include "policy/privacy/statement.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <span>
#include <string>

#include "policy/crowds.h"
#include "policy/figures.h"
#include "policy/privacy/package/public_schema.h"
#include "policy/privacy/public_figures.h"
#include "policy/privacy/release.h"

namespace uptake {
namespace statement_test {

using testing::HasSubstr;

/// The statement on one line.
std::string unwrapped() {
  std::string text;
  for (const char c : privacy_statement())
    if (c != '\n' && (c != ' ' || !text.ends_with(' ')))
      text += c;
    else if (!text.ends_with(' '))
      text += ' ';
  return text;
}

TEST(PrivacyStatement, SaysTheNumbersOfTheExport) {
  const std::string text = unwrapped();
  EXPECT_THAT(text, HasSubstr(fmt::format("what at least {} subscribers stand behind", Gate::kEnough)));
  EXPECT_THAT(text, HasSubstr(fmt::format("more than {} % of, and no two more than {} %", kMostPercentOfOne,
                                          kMostPercentOfTwo)));
  EXPECT_THAT(text, HasSubstr(fmt::format("rounded to {}, bytes to {} digits", PublicCount::kRounding,
                                          PublicCount::kDigitsOfBytes)));
  EXPECT_THAT(text, HasSubstr(fmt::format("IPv4 (/{}) or a prefix of IPv6 (/{})", SubscriberLengths{}.v4,
                                          SubscriberLengths{}.v6)));
}

/// As they are when counts are rounded and judged.
TEST(PrivacyStatement, SaysWhatTheExportDoes) {
  EXPECT_EQ(PublicCount(PublicCount::kRounding / 2, Release::free, Unit::queries).value(), PublicCount::kRounding);
  EXPECT_EQ(PublicCount(123'456, Release::free, Unit::bytes).value(), 123'000U);
  GroupCounts groups{};
  groups[0] = kMostPercentOfOne;
  groups[1] = kMostPercentOfTwo - kMostPercentOfOne;
  groups[2] = 100 - kMostPercentOfTwo;
  EXPECT_EQ(dominance_of(100, groups), Release::free);
  ++groups[1];
  --groups[2];
  EXPECT_EQ(dominance_of(100, groups), Release::dominated_by_two);
  ++groups[0];
  --groups[1];
  EXPECT_EQ(dominance_of(100, groups), Release::dominated_by_one);
}

TEST(PrivacyStatement, NamesEveryColumnInEightyColumns) {
  const std::string text = unwrapped();
  for (const std::span<const package::Column> columns : std::initializer_list<std::span<const package::Column>>{
           package::kObservations, package::kHeadline, package::kMeasures, package::kCoverage})
    for (const package::Column& column : columns) EXPECT_THAT(text, HasSubstr(std::string(column.name)));
  std::size_t column = 0;
  for (const char c : privacy_statement()) {
    column = c == '\n' ? 0 : column + 1;
    EXPECT_LE(column, 80U);
  }
}

}  // namespace statement_test
}  // namespace uptake
