#include "tools/uptake/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace uptake {
namespace explanation_test {

using testing::HasSubstr;

TEST(Explanation, TellsAMeasureOrWhichIdsAreNear) {
  const Registry registry(dissectors());
  const Catalogue catalogue = standard_catalogue(registry);
  const auto told = [&](const std::string& words) { return explanation(catalogue, words); };
  const Either<std::string> known = told("dnssec.signed");
  ASSERT_TRUE(std::holds_alternative<std::string>(known));
  EXPECT_THAT(std::get<std::string>(known), HasSubstr("dnssec.signed / responses"));
  EXPECT_THAT(std::get<std::string>(known), HasSubstr("\ndnssec.signed / names"));
  const std::pair<const char*, const char*> wrongs[] = {
      {"tls.version.1.3", "did you mean tls.version.1_3?"},
      {"tls.version", "these hold it: tls.version.modern"},
      {"nonsense\x1b", "no measure is called \"nonsense?\"; uptake catalogue lists all"},
  };
  for (const auto& [words, says] : wrongs) {
    const Either<std::string> result = told(words);
    const Refusal* refusal = std::get_if<Refusal>(&result);
    ASSERT_NE(refusal, nullptr) << words;
    EXPECT_EQ(refusal->why, Why::usage);
    EXPECT_THAT(refusal->line(), HasSubstr(says));
  }
}

}  // namespace explanation_test
}  // namespace uptake
