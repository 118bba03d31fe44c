#include "policy/report/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "policy/embedded.h"
#include "policy/report/json.h"
#include "policy/report/page/cards.h"
#include "policy/report/page/holders.h"
#include "policy/report/page/html.h"
#include "policy/report/page/strings.h"
#include "tests/policy/judging_joins.h"
#include "tests/policy/report/card_fixture.h"

namespace uptake {
namespace page_test {

using nlohmann::json;
using page::Strings;
using testing::HasSubstr;
using testing::Not;

/// What stands in braces, in the order of the letters.
std::vector<std::string> places(const std::string& words) {
  std::vector<std::string> found;
  for (std::size_t at = 0; (at = words.find('{', at)) != std::string::npos; ++at)
    found.push_back(words.substr(at, words.find('}', at) - at));
  std::ranges::sort(found);
  return found;
}

/// A page as it is read: without what keeps a figure on one line.
std::string plain(std::string page) {
  for (const auto& [mark, instead] : {std::pair{"\u00a0", " "}, {"\u2060", ""}})
    for (std::size_t at = 0; (at = page.find(mark, at)) != std::string::npos;)
      page.replace(at, std::string_view(mark).size(), instead);
  return page;
}

std::set<std::string> keys_of(const Strings& strings) {
  std::set<std::string> keys;
  for (const auto& [key, words] : strings.all()) keys.insert(key);
  return keys;
}

TEST(PageStrings, EveryLanguageHasTheSameKeysAndPlaces) {
  const Strings english = *Strings::of("en");
  EXPECT_THAT(Strings::languages(), testing::UnorderedElementsAre("en", "nl", "pt", "es"));
  for (const std::string& language : Strings::languages()) {
    const Strings strings = *Strings::of(language);
    EXPECT_EQ(keys_of(strings), keys_of(english)) << language;
    for (const auto& [key, words] : strings.all()) {
      EXPECT_FALSE(words.empty()) << language << " " << key;
      const std::string* same = english.find(key);
      EXPECT_EQ(places(words), places(same == nullptr ? "" : *same)) << language << " " << key;
    }
  }
  EXPECT_FALSE(Strings::of("xx"));
}

TEST(PageStrings, TheCatalogueHasItsWords) {
  const Strings strings = *Strings::of("en");
  const auto has = [&](const std::string& key) { EXPECT_NE(strings.find(key), nullptr) << key; };
  for (std::size_t i = 0; i < measures_with_joins().size(); ++i) {
    const Measure& measure = measures_with_joins().measures()[i];
    has("units." + std::string(name_of(measure.unit)));
    has("themes." + std::string(name_of(measure.standard->theme)));
    for (const Reason reason : measures_with_joins().reasons(i))
      has("reasons." + std::string(measures_with_joins().words(i).of(reason).name));
    if (measure.headline.empty()) continue;
    const std::string key = "headlines." + std::string(measure.id) + " " + std::string(name_of(measure.unit));
    has(key);
    EXPECT_EQ(strings.find(key) == nullptr ? "" : strings[key], measure.headline) << "not as on the first screen";
    has("standards." + std::string(measure.standard->id));
    has("acts." + std::string(measure.standard->id));
  }
}

TEST(PageStrings, WhatShippedPoliciesAimAtHasItsWords) {
  const Strings strings = *Strings::of("en");
  for (const EmbeddedText& file : embedded_targets()) {
    const auto policy = read_targets(file.text, file.name, measures_with_joins());
    ASSERT_TRUE(std::holds_alternative<TargetPolicy>(policy)) << file.name;
    for (const Target& target : std::get<TargetPolicy>(policy).targets) {
      const std::size_t index = measures_with_joins().find(target.measure, Unit{target.unit});
      const std::string standard(measures_with_joins().measures()[index].standard->id);
      for (const std::string& key :
           {"headlines." + target.measure + " " + target.unit, "standards." + standard, "acts." + standard})
        EXPECT_NE(strings.find(key), nullptr) << key;
    }
  }
}

TEST(PageStrings, HoldersAreMeasures) {
  for (const page::Holder& holder : page::holders()) {
    EXPECT_LT(measures_with_joins().find(holder.measure, Unit{holder.unit}), measures_with_joins().size())
        << holder.measure;
    const std::string key = "holders." + std::string(holder.measure) + (holder.passes ? " passes" : " fails");
    EXPECT_NE(Strings::of("en")->find(key), nullptr) << key;
  }
}

TEST(PageStrings, NumbersHaveTheSignsOfTheLanguage) {
  EXPECT_EQ(Strings::of("en")->number("1,234.5 kB"), "1,234.5\u00a0kB");
  EXPECT_EQ(Strings::of("nl")->number("1,234.5 kB"), "1.234,5\u00a0kB");
  EXPECT_EQ(Strings::of("nl")->number("0-56 %"), "0-\u206056\u00a0%") << "a range stays on one line";
}

TEST(PageHtml, EscapesAllTextAndValues) {
  const page::Html made = page::element("p", {{"title", "\"><script>"}}, page::text("<b>&'\""));
  EXPECT_EQ(made.source(), "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;&#39;&quot;</p>");
  EXPECT_THAT(page::text("a\x01\xff").source(), Not(HasSubstr("\x01")));
}

/// A month of figures: each of `shares` is the counts of connections in TLS 1.3, the newest last.
class Page : public testing::Test {
 protected:
  Page() {
    source.report.groups.resize(1);
    source.report.profile = "p";
    source.report.labels = {"operator=ISP-A"};
    complete(source, measures_with_joins());
    tls = measures_with_joins().find("tls.version.1_3", Unit::connections);
  }
  void period(const Outcomes& outcomes) {
    auto& periods = source.report.groups[0].periods;
    ReportPeriod& made = periods.emplace_back();
    made.from = 1'793'491'200 + static_cast<std::int64_t>(periods.size()) * 86'400;
    made.to = made.from + 86'400;
    made.coverage.frames = 1000;
    made.coverage.ended = {{"parsed", 1000}};
    complete(source, measures_with_joins());
    made.figures[tls].sum = outcomes;
    if (outcomes.hidden != 0) made.figures[tls].reasons = {{"gap", outcomes.hidden}};
  }
  [[nodiscard]] std::string page(const char* language = "en") const {
    return plain(render_page(source, measures_with_joins(), *Strings::of(language)));
  }
  /// The row of a standard in the first table.
  [[nodiscard]] std::string row(std::string_view standard, const char* language = "en") const {
    const std::string text = page(language);
    const std::size_t at = text.find("href=\"#standard-" + std::string(standard) + "\"");
    return at == std::string::npos ? "" : text.substr(at, text.find("</tr>", at) - at);
  }

