#include "policy/targets/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "policy/catalogue/catalogue.h"
#include "policy/correlate/correlators.h"
#include "policy/embedded.h"
#include "policy/report/targets.h"

namespace uptake {
namespace targets_test {

using testing::HasSubstr;

const Catalogue& catalogue() {
  static const Registry kRegistry(dissectors(), fact_rows(correlators()));
  static const Catalogue kCatalogue = standard_catalogue(kRegistry);
  return kCatalogue;
}

/// A measure that a period found.
PeriodMeasure found(std::string id, std::string unit, Judged judged, std::uint64_t hidden) {
  PeriodMeasure measure;
  measure.id = std::move(id);
  measure.unit = std::move(unit);
  measure.judged = judged;
  measure.best = judged;
  measure.hidden = hidden;
  measure.answers = true;
  return measure;
}

Reached reached(const Target& target, std::vector<PeriodMeasure> measures) {
  const TargetPolicy policy{"a policy", "a document", {target}};
  Period period;
  period.measures = std::move(measures);
  return hold_against(policy, period).at(0).reached;
}

Target at_least(std::uint64_t permille) {
  return {.standard = "TLS 1.3", .measure = "a", .unit = "connections", .permille = permille};
}
Target at_most(std::uint64_t permille) {
  Target target = at_least(permille);
  target.at_most = true;
  return target;
}

TEST(Targets, EveryShippedPolicyIsRead) {
  ASSERT_FALSE(embedded_targets().empty());
  for (const EmbeddedText& text : embedded_targets()) {
    const auto policy = read_targets(text.text, text.name, catalogue());
    ASSERT_TRUE(std::holds_alternative<TargetPolicy>(policy)) << std::get<Refusal>(policy).line();
    EXPECT_FALSE(std::get<TargetPolicy>(policy).targets.empty());
  }
}

TEST(Targets, AreMetOrMissedWhateverWasNotSeen) {
  const auto with = [](Judged judged, std::uint64_t hidden) {
    return std::vector{found("a", "connections", judged, hidden)};
  };
  EXPECT_EQ(reached(at_least(800), with({80, 20}, 0)), Reached::met);
  EXPECT_EQ(reached(at_least(801), with({80, 20}, 0)), Reached::missed);
  EXPECT_EQ(reached(at_least(800), with({90, 10}, 12)), Reached::met);
  EXPECT_EQ(reached(at_least(800), with({90, 10}, 13)), Reached::unsaid);
  EXPECT_EQ(reached(at_least(800), with({60, 40}, 100)), Reached::unsaid);
  EXPECT_EQ(reached(at_least(800), with({60, 40}, 99)), Reached::missed);
  EXPECT_EQ(reached(at_most(100), with({10, 90}, 0)), Reached::met);
  EXPECT_EQ(reached(at_most(100), with({11, 89}, 0)), Reached::missed);
  EXPECT_EQ(reached(at_most(100), with({10, 90}, 1)), Reached::unsaid);
}

TEST(Targets, ALimitOnEntitiesIsHeldAgainstThoseThatEverDidIt) {
  PeriodMeasure servers = found("a", "servers", {0, 100}, 0);
  servers.best = {40, 60};
  Target limit = at_most(0);
  limit.unit = "servers";
  EXPECT_EQ(reached(limit, {servers}), Reached::missed);
  servers.best = {0, 100};
  EXPECT_EQ(reached(limit, {servers}), Reached::met);
}

TEST(Targets, WhatCannotBeSaidSaysWhy) {
  EXPECT_EQ(reached(at_least(500), {}), Reached::unseen);
  EXPECT_EQ(reached(at_least(500), {found("a", "connections", {0, 0}, 50)}), Reached::unjudged);
  PeriodMeasure hidden = found("a", "connections", {0, 0}, 50);
  hidden.answers = false;
  EXPECT_EQ(reached(at_least(500), {hidden}), Reached::unjudged) << "a card of it has no share";
  EXPECT_EQ(reached(at_least(500), {found("a", "connections", {29, 0}, 0)}), Reached::few);
  EXPECT_EQ(reached(at_least(500), {found("a", "bytes", {900, 0}, 0)}), Reached::unseen);
  PeriodMeasure sample = found("a", "servers", {8192, 0}, 0);
  sample.sampled = true;
  Target of_servers = at_least(500);
  of_servers.unit = "servers";
  EXPECT_EQ(reached(of_servers, {sample}), Reached::sampled);
  PeriodMeasure counts = found("a", "connections", {90, 10}, 0);
  counts.answers = false;
  EXPECT_EQ(reached(at_least(500), {counts}), Reached::unfit);
}

/// Windows in which a measure of names was seen: each name is as likely in one of them as in another.
class Windows {
 public:
  explicit Windows(std::mt19937_64& random) : random_(random) {}
  /// Names, and in how many windows each is; the outcomes of a name are one in each of those.
  void play(std::size_t names, std::size_t windows) {
    std::vector<Outcomes> found(windows);
    std::vector<Judged> best(windows);
    for (std::size_t name = 0; name < names; ++name) {
      bool seen = false;
      bool failed = false;
      bool passed = false;
      for (std::size_t i = 0; i < windows; ++i) {
        if (random_() % 3 != 0) continue;
        seen = true;
        const auto what = random_() % 20;
        const bool fails = what < 3;
        const bool passes = !fails && what < 18;
        failed = failed || fails;
        passed = passed || passes;
        found[i].add({passes ? 1U : 0U, fails ? 1U : 0U, fails || passes ? 0U : 1U});
        (passes ? best[i].pass : best[i].fail) += fails || passes ? 1 : 0;
      }
      all += seen ? 1 : 0;
      fail += failed ? 1 : 0;
      pass += passed && !failed ? 1 : 0;
      ever += passed ? 1 : 0;
    }
    for (std::size_t i = 0; i < windows; ++i) {
      measure.judged = {measure.judged.pass + found[i].pass, measure.judged.fail + found[i].fail};
      measure.best = {measure.best.pass + best[i].pass, measure.best.fail + best[i].fail};
      measure.hidden += found[i].hidden;
      if (found[i].all() <= measure.largest.all()) continue;
      measure.largest = found[i];
      measure.largest_best = best[i];
    }
    measure.added = false;
  }

