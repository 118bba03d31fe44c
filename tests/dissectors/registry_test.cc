#include "dissectors/registry.h"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace uptake {
namespace registry_test {

constexpr FactRow kOne[] = {{"one", ""}};
constexpr FactRow kTwo[] = {{"one", ""}, {"two", ""}};

Row row(std::string_view name, std::span<const FactRow> facts = kOne) {
  return {name, facts, [](const Payload&) noexcept { return Claim::no; },
          [](Call&, Memory&) noexcept { return Result{}; }, [](Memory&, Ending, Notes&) noexcept {}};
}

std::string why_refused(std::vector<Row> rows) {
  try {
    const Registry registry(std::move(rows));
    return {};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(Registry, NumbersTheFactsOfItsRows) {
  const Registry registry({row("frame", kTwo), row("a"), row("b", kTwo)});
  EXPECT_EQ(registry.base("a"), 2);
  EXPECT_EQ(registry.base("b"), 3);
  EXPECT_EQ(registry.base("none"), registry.fact_count());
  EXPECT_EQ(registry.fact_count(), 5);
  for (FactId fact = 0; fact < registry.fact_count(); ++fact)
    EXPECT_EQ(registry.row_of_fact(fact), fact < 2 ? 0U : fact < 3 ? 1U : 2U);
}

Row noting_as(std::string_view name, std::string_view other, std::span<const FactRow> facts = {}) {
  Row made = row(name, facts);
  made.notes_as = other;
  return made;
}

TEST(Registry, ADissectorMayNoteTheFactsOfAnother) {
  const Registry registry({row("frame"), noting_as("bare", "a"), row("a", kTwo), row("b")});
  EXPECT_EQ(registry.base("bare"), registry.base("a"));
  EXPECT_EQ(registry.fact_count(), 4);
  EXPECT_EQ(registry.row_of_fact(registry.base("a")), 2U);
  EXPECT_EQ(registry.row_of_fact(3), 3U);
  EXPECT_EQ(why_refused({row("frame"), noting_as("bare", "none")}),
            "dissector bare: notes as \"none\", which is no dissector");
  EXPECT_EQ(why_refused({row("frame"), row("a"), noting_as("bare", "a", kOne)}),
            "dissector bare: has facts of its own and notes another's");
}

TEST(Registry, RefusesMoreRowsThanAFlowCanName) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= Registry::kMaxRows; ++i) names.push_back("row" + std::to_string(i));
  std::vector<Row> rows;
  for (std::size_t i = 0; i < Registry::kMaxRows; ++i) rows.push_back(row(names[i]));
  EXPECT_EQ(why_refused(rows), "");
  rows.push_back(row(names.back()));
  EXPECT_EQ(why_refused(rows), "dissector row64: is more than the 64 rows that a flow can name");
}

TEST(Registry, RefusesNamesThatClash) {
  EXPECT_EQ(why_refused({row("a"), row("b", kTwo)}), "") << "facts of two dissectors may have one name";
  EXPECT_EQ(why_refused({row("a"), row("b"), row("a")}), "dissector a: stands in the registry already");
  EXPECT_EQ(why_refused({row("a"), row("")}), "dissector : row 1 has no name");
  constexpr FactRow kSame[] = {{"one", ""}, {"two", ""}, {"one", "other"}};
  EXPECT_EQ(why_refused({row("a"), row("b", kSame)}), "dissector b: has two facts named one");
  constexpr FactRow kNameless[] = {{"one", ""}, {"", ""}};
  EXPECT_EQ(why_refused({row("a", kNameless)}), "dissector a: fact 1 has no name");
}

TEST(Registry, RefusesMoreFactsThanThereAreNumbers) {
  constexpr std::size_t kMost = 0xffff;
  std::vector<std::string> names(kMost);
  std::vector<FactRow> facts(kMost);
  for (std::size_t i = 0; i < kMost; ++i) names[i] = std::to_string(i);
  // Spread over rows, for the names of one row are compared with each other.
  constexpr std::size_t kRows = 15;
  std::vector<Row> rows;
  std::vector<std::string> row_names(kRows);
  for (std::size_t i = 0; i < kMost; ++i) facts[i].name = names[i];
  for (std::size_t i = 0; i < kRows; ++i) {
    row_names[i] = "row" + std::to_string(i);
    rows.push_back(row(row_names[i], std::span(facts).subspan(i * kMost / kRows, kMost / kRows)));
  }
  static_assert(kMost % kRows == 0);
  rows.push_back(row("over"));
  EXPECT_EQ(why_refused(rows), "dissector over: its facts go beyond the numbers that there are");
}

TEST(Registry, TakesTheDissectorsOfUptake) { EXPECT_EQ(why_refused(dissectors()), ""); }

}  // namespace registry_test
}  // namespace uptake