  PageSource source;
  std::size_t tls = 0;
};

TEST_F(Page, SaysHowFarAndWhatWasNotSeen) {
  period({60, 20, 20});
  EXPECT_THAT(row("tls"), HasSubstr(">75.0 %<"));
  EXPECT_THAT(row("tls"), HasSubstr("connections in TLS 1.3, of 80; so the share is 60-80 %<"));
  EXPECT_THAT(row("tls"), HasSubstr("<b>20.0 %</b>"));
  EXPECT_THAT(row("tls"), HasSubstr("a part is missing from the capture"));
  EXPECT_THAT(row("tls"), HasSubstr("60-80 %"));
  EXPECT_THAT(row("tls"), HasSubstr("class=\"used\" width=\"60%\""));
  EXPECT_THAT(row("tls"), HasSubstr("x=\"60%\" width=\"20%\""));
  EXPECT_THAT(row("tls", "nl"), HasSubstr(">75,0 %<"));
}

TEST_F(Page, AFewAreNoShareAndTheUnseenIsNoZero) {
  period({29, 0, 0});
  EXPECT_THAT(row("tls"), HasSubstr("too few"));
  EXPECT_THAT(row("tls"), Not(HasSubstr("100.0 %")));
  EXPECT_THAT(row("tls"), HasSubstr("29 could be judged"));
  EXPECT_THAT(row("tls"), HasSubstr("too few to say")) << "nor of what was not seen";
  EXPECT_THAT(row("tls"), Not(HasSubstr("0.0 %")));
  EXPECT_THAT(row("dnssec"), HasSubstr("nothing of this was seen"));
  EXPECT_THAT(row("dnssec"), HasSubstr("all of it"));
  EXPECT_THAT(row("dnssec"), Not(HasSubstr("0.0 %")));
  source.report.groups[0].periods[0].figures[tls].sum = {0, 0, 50};
  EXPECT_THAT(row("tls"), HasSubstr(">unknown<"));
  EXPECT_THAT(row("tls"), HasSubstr("none of 50 could be judged"));
  EXPECT_THAT(row("tls"), HasSubstr("0-100 %"));
}

TEST_F(Page, WhatDoesNotApplyIsNotSeen) {
  period({});
  source.report.groups[0].periods[0].figures[tls].not_applicable = 40;
  EXPECT_THAT(row("tls"), HasSubstr("nothing of this was seen"));
  EXPECT_THAT(row("tls"), Not(HasSubstr("unknown")));
  EXPECT_THAT(page(), Not(HasSubstr("0 connections")));
}

TEST_F(Page, HowMuchWasNotSeenIsSaidWhereEnoughWasMet) {
  period({20, 0, 80});
  EXPECT_THAT(row("tls"), HasSubstr("too few"));
  EXPECT_THAT(row("tls"), HasSubstr("<b>80.0 %</b>"));
}

TEST_F(Page, TwoCountsAreNoShare) {
  source.report.directions_known = true;
  period({});
  const std::size_t clients = measures_with_joins().find("ip6.clients", Unit::subscribers);
  PeriodFigure& figure = source.report.groups[0].periods[0].figures[clients];
  figure.sum = figure.largest = {40, 60, 0};
  EXPECT_THAT(row("ipv6"), HasSubstr("60 with IPv4, 40 with IPv6"));
  EXPECT_THAT(row("ipv6"), Not(HasSubstr("class=\"bar\"")));
  EXPECT_THAT(row("ipv6"), Not(HasSubstr("40.0 %")));
}

TEST_F(Page, OnePeriodHasNoTrend) {
  period({60, 20, 0});
  EXPECT_THAT(page(), HasSubstr("one period: no trend yet"));
  EXPECT_THAT(page(), Not(HasSubstr("polyline")));
}

TEST_F(Page, SaysHowItMovedAndWhetherBurstsTell) {
  period({50, 50, 0});
  period({52, 48, 0});
  period({60, 40, 0});
  EXPECT_THAT(row("tls"), HasSubstr("▲ +10.0 points"));
  EXPECT_THAT(row("tls"), HasSubstr("not tested against bursts"));
  EXPECT_THAT(row("tls"), HasSubstr("since 2026-11-02"));
  source.changes[tls] = Change{0.1, 0.2};
  EXPECT_THAT(row("tls"), HasSubstr("no clear change"));
  source.changes[tls] = Change{0.1, 0.05};
  EXPECT_THAT(row("tls"), HasSubstr("more than bursts explain"));
  // Told of the first and the newest period: not where the first has no share.
  source.report.groups[0].periods[0].figures[tls].sum = {1, 1, 0};
  EXPECT_THAT(row("tls"), HasSubstr("▲ +8.0 points"));
  EXPECT_THAT(row("tls"), HasSubstr("not tested against bursts"));
  EXPECT_THAT(row("tls"), HasSubstr("since 2026-11-03"));
}

TEST_F(Page, APeriodWithoutAShareIsAGapInTheLine) {
  for (const Outcomes& outcomes : {Outcomes{50, 50, 0}, {50, 50, 0}, {1, 1, 0}, {60, 40, 0}, {60, 40, 0}})
    period(outcomes);
  const std::string cell = row("tls");
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = cell.find("<polyline", at)) != std::string::npos; ++at) ++lines;
  EXPECT_EQ(lines, 2U);
}

