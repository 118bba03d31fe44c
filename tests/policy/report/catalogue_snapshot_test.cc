#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "dissectors/registry.h"
#include "policy/catalogue/catalogue.h"
#include "policy/correlate/correlators.h"
#include "policy/report/catalogue_text.h"

namespace uptake {
namespace catalogue_snapshot_test {

std::filesystem::path snapshot_path() {
  const std::filesystem::path tests = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  return tests / "golden" / "catalogue.txt";
}

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

Catalogue whole_catalogue() { return standard_catalogue(Registry(dissectors(), fact_rows(correlators()))); }

// A changed line is a changed meaning: the commit that updates the snapshot says why.
TEST(CatalogueSnapshot, SaysWhatIsMeasured) {
  const std::string now = render_catalogue(whole_catalogue());
  const std::string then = content(snapshot_path());
  ASSERT_FALSE(then.empty()) << snapshot_path() << " is missing";
  std::istringstream now_lines(now);
  std::istringstream then_lines(then);
  std::string a;
  std::string b;
  for (int line = 1; std::getline(now_lines, a) && std::getline(then_lines, b); ++line)
    ASSERT_EQ(a, b) << snapshot_path() << ":" << line << "; when meant, replace it by what `uptake catalogue` prints";
  EXPECT_EQ(now.size(), then.size())
      << "one has more lines; when meant, replace it by what `uptake catalogue` prints";
}

TEST(CatalogueText, EveryMeasureHasItsTexts) {
  const Catalogue catalogue = whole_catalogue();
  for (const Measure& measure : catalogue.measures()) {
    EXPECT_FALSE(measure.question.empty()) << measure.id;
    EXPECT_FALSE(measure.passes.empty()) << measure.id;
    EXPECT_FALSE(measure.hidden.empty()) << measure.id;
    EXPECT_FALSE(measure.standard->document.empty()) << measure.id;
    EXPECT_NE(measure.standard->theme, Theme::other) << measure.standard->id << " stands under no heading";
    EXPECT_LE(measure.headline.size(), 24U) << measure.headline << " leaves no space on the first screen";
  }
}

}  // namespace catalogue_snapshot_test
}  // namespace uptake
