#include "policy/compare/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "policy/client_groups.h"
#include "policy/compare/period.h"
#include "policy/report/json.h"
#include "tests/policy/report/card_fixture.h"

namespace uptake {
namespace compare_test {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// 400 clients, each with queries of its own number; the first `modern` of them pass.
class Compare : public testing::Test {
 protected:
  [[nodiscard]] std::string card_of(std::uint32_t modern, const ClientGroups* by, std::size_t windows = 1) const {
    Figures figures(catalogue, digests, {32, 56, nullptr, by});
    for (std::uint32_t client = 0; client < 400; ++client) {
      Subject subject;
      subject.client.octets = {10, 0, static_cast<std::uint8_t>(client >> 8), static_cast<std::uint8_t>(client)};
      figures.absorb({client < modern ? 1U : 0U, 0, 0}, subject, 1 + client % 7);
    }
    figures.settle();
    WindowCard window;
    window.figures = &figures;
    window.ledger.frames = 400;
    window.ledger.first_ns = 1'700'000'000'000'000'000;
    window.ledger.last_ns = 1'700'000'100'000'000'000;
    return render_json({"toy-profile", true, std::vector<WindowCard>(windows, window)}, catalogue);
  }
  [[nodiscard]] static Period period(const std::string& text) {
    Either<Period> read = read_period(text, "a.json");
    EXPECT_TRUE(std::holds_alternative<Period>(read)) << std::get<Refusal>(read).line();
    return std::get<Period>(std::move(read));
  }
  [[nodiscard]] static std::string compared(const std::string& before, const std::string& after) {
    const Period earlier = period(before);
    const Period later = period(after);
    return render_comparison(earlier, later, compare(earlier, later), true);
  }
  /// The card with one value replaced.
  [[nodiscard]] std::string with(const char* pointer, const json& value) const {
    json card = json::parse(card_of(200, &groups));
    card[json::json_pointer(pointer)] = value;
    return card.dump();
  }

  const Catalogue catalogue = card::toy_catalogue();
  const Digests digests = Digests::published();
  const ClientGroups groups{{1}};
  const ClientGroups others{{2}};
};

TEST_F(Compare, FindsWhatChangedAndSaysSoInWords) {
  const std::string before = card_of(200, &groups);
  const Period same = period(before);
  const Comparison equal = compare(same, same);
  ASSERT_EQ(equal.measures.size(), 1U);
  EXPECT_EQ(equal.measures[0].why, Uncompared::none);
  EXPECT_FALSE(equal.measures[0].change.clear());
  EXPECT_THAT(compared(before, before), HasSubstr("no clear change\n  toy.asked"));

  const Period later = period(card_of(300, &groups));
  const Comparison comparison = compare(same, later);
  EXPECT_TRUE(comparison.measures[0].change.clear());
  EXPECT_NEAR(comparison.measures[0].change.difference, 0.25, 0.01);
  const std::string text = compared(before, card_of(300, &groups));
  EXPECT_THAT(text, HasSubstr("more than bursts explain\n  toy.asked"));
  EXPECT_THAT(text, HasSubstr("1 of 1 compared measures"));
  EXPECT_THAT(text, HasSubstr("2023-11-14T22:13:20Z to 2023-11-14T22:15:00Z"));
}

TEST_F(Compare, SaysWhyItDoesNot) {
  const std::string card = card_of(200, &groups);
  EXPECT_THAT(compared(card, with("/profile", "other")), HasSubstr("not compared: the profiles differ: toy-profile"));
  EXPECT_THAT(compared(card, with("/catalogue", "0123456789abcdef")), HasSubstr("the catalogues differ"));
  EXPECT_THAT(compared(card, with("/windows/0/client_groups/k", 20)), HasSubstr("the gates differ: k = 10 and 20"));
  EXPECT_THAT(compared(card, with("/windows/0/client_groups/subscriber/0", 24)),
              HasSubstr("the prefixes of subscribers differ: 32,56 and 24,56"));
  EXPECT_THAT(compared(card, with("/directions_known", false)), HasSubstr("only one of the two knows the customers"));
  EXPECT_THAT(compared(card_of(200, nullptr), card), HasSubstr("the first has no client groups"));
  EXPECT_THAT(compared(card, card_of(200, nullptr)), HasSubstr("the second has no client groups"));
  EXPECT_THAT(compared(card, with("/windows/0/measures", json::array())), HasSubstr("not seen, or never judged"));
  Figures few(catalogue, digests, {32, 56, nullptr, &groups});
  Subject subject;
  few.absorb({1, 0, 0}, subject, 1000);
  few.settle();
  WindowCard window;
  window.figures = &few;
  window.ledger.frames = 1;
  EXPECT_THAT(compared(card, render_json({"toy-profile", true, {window}}, catalogue)), HasSubstr("too few clients"));
}

TEST_F(Compare, OtherKeysAreNotPairedAndWindowsAddUp) {
  const Period before = period(card_of(200, &groups));
  const Period paired = period(card_of(215, &groups));
  const Period unpaired = period(card_of(215, &others));
  EXPECT_EQ(compare(before, unpaired).groups, Groups::unpaired);
  EXPECT_LT(compare(before, paired).measures[0].change.by_bursts,
            compare(before, unpaired).measures[0].change.by_bursts / 2);
  EXPECT_THAT(compared(card_of(200, &groups), card_of(200, &others)), HasSubstr("no client is in both"));

  const Period two = period(card_of(200, &groups, 2));
  EXPECT_EQ(two.windows, 2U);
  EXPECT_EQ(two.frames, 800U);
  EXPECT_EQ(two.measures[0].judged.pass, 2 * before.measures[0].judged.pass);
  EXPECT_EQ((*two.measures[0].groups)[7].fail, 2 * (*before.measures[0].groups)[7].fail);
}

TEST_F(Compare, RefusesWhatIsNoCardAndSurvivesEveryChange) {
  const auto refused = [](const std::string& text) {
    const Either<Period> read = read_period(text, "a.json");
    return std::holds_alternative<Refusal>(read) ? std::get<Refusal>(read).line() : "it was taken";
  };
  EXPECT_THAT(refused("{"), HasSubstr("a.json: is no score card: it is no JSON; give what"));
  EXPECT_THAT(refused("[]"), HasSubstr("a part of it is missing"));
  EXPECT_THAT(refused(with("/schema", "uptake-scorecard/2")), HasSubstr("it has another schema"));
  EXPECT_THAT(refused(with("/windows/0/measures/0/total/pass", "many")), HasSubstr("of another kind"));
  EXPECT_THAT(refused(with("/windows/0/measures/0/total/groups/pass", json::array({1}))), HasSubstr("are not 32"));
  json two = json::parse(card_of(200, &groups, 2));
  two["windows"][1]["client_groups"]["key"] = "0000000000000000";
  EXPECT_THAT(refused(two.dump()), HasSubstr("different client groups"));
  two = json::parse(card_of(200, &groups, 2));
  two["windows"][1]["measures"][0]["total"]["pass"] = ~std::uint64_t{0};
  EXPECT_THAT(refused(two.dump()), HasSubstr("beyond 64 bits"));

  const std::string whole = json::parse(card_of(200, &groups)).dump();
  for (std::size_t i = 0; i < whole.size(); i += 11) {
    std::string changed = whole;
    changed[i] = changed[i] == '0' ? '"' : '0';
    const Either<Period> read = read_period(changed, "a.json");
    if (const Period* taken = std::get_if<Period>(&read)) (void)compare(*taken, *taken);
  }
}

}  // namespace compare_test
}  // namespace uptake