TEST_F(Page, WhoHoldsItBackIsToldByFiguresAlone) {
  period({50, 50, 0});
  EXPECT_THAT(row("tls"), HasSubstr("The figures do not tell."));
  auto& figures = source.report.groups[0].periods[0].figures;
  figures[measures_with_joins().find("tls.version.1_3.held_by_server", Unit::connections)].sum = {40, 10, 0};
  figures[measures_with_joins().find("tls.version.1_3.held_by_client", Unit::connections)].sum = {10, 40, 0};
  EXPECT_THAT(row("tls"), HasSubstr("<b>80.0 %</b> of 50 older: the server chose it"));
  EXPECT_THAT(row("tls"), HasSubstr("<b>20.0 %</b> of 50 older: the client has no newer"));
  EXPECT_THAT(row("tls"), Not(HasSubstr("do not tell")));
}

TEST_F(Page, HostileLabelsAreText) {
  source.report.labels = {"operator=</p><script>alert(1)</script><img src=x onerror=alert(2)>\" style=\"x"};
  source.report.profile = "<svg onload=alert(3)>";
  period({60, 20, 0});
  EXPECT_THAT(page(), Not(HasSubstr("<script")));
  EXPECT_THAT(page(), Not(HasSubstr("<img")));
  EXPECT_THAT(page(), Not(HasSubstr("<svg onload")));
  EXPECT_THAT(page(), HasSubstr("&lt;script&gt;alert(1)"));
}