  PeriodMeasure measure = found("a", "names", {}, 0);
  std::uint64_t all = 0;   ///< distinct names
  std::uint64_t fail = 0;  ///< in one window or more
  std::uint64_t pass = 0;  ///< in one window or more, and fail in none
  std::uint64_t ever = 0;  ///< pass in one window or more

 private:
  std::mt19937_64& random_;
};

TEST(Targets, BoundsOfSeveralWindowsHoldTheShareOfDistinctEntities) {
  std::mt19937_64 random(11);
  Target least = at_least(0);
  Target most = at_most(0);
  least.unit = most.unit = "names";
  const TargetPolicy policy{"", "", {least, most}};
  std::size_t told = 0;
  for (int i = 0; i < 2'000; ++i) {
    Windows windows(random);
    windows.play(60 + random() % 200, 2 + random() % 6);
    Period period;
    period.measures = {windows.measure};
    const auto results = hold_against(policy, period);
    for (const TargetResult& result : results) {
      if (!result.has_share()) continue;
      ++told;
      const auto share = [&](std::uint64_t part) {
        return static_cast<double>(part) / static_cast<double>(windows.all);
      };
      const auto number = [](const Fraction& f) {
        return static_cast<double>(f.part) / static_cast<double>(f.whole);
      };
      // What was never judged may have failed, or passed.
      const std::uint64_t unknown = windows.all - windows.fail - windows.pass;
      const bool limit = result.target->at_most;
      const std::uint64_t low = limit ? windows.ever : windows.pass;
      const std::uint64_t high = limit ? windows.all - (windows.fail - (windows.ever - windows.pass)) : low + unknown;
      ASSERT_LE(number(result.low), share(low) + 1e-9);
      ASSERT_GE(number(result.high), share(high) - 1e-9);
    }
  }
  EXPECT_GT(told, 3'000U);
}

TEST(Targets, AllOrNoneIsSaidOfSeveralWindows) {
  PeriodMeasure names = found("a", "names", {300, 0}, 0);
  names.added = false;
  names.largest = {100, 0, 0};
  names.best = {300, 0};
  names.largest_best = {100, 0};
  Target all = at_least(1000);
  all.unit = "names";
  EXPECT_EQ(reached(all, {names}), Reached::met);
  names.judged = {299, 1};
  EXPECT_EQ(reached(all, {names}), Reached::missed) << "one that fails once fails";
  names.judged = {200, 100};
  names.largest = {70, 30, 0};
  Target half = at_least(500);
  half.unit = "names";
  EXPECT_EQ(reached(half, {names}), Reached::no_sum);
  names.largest = {20, 3, 0};
  EXPECT_EQ(reached(half, {names}), Reached::few);
  Target none = at_most(0);
  none.unit = "names";
  names.best = {0, 300};
  names.largest = {0, 100, 0};
  names.largest_best = {0, 100};
  EXPECT_EQ(reached(none, {names}), Reached::met);
  names.best = {1, 299};
  EXPECT_EQ(reached(none, {names}), Reached::missed);
  half.within = "b";
  PeriodMeasure outer = names;
  outer.id = "b";
  EXPECT_EQ(reached(half, {names, outer}), Reached::no_sum) << "which of the outer ones these are is not known";
}

TEST(Targets, AQuestionWithinAnotherIsNeverMoreThanThatOne) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const auto below = [&](std::uint64_t most) { return most == 0 ? 0 : random() % (most + 1); };
    const Judged outer{below(1000), below(1000)};
    const std::uint64_t unseen = below(500);
    const std::uint64_t asked = below(outer.pass);
    const std::uint64_t yes = below(asked);
    Target target = at_least(500);
    target.within = "b";
    const TargetPolicy policy{"", "", {target}};
    Period period;
    period.measures = {found("a", "connections", {yes, asked - yes}, outer.pass - asked),
                       found("b", "connections", outer, unseen)};
    const TargetResult result = hold_against(policy, period).at(0);
    ASSERT_NE(result.reached, Reached::unfit);
    ASSERT_EQ(result.pass + result.fail + result.hidden, outer.pass + outer.fail + unseen);
    ASSERT_LE(result.pass, outer.pass);
    ASSERT_LE(result.pass + result.hidden, outer.pass + unseen);
  }
}

TEST(Targets, MoreThanTheMeasureAroundItFitsNowhere) {
  Target target = at_least(500);
  target.within = "b";
  EXPECT_EQ(reached(target, {found("a", "connections", {90, 10}, 0), found("b", "connections", {50, 50}, 10)}),
            Reached::unfit);
}

TEST(Targets, AFaultyPolicyIsRefusedWithItsPlace) {
  const auto refused = [](std::string_view text) {
    const auto policy = read_targets(text, "ours.toml", catalogue());
    const auto* const refusal = std::get_if<Refusal>(&policy);
    return refusal != nullptr ? refusal->line() : "";
  };
  const std::string head = "title = \"t\"\ndocument = \"d\"\n[[target]]\nstandard = \"s\"\nwho = \"w\"\n";
  const std::string tls = head + "measure = \"tls.version.1_3\"\nunit = \"connections\"\n";
  EXPECT_EQ(refused(tls + "at_least = 95.5\n"), "");
  EXPECT_THAT(refused("title = "), HasSubstr("ours.toml:1"));
  EXPECT_THAT(refused("title = \"t\"\ndocument = \"d\"\n"), HasSubstr("there is no [[target]]"));
  EXPECT_THAT(refused(tls), HasSubstr("`at_least` or `at_most`"));
  EXPECT_THAT(refused(tls + "at_least = 1\nat_most = 2\n"), HasSubstr("`at_least` or `at_most`"));
  EXPECT_THAT(refused(tls + "at_least = 101\n"), HasSubstr("ours.toml:8"));
  EXPECT_THAT(refused(tls + "at_least = nan\n"), HasSubstr("from 0 to 100"));
  EXPECT_THAT(refused(tls + "at_least = 99.95\n"), HasSubstr("one digit behind the point"));
  EXPECT_THAT(refused(tls + "at_least = 9\nby = \"2026\"\n"), HasSubstr("must be a day"));
  EXPECT_THAT(refused(tls + "at_least = 9\ntarget = 1\n"), HasSubstr("is not a key"));
  EXPECT_THAT(refused(head + "measure = \"tls\"\nunit = \"bytes\"\nat_least = 9\n"),
              HasSubstr("no measure tls of bytes"));
}

TEST(Targets, WhatOthersWroteDoesNotRuleTheTerminal) {
  TargetPolicy policy{"a\x1b[2J", "b\x1b[2J", {at_least(800)}};
  policy.targets[0].standard = policy.targets[0].who = policy.targets[0].explanation = "c\x1b[2J";
  Period period;
  period.name = period.label = period.from = period.to = "d\x1b[2J";
  EXPECT_EQ(render_results(policy, period, hold_against(policy, period)).find('\x1b'), std::string::npos);
  EXPECT_EQ(render_targets(policy).find('\x1b'), std::string::npos);
}

TEST(Targets, TextAndJsonSayTheSame) {
  const TargetPolicy policy{"ours", "a letter", {at_least(800), at_most(10)}};
  Period period;
  period.name = "month.json";
  period.measures = {found("a", "connections", {90, 10}, 13)};
  const auto results = hold_against(policy, period);
  EXPECT_THAT(render_results(policy, period, results), HasSubstr("of 2 targets 0 met, 1 missed, 1 cannot be said"));
  const auto json = nlohmann::json::parse(render_results_json(policy, period, results));
  EXPECT_EQ(json["targets"][0]["verdict"], words_of(Reached::unsaid));
  EXPECT_EQ(json["targets"][1]["verdict"], words_of(Reached::missed));
  EXPECT_EQ(json["targets"][0]["unobservable"], 13);
}

}  // namespace targets_test
}  // namespace uptake
