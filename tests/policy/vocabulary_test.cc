#include "policy/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "policy/digests.h"
#include "policy/figures.h"
#include "policy/report/explain.h"
#include "policy/report/json.h"
#include "policy/report/text.h"
#include "tests/policy/judging.h"
#include "tests/policy/report/schema.h"
#include "tests/policy/report/whole_text.h"

namespace uptake {
namespace vocabulary_test {

using testing::HasSubstr;

// An area that has all of its own: theme, unit, vantage, reason.
constexpr Theme kTime{"time_service", "Time service"};
constexpr Standard kClock{"clock", "Clocks", "RFC 5905", kTime};
constexpr Unit kTicks{"ticks", 10, "ticks: each counts once"};
constexpr Vantage kServer{1};
constexpr Reason kNoClock = own_reason(0);
constexpr VantageRow kVantages[] = {{"clock_server", "clock to server"}};
constexpr ReasonRow kReasonRows[] = {{kNoClock, "no_clock", "no clock was met", false}};

Judgement judge(std::uint64_t value, const Profile&) noexcept {
  return value > 1 ? Judgement::unobservable(kNoClock) : Judgement::pass_if(value == 1);
}
Vantage vantage(std::uint16_t, std::uint64_t) noexcept { return kServer; }

constexpr Measure kMeasures[] = {
    {"clock.right", &kClock, kTicks, "dns", 0, judge, "How many ticks are right?", "They are.", "Without a clock."},
};
constexpr Area kArea{"clock", kMeasures, vantage, Vocabulary(kVantages, kReasonRows)};

const Registry& registry() {
  static const Registry kRegistry(dissectors());
  return kRegistry;
}
Catalogue catalogue_of(const Area& area) { return Catalogue(registry(), {&area, 1}, default_profile()); }

std::string why_refused(std::span<const VantageRow> vantages, std::span<const ReasonRow> reasons) {
  try {
    (void)catalogue_of({"clock", kMeasures, vantage, Vocabulary(vantages, reasons)});
    return {};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

struct Clock : testing::Test {
  Clock() {
    for (const std::uint64_t value : {1U, 1U, 0U, 2U}) {
      Subject subject;
      figures.absorb({value, registry().base("dns"), 0}, subject);
    }
    figures.settle();
    window.figures = &figures;
    window.ledger.frames = 4;
    window.ledger.end(Disposition::parsed, 4);
    card.windows = {window};
  }
  Catalogue catalogue = catalogue_of(kArea);
  Figures figures{catalogue, Digests::published(), {}};
  WindowCard window;
  ScoreCard card{"toy-profile", false, {}};
};

TEST_F(Clock, AnAreaBringsItsOwnWordsToTheCard) {
  const std::string text = render_json(card, catalogue);
  const nlohmann::json measure = nlohmann::json::parse(text)["windows"][0]["measures"][0];
  EXPECT_EQ(measure["theme"], "time_service");
  EXPECT_EQ(measure["unit"], "ticks");
  EXPECT_EQ(measure["total"]["unobservable"], (nlohmann::json{{"no_clock", 1}}));
  EXPECT_EQ(measure["cells"][0]["vantage"], "clock_server");
  expect_valid(text, "scorecard.schema.json");
}

TEST_F(Clock, AnAreaBringsItsOwnWordsToTheText) {
  const std::string text = render_text(card, catalogue, {});
  EXPECT_THAT(text, HasSubstr("\nTime service\n"));
  EXPECT_THAT(text, HasSubstr("    ticks"));
  EXPECT_THAT(text, HasSubstr("no_clock"));
  // The reason is no loss, and nothing else is missing.
  EXPECT_THAT(text, HasSubstr("Nothing is missing"));
  EXPECT_THAT(render_explanation(catalogue, 0), HasSubstr("no_clock: no clock was met"));
  EXPECT_THAT(render_explanation(catalogue, 0), HasSubstr("ticks: each counts once"));
  EXPECT_EQ(catalogue.themes().size(), kThemes.size() + 1);
  EXPECT_EQ(catalogue.themes()[kThemes.size() - 1], kTime);
  EXPECT_EQ(catalogue.themes().back(), Theme::other);
}

TEST(Vocabulary, AFaultyOneIsRefusedWithItsArea) {
  EXPECT_EQ(why_refused(kVantages, kReasonRows), "");
  const VantageRow row{"a", "b"};
  const VantageRow four[] = {row, row, row, row};
  EXPECT_EQ(why_refused(four, {}), "area clock: has more than 3 vantages");
  const VantageRow silent[] = {{"a", ""}};
  EXPECT_EQ(why_refused(silent, {}), "area clock: has a vantage without a name or words");
  const ReasonRow foreign[] = {{Reason::gap, "hole", "a hole"}};
  EXPECT_EQ(why_refused({}, foreign), "area clock: calls a reason hole that is not its own");
  const ReasonRow taken[] = {{kNoClock, "gap", "a hole"}};
  EXPECT_EQ(why_refused({}, taken), "area clock: has two reasons where gap stands");
  const ReasonRow twice[] = {{kNoClock, "a", "a"}, {kNoClock, "b", "b"}};
  EXPECT_EQ(why_refused({}, twice), "area clock: has two reasons where a stands");
}

TEST(Vocabulary, NamesWhateverAMeasureOfUptakeSays) {
  const Catalogue& catalogue = all_measures();
  for (std::size_t i = 0; i < catalogue.size(); ++i)
    for (const Reason reason : catalogue.reasons(i))
      EXPECT_NE(catalogue.words(i).of(reason).name, "unknown") << catalogue.measures()[i].id;
  EXPECT_EQ(Vocabulary().of(own_reason(0)).name, "unknown");
  EXPECT_EQ(Vocabulary().of(Vantage{1}).name, "unknown");
  EXPECT_EQ(Vocabulary().of(Vantage::none).name, "none");
}

TEST(Units, SortByTheirPlace) {
  const Unit all[] = {Unit::packets,     Unit::connections, Unit::queries,  Unit::responses,
                      Unit::records,     Unit::bytes,       Unit::names,    Unit::servers,
                      Unit::subscribers, Unit::addresses,   Unit::resolvers};
  for (std::size_t i = 1; i < std::size(all); ++i) EXPECT_LT(all[i - 1], all[i]) << all[i].name;
  EXPECT_GT(kTicks, Unit::resolvers);
}

}  // namespace vocabulary_test
}  // namespace uptake