TEST_F(Page, SaysWhenTheLedgerDoesNotClose) {
  period({60, 20, 0});
  EXPECT_THAT(page(), HasSubstr("Every packet accounted for: <b>yes</b>"));
  source.report.groups[0].periods[0].coverage.ended = {{"parsed", 999}};
  EXPECT_THAT(page(), HasSubstr("Every packet accounted for: <b>no</b>"));
}

TEST_F(Page, SaysHowMuchOfThePeriodIsCovered) {
  period({60, 20, 0});
  EXPECT_THAT(page(), Not(HasSubstr("Time covered"))) << "a card does not say how long its period is";
  source.report.groups[0].periods[0].coverage.expected = 4 * 86'400;
  source.report.groups[0].periods[0].coverage.covered = 3 * 86'400;
  EXPECT_THAT(page(), HasSubstr("Time covered: <b>75.0 %</b>"));
}

TEST_F(Page, EveryRowNamesWhoActs) {
  period({50, 50, 0});
  EXPECT_THAT(row("tls"), HasSubstr("<small>To act: operators of servers, makers of clients</small>"));
  auto& figures = source.report.groups[0].periods[0].figures;
  figures[measures_with_joins().find("tls.version.1_3.held_by_server", Unit::connections)].sum = {40, 10, 0};
  EXPECT_THAT(row("tls"), HasSubstr("<small>To act: ")) << "also where figures tell who holds back";
  EXPECT_THAT(row("tls-profile"), HasSubstr("<small>To act: "));
}

TEST_F(Page, AnUnusedOfferIsNotTheSendersWhereTheServerRefuses) {
  period({});
  auto& figures = source.report.groups[0].periods[0].figures;
  const auto set = [&](std::string_view id, Outcomes outcomes) {
    figures[measures_with_joins().find(id, Unit::connections)].sum = outcomes;
  };
  set("smtp.starttls.used", {60, 40, 0});
  set("smtp.starttls.not_asked", {10, 90, 0});
  set("smtp.starttls.refused", {30, 70, 0});
  EXPECT_THAT(row("starttls"), HasSubstr("<b>10.0 %</b> of 100 offers: the sender does not ask"));
  EXPECT_THAT(row("starttls"), HasSubstr("<b>30.0 %</b> of 100 offers: the server then refuses"));
  EXPECT_THAT(row("starttls"), Not(HasSubstr("<b>40.0 %")));
}

TEST_F(Page, ASectionSaysWhichFigureIsTheHeadlineAndWhatTheOthersAnswer) {
  period({});
  auto& figures = source.report.groups[0].periods[0].figures;
  figures[measures_with_joins().find("dnssec.signed", Unit::names)].largest = {90, 10, 0};
  figures[measures_with_joins().find("dnssec.signed", Unit::names)].sum = {90, 10, 0};
  figures[measures_with_joins().find("dnssec.resolver.validates", Unit::subscribers)].sum = {3, 1, 0};
  const std::string text = page();
  const std::size_t at = text.find("Signed names: figures");
  const std::string figures_text = text.substr(at, text.find("</table>", at) - at);
  EXPECT_THAT(figures_text, HasSubstr("names signed with DNSSEC <small><b>Headline.</b> Do owners of names sign?"));
  EXPECT_THAT(figures_text, HasSubstr("signed answers validated <small>Do resolvers say"));
  EXPECT_THAT(figures_text, HasSubstr("answers that validate <small>Do the signatures hold"));
  EXPECT_THAT(figures_text, HasSubstr("<code>dnssec.resolver.validates / subscribers"));
}

