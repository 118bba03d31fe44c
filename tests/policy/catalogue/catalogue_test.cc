#include "policy/catalogue/catalogue.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <tuple>

#include "policy/catalogue/dns/words.h"

namespace uptake {
namespace catalogue_test {

const Standard kToyStandard{"toy", "Toy", "RFC 1"};

Judgement is_odd(std::uint64_t value, const Profile&) noexcept { return Judgement::pass_if((value & 1) != 0); }
Vantage always_other(std::uint16_t, std::uint64_t) noexcept { return dns::kOtherVantage; }

Measure toy(std::string_view id, const Unit& unit = Unit::packets) {
  return {id, &kToyStandard, unit, "frame", 0, is_odd, "Is it odd?", "Odd values.", "Nothing."};
}

std::string why_refused(std::vector<Measure> measures) {
  const Registry registry(dissectors());
  const Area area{"toy", measures};
  try {
    const Catalogue catalogue(registry, std::span(&area, 1), default_profile());
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Catalogue, HoldsTheStandardMeasuresOnce) {
  const Registry registry(dissectors());
  const Catalogue catalogue = standard_catalogue(registry);
  EXPECT_GT(catalogue.size(), 200U);
  std::set<std::pair<std::string_view, Unit>> seen;
  for (const Measure& m : catalogue.measures()) EXPECT_TRUE(seen.emplace(m.id, m.unit).second) << m.id;
  EXPECT_EQ(catalogue.profile().name(), "ncsc-nl-2025-05");
}

TEST(Catalogue, SaysInSentencesWhatItMeasures) {
  const Registry registry(dissectors());
  const Catalogue catalogue = standard_catalogue(registry);
  for (const Measure& m : catalogue.measures()) {
    EXPECT_EQ(m.question.back(), '?') << m.id;
    EXPECT_EQ(m.passes.back(), '.') << m.id;
    EXPECT_EQ(m.hidden.back(), '.') << m.id;
    EXPECT_EQ(m.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._"), std::string_view::npos) << m.id;
    EXPECT_FALSE(m.standard->document.empty()) << m.id;
  }
}

TEST(Catalogue, CoversWhatTheFirstScoreCardMustSay) {
  const Registry registry(dissectors());
  const Catalogue catalogue = standard_catalogue(registry);
  const std::tuple<std::string_view, Unit> needed[] = {
      {"ip6.packets", Unit::packets},
      {"ip6.bytes", Unit::bytes},
      {"ip6.connections", Unit::connections},
      {"ip6.reach", Unit::connections},
      {"ip6.subscribers", Unit::subscribers},
      {"ip6.privacy", Unit::addresses},
      {"dns.query.edns", Unit::queries},
      {"dns.query.do", Unit::queries},
      {"dns.has.aaaa", Unit::names},
      {"dnssec.signed", Unit::names},
      {"dnssec.signed", Unit::responses},
      {"dnssec.validated", Unit::responses},
      {"dnssec.algorithm.recommended", Unit::records},
      {"tls.version.1_3", Unit::connections},
      {"tls.version.1_3", Unit::bytes},
      {"tls.version.1_3", Unit::servers},
      {"tls.class.sufficient", Unit::connections},
      {"tls.class.sufficient", Unit::bytes},
      {"tls.class.sufficient", Unit::servers},
      {"tls.pq.offered", Unit::connections},
      {"tls.pq.negotiated", Unit::connections},
      {"dns.dot", Unit::connections},
  };
  for (const auto& [id, unit] : needed) EXPECT_LT(catalogue.find(id, unit), catalogue.size()) << id;
  EXPECT_EQ(catalogue.find("ip6.packets", Unit::servers), catalogue.size());
}

TEST(Catalogue, JudgesEveryValueSafely) {
  const Registry registry(dissectors());
  const Catalogue catalogue = standard_catalogue(registry);
  std::uint64_t value = 1;
  for (int round = 0; round < 2000; ++round) {
    value = value * 6364136223846793005ULL + 1442695040888963407ULL;
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
      const Judgement judgement = catalogue.judge(i, value ^ value >> 29);
      EXPECT_LE(judgement.outcome, Judgement::Outcome::ignored);
      EXPECT_LT(static_cast<std::size_t>(judgement.reason), kReasons);
      // An entity is never marked as not applicable: such a sighting is left out.
      if (is_entity(catalogue.measures()[i].unit)) {
        EXPECT_NE(judgement.outcome, Judgement::Outcome::not_applicable) << catalogue.measures()[i].id;
      }
    }
    for (FactId fact = 0; fact < registry.fact_count(); ++fact) (void)catalogue.vantage(fact, value);
  }
}

TEST(Catalogue, GivesEntityMeasuresOneBitEachByKind) {
  const Registry registry(dissectors());
  const Catalogue catalogue = standard_catalogue(registry);
  std::set<std::pair<std::size_t, unsigned>> bits;
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    const Unit& unit = catalogue.measures()[i].unit;
    if (!is_entity(unit)) continue;
    EXPECT_TRUE(bits.emplace(entity_kind(unit), catalogue.entity_bit(i)).second);
  }
  EXPECT_FALSE(bits.empty());
}

TEST(Catalogue, TakesFurtherAreasWithTheirVantage) {
  const Registry registry(dissectors());
  const Measure measures[] = {toy("toy.odd"), toy("toy.odd", Unit::names)};
  const Area area{"toy", measures, always_other};
  const Catalogue catalogue = standard_catalogue(registry, default_profile(), std::span(&area, 1));
  const std::size_t index = catalogue.find("toy.odd", Unit::packets);
  ASSERT_LT(index, catalogue.size());
  EXPECT_EQ(catalogue.area(index), "toy");
  EXPECT_EQ(catalogue.judge(index, 3).outcome, Judgement::Outcome::pass);
  EXPECT_EQ(catalogue.vantage(0, 3), dns::kOtherVantage);
}

TEST(Catalogue, RefusesWrongRowsAndSaysWhich) {
  EXPECT_EQ(why_refused({toy("toy.a"), toy("toy.b")}), "");
  EXPECT_EQ(why_refused({toy("toy.a"), toy("toy.a", Unit::names)}), "");
  EXPECT_EQ(why_refused({toy("toy.a"), toy("toy.a")}), "measure toy.a (packets): stands in the catalogue already");

  Measure wrong = toy("toy.a");
  wrong.dissector = "gopher";
  EXPECT_EQ(why_refused({wrong}), "measure toy.a (packets): no dissector is named gopher");
  wrong = toy("toy.a");
  wrong.fact = 999;
  EXPECT_EQ(why_refused({wrong}), "measure toy.a (packets): dissector frame has no fact 999");
  wrong = toy("toy.a");
  wrong.judge = nullptr;
  EXPECT_EQ(why_refused({wrong}), "measure toy.a (packets): has no judge");
  wrong = toy("toy.a");
  wrong.hidden = "";
  EXPECT_NE(why_refused({wrong}), "");
}

TEST(Catalogue, RefusesMoreMeasuresOfAKindThanMarksHold) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i <= Catalogue::kMeasuresPerKind; ++i) ids.push_back("toy." + std::to_string(i));
  std::vector<Measure> measures;
  for (const std::string& id : ids) measures.push_back(toy(id, Unit::names));
  EXPECT_NE(why_refused(measures), "");
  measures.pop_back();
  EXPECT_EQ(why_refused(measures), "");
}

}  // namespace catalogue_test
}  // namespace uptake