TEST_F(Page, TooFewIsSaidToBeNoSecret) {
  period({60, 20, 0});
  auto& cells = source.report.groups[0].periods[0].figures[tls].cells;
  outcomes_in(cells, Cell{Family::v4, {}, {}}) = {50, 10, 0};
  EXPECT_THAT(page(), Not(HasSubstr("Too few is not secret")));
  outcomes_in(cells, Cell{Family::v6, {}, {}}) = {10, 10, 0};
  EXPECT_THAT(page(), HasSubstr("Too few is not secret"));
  EXPECT_THAT(page(), HasSubstr("uptake export --public writes what may be published"));
}

/// A target on TLS 1.3.
Target tls_target(std::uint64_t permille, bool at_most = false) {
  return {.standard = "TLS <1.3>",
          .measure = "tls.version.1_3",
          .unit = "connections",
          .permille = permille,
          .at_most = at_most,
          .by = "2027-01-01",
          .who = "owners of servers",
          .explanation = "we wait for \"them\""};
}

TEST_F(Page, TargetsStandInTheFirstSentenceTheTableAndASectionOfTheirOwn) {
  period({60, 20, 20});
  TargetPolicy policy{"ours", "a letter", {tls_target(600)}, "en"};
  const auto with = [&](const char* language = "en") {
    return plain(render_page(source, measures_with_joins(), *Strings::of(language), {.policy = &policy}));
  };
  EXPECT_THAT(page(), Not(HasSubstr("Comply or explain")));
  EXPECT_THAT(with(), HasSubstr("Of 1 targets: 1 met, 0 missed, 0 cannot be said."));
  EXPECT_THAT(with(), HasSubstr("✓ met</a>: target ≥ 60 % by 2027-01-01, by the large figure</li>"));
  EXPECT_THAT(with(), HasSubstr("class=\"target\" x1=\"60%\" x2=\"60%\""));
  EXPECT_THAT(with(), HasSubstr("not in use; at least 60 % of connections\""));
  EXPECT_THAT(with(), HasSubstr("<b>75.0 % (60-80 %)</b> connections in TLS 1.3, of 80<"));
  EXPECT_THAT(with(), HasSubstr("<small>by 2027-01-01</small>"));
  EXPECT_THAT(with(), HasSubstr("The targets are from: ours (a letter)"));
  EXPECT_THAT(with(), HasSubstr("TLS &lt;1.3&gt;"));
  EXPECT_THAT(with(), HasSubstr("we wait for &quot;them&quot;"));
  EXPECT_THAT(with(), HasSubstr("not due yet"));
  EXPECT_THAT(with("nl"), HasSubstr("<b>✓ streefwaarde gehaald</b>"));
  EXPECT_THAT(with("nl"), HasSubstr("<span lang=\"en\">owners of servers</span>"));
  policy.targets[0].permille = 601;
  EXPECT_THAT(with(), HasSubstr("<small>it depends on what was not seen</small>"));
  policy.targets.push_back(tls_target(805));
  policy.targets[1].by = "2026-11-02";
  EXPECT_THAT(with(), HasSubstr("Of 2 targets: 0 met, 1 missed, 1 cannot be said."));
  EXPECT_THAT(with(), HasSubstr("<a href=\"#target-1\">✗ missed</a>: target ≥ 80.5 % by 2026-11-02, by the large"));
  EXPECT_THAT(with(), HasSubstr("<tr id=\"target-1\">"));
  EXPECT_THAT(with("nl"), HasSubstr("✗ niet gehaald</a>: doel ≥ 80,5 % uiterlijk 2026-11-02, voor het grote cijfer"));
}

TEST_F(Page, AVerdictShowsTheFigureThatItRestsOn) {
  period({60, 20, 0});
  Target offers = tls_target(900);
  offers.measure = "tls.offer.1_3";
  offers.by.clear();
  Target servers = tls_target(1000);
  servers.measure = "tls.version.1_3";
  servers.unit = "servers";
  const TargetPolicy policy{"ours", "a letter", {offers, servers}};
  auto& figures = source.report.groups[0].periods[0].figures;
  PeriodFigure& of_servers = figures[measures_with_joins().find("tls.version.1_3", Unit::servers)];
  of_servers.sum = of_servers.largest = {0, 0, 12};
  figures[measures_with_joins().find("tls.offer.1_3", Unit::connections)].sum = {85, 15, 4};
  const std::string text = plain(render_page(source, measures_with_joins(), *Strings::of("en"), {.policy = &policy}));
  EXPECT_THAT(text, HasSubstr("✗ missed</a>: <b>85.0 % (81-86 %)</b> clients offering TLS 1.3, of 100 "
                              "connections; target ≥ 90 %</li>"));
  EXPECT_THAT(text, HasSubstr("? cannot be said</a>: How many servers only speak TLS 1.3 here?, seen, but not to be "
                              "judged; target ≥ 100 % by 2027-01-01</li>"));
  EXPECT_THAT(text, HasSubstr("<small>no day set</small>"));
  EXPECT_THAT(text, HasSubstr("<code>tls.offer.1_3 / connections</code></th><td class=\"number\">85.0 %"))
      << "the figure stands in the tables";
}

TEST_F(Page, ATargetOnWhatWasNotSeenCannotBeSaid) {
  period({60, 20, 0});
  Target names = tls_target(900);
  names.measure = "dnssec.signed";
  names.unit = "names";
  names.by.clear();
  names.explanation.clear();
  const TargetPolicy policy{"ours", "a letter", {names}};
  const std::string text = plain(render_page(source, measures_with_joins(), *Strings::of("en"), {.policy = &policy}));
  EXPECT_THAT(text, HasSubstr("names signed with DNSSEC, nothing of this was seen"));
  EXPECT_THAT(text, HasSubstr(">none given<"));
  EXPECT_THAT(text, Not(HasSubstr("not due yet")));
}

TEST_F(Page, WhatIsOfferedStandsBesideWhatIsUsed) {
  period({60, 20, 0});
  const auto test = std::ranges::find(offer_tests(), "web_https_tls_version", &OfferTest::name);
  OfferedResults list{"a <list>", "web", "2026-11-20", 1200, {{&*test, 900, 100, 200}}};
  PeriodFigure& servers =
      source.report.groups[0].periods[0].figures[measures_with_joins().find("tls.version.modern", Unit::servers)];
  servers.sum = servers.largest = {30, 10, 0};
  const auto with = [&](const char* language) {
    return plain(render_page(source, measures_with_joins(), *Strings::of(language), {.offered = {&list, 1}}));
  };
  EXPECT_THAT(page(), Not(HasSubstr("Offered beside used")));
  EXPECT_THAT(with("en"), HasSubstr("a &lt;list&gt; (web, 1,200 domains, Internet.nl, 2026-11-20)"));
  EXPECT_THAT(with("en"), HasSubstr("<b>90.0 %</b> of 1,000 domains"));
  EXPECT_THAT(with("en"), HasSubstr("200 could not be tested"));
  EXPECT_THAT(with("en"), HasSubstr("<b>75.0 %</b> of 40 servers"));
  EXPECT_THAT(with("nl"), HasSubstr("<b>90,0 %</b> van 1.000 domeinen"));
}

TEST_F(Page, WithoutAPacketThereIsNoTime) {
  period({});
  ReportPeriod& only = source.report.groups[0].periods[0];
  only.from = only.to = source.report.from = source.report.to = 0;
  only.coverage.frames = 0;
  EXPECT_THAT(page(), HasSubstr("no packet was read"));
  EXPECT_THAT(page(), Not(HasSubstr("1970")));
}

TEST_F(Page, HasEveryMeasureInEveryLanguage) {
  period({60, 20, 5});
  period({60, 20, 5});
  for (const std::string& language : Strings::languages()) {
    const std::string text = page(language.c_str());
    for (const Measure& measure : measures_with_joins().measures())
      EXPECT_THAT(text, HasSubstr("<code>" + std::string(measure.id) + " / " + std::string(name_of(measure.unit))));
    EXPECT_THAT(text, HasSubstr("<html lang=\"" + language + "\">"));
  }
}

/// A card of the toy catalogue with queries that pass and fail, `minutes` after the first.
std::string toy_card(std::uint64_t pass, std::uint64_t fail, std::uint64_t minutes) {
  static const Catalogue kCatalogue = card::toy_catalogue();
  Figures figures(kCatalogue, Digests::published(), {});
  for (std::uint64_t i = 0; i < pass + fail; ++i) card::see_name(figures, "a.example", i < pass ? 1 : 0);
  figures.settle();
  WindowCard window;
  window.figures = &figures;
  window.ledger.frames = pass + fail;
  window.ledger.first_ns = 1'700'000'000'000'000'000 + minutes * 60'000'000'000;
  window.ledger.last_ns = window.ledger.first_ns + 1'000'000'000;
  return render_json({"p", false, {window}}, kCatalogue);
}

TEST(PageCards, StandInTheOrderOfTheirTime) {
  const Catalogue catalogue = card::toy_catalogue();
  const std::vector<CardFile> cards = {{"b", toy_card(3, 1, 10)}, {"a", toy_card(1, 1, 0)}};
  const Either<PageSource> read = read_cards(cards, catalogue);
  ASSERT_TRUE(std::holds_alternative<PageSource>(read));
  const PeriodReport& report = std::get<PageSource>(read).report;
  ASSERT_EQ(report.groups[0].periods.size(), 2U);
  const std::size_t asked = catalogue.find("toy.asked", Unit::queries);
  EXPECT_EQ(report.groups[0].periods[0].figures[asked].sum.pass, 1U);
  EXPECT_EQ(report.groups[0].periods[1].figures[asked].sum.pass, 3U);
  EXPECT_EQ(report.groups[0].periods[1].from, 1'700'000'600);
  const std::size_t names = catalogue.find("toy.asked", Unit::names);
  EXPECT_EQ(report.groups[0].periods[1].figures[names].largest.fail, 1U);
}

TEST(PageCards, RefusesWhatDoesNotStandInALine) {
  const Catalogue catalogue = card::toy_catalogue();
  const auto refused = [&](std::string first, std::string second) {
    const std::vector<CardFile> cards = {{"a", std::move(first)}, {"b", std::move(second)}};
    const Either<PageSource> read = read_cards(cards, catalogue);
    const Refusal* refusal = std::get_if<Refusal>(&read);
    return refusal == nullptr ? std::string("taken") : refusal->line();
  };
  const std::string card = toy_card(1, 1, 0);
  EXPECT_THAT(refused(card, card), HasSubstr("does not begin after"));
  json other = json::parse(toy_card(1, 1, 10));
  EXPECT_EQ(refused(card, other.dump()), "taken");
  other["catalogue"] = "0123456789abcdef";
  EXPECT_THAT(refused(card, other.dump()), HasSubstr("another catalogue"));
  EXPECT_THAT(refused(card, "{}"), HasSubstr("no score card"));
  EXPECT_THAT(refused(card, "x"), HasSubstr("no score card"));
  for (const char* outcome : {"pass", "fail"})
    other["windows"][0]["measures"][0]["total"][outcome] = ~std::uint64_t{0};
  other["catalogue"] = json::parse(card)["catalogue"];
  EXPECT_THAT(refused(card, other.dump()), HasSubstr("beyond 64 bits"));
  other = json::parse(toy_card(1, 1, 10));
  other["windows"][0]["measures"][0]["cells"][0]["family"] = "ipv5";
  EXPECT_THAT(refused(card, other.dump()), HasSubstr("unknown family"));
  other["windows"][0]["ledger"]["first_time"] = "2023-13-01T00:00:00Z";
  EXPECT_THAT(refused(card, other.dump()), HasSubstr("its times is none"));
}

TEST(PageCards, ShowMeasuresOfAnotherUptake) {
  json card = json::parse(toy_card(40, 10, 0));
  for (json& measure : card["windows"][0]["measures"]) {
    measure["id"] = "<i>other";
    measure["headline"] = true;
  }
  const std::vector<CardFile> cards = {{"a", card.dump()}};
  const Either<PageSource> read = read_cards(cards, measures_with_joins());
  ASSERT_TRUE(std::holds_alternative<PageSource>(read));
  const std::string text = plain(render_page(std::get<PageSource>(read), measures_with_joins(), *Strings::of("en")));
  EXPECT_THAT(text, HasSubstr("&lt;i&gt;other"));
  EXPECT_THAT(text, HasSubstr("80.0 %"));
  EXPECT_THAT(text, Not(HasSubstr("<i>")));
}

}  // namespace page_test
}  // namespace uptake
