#include "policy/report/json.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "dissectors/frame/facts.h"
#include "policy/catalogue/dns/words.h"
#include "policy/client_groups.h"
#include "tests/policy/report/card_fixture.h"
#include "tests/policy/report/schema.h"

namespace uptake {
namespace json_test {

using nlohmann::json;

constexpr Cell kV4{Family::v4, Direction::unknown, Vantage::none};
constexpr Cell kV6{Family::v6, Direction::from_customer, dns::kStubResolver};
constexpr std::string_view kName = "secret-name.example";

class Json : public testing::Test {
 protected:
  Json() {
    figures.absorb_count(0, 1, kV4, 3);
    figures.absorb_count(0, 0, kV4, 1);
    figures.absorb_count(0, 2, kV6, 4);
    figures.absorb_count(0, 3, kV6, 5);
    card::see_name(figures, kName, 1);
    card::see_name(figures, kName, 0);
    figures.settle();
    window.figures = &figures;
    window.ledger.frames = 7;
    window.ledger.wire_bytes = 700;
    window.ledger.captured_bytes = 699;
    window.ledger.first_ns = 1'709'210'096'123'456'789;
    window.ledger.last_ns = 1'709'210'097'000'000'000;
    window.ledger.end(Disposition::parsed, 6);
    window.ledger.end(Disposition::truncated);
    window.limits[static_cast<std::size_t>(Limit::stream_gap)] = 2;
  }
  std::string text() const {
    ScoreCard card{"toy-profile", true, {window}};
    card.version = "1.2.3";
    card.labels = {{"operator", "ISP \"A\""}};
    card.inputs = 3;
    card.damage = {{2, 77, "cut short"}};
    card.interrupted = true;
    card.ports = {{"eth1", 5}, {"eth2", std::nullopt}};
    return render_json(card, catalogue);
  }
  json first_window() const { return json::parse(text())["windows"][0]; }

  Catalogue catalogue = card::toy_catalogue();
  Digests digests = Digests::published();
  Figures figures{catalogue, digests, {}};
  WindowCard window;
};

TEST_F(Json, SaysItsSchemaAndNothingAboutTheRun) {
  const json whole = json::parse(text());
  EXPECT_EQ(whole["schema"], "uptake-scorecard/1");
  EXPECT_EQ(whole["profile"], "toy-profile");
  EXPECT_EQ(whole["directions_known"], true);
  EXPECT_EQ(whole["version"], "1.2.3");
  EXPECT_EQ(whole["catalogue"], catalogue.version());
  EXPECT_EQ(whole["label"], json({{"operator", "ISP \"A\""}}));
  EXPECT_EQ(whole["inputs"], 3);
  EXPECT_EQ(whole["damage"], json::array({{{"input", 2}, {"offset", 77}, {"what", "cut short"}}}));
  EXPECT_EQ(whole["interrupted"], true);
  EXPECT_EQ(whole["ports"], json::array({{{"port", "eth1"}, {"lost", 5}}, {{"port", "eth2"}, {"lost", nullptr}}}));
  EXPECT_EQ(whole["lost_before"], 0);
  EXPECT_EQ(whole.size(), 12U) << "a new key is a new promise: add it to the schema, then here";
}

TEST_F(Json, CountsAreExactAndSharesRounded) {
  const json measure = first_window()["measures"][0];
  EXPECT_EQ(measure["id"], "toy.asked");
  EXPECT_EQ(measure["unit"], "queries");
  const json& total = measure["total"];
  // The two sightings of the name are counted as queries too.
  EXPECT_EQ(total["pass"], 4);
  EXPECT_EQ(total["fail"], 2);
  EXPECT_EQ(total["unobservable"], json({{"gap", 4}}));
  EXPECT_EQ(total["not_applicable"], 5);
  EXPECT_EQ(total["share"], 0.666667);
  EXPECT_EQ(total["bounds"], json({0.4, 0.8}));
  EXPECT_FALSE(total.contains("interval")) << "queries come in bursts";
}

TEST_F(Json, ACellWithoutJudgementHasNoShare) {
  const json cells = first_window()["measures"][0]["cells"];
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[1]["family"], "ipv6");
  EXPECT_EQ(cells[1]["direction"], "from_customer");
  EXPECT_EQ(cells[1]["vantage"], "stub_resolver");
  EXPECT_TRUE(cells[1]["share"].is_null()) << "unknown is not 0";
  EXPECT_EQ(cells[1]["bounds"], json({0.0, 1.0}));
}

TEST_F(Json, AnEntityCountsAtItsWorstWithItsBestBeside) {
  const json entities = first_window()["measures"][1]["entities"];
  EXPECT_EQ(entities["counted"], "exact");
  EXPECT_EQ(entities["distinct"], 1);
  EXPECT_EQ(entities["worst"]["fail"], 1);
  EXPECT_EQ(entities["worst"]["pass"], 0);
  EXPECT_NEAR(entities["worst"]["interval"][1].get<double>(), 0.793450, 2e-6) << "Wilson's of 0 in 1";
  EXPECT_EQ(entities["best"]["pass"], 1);
}

TEST_F(Json, MeasuresWithoutSightingsAreNamed) {
  EXPECT_EQ(first_window()["not_seen"], json::array({{{"id", "toy.other"}, {"unit", "connections"}}}));
}

TEST_F(Json, TheLedgerIsWhole) {
  const json ledger = first_window()["ledger"];
  EXPECT_EQ(ledger["frames"], 7);
  EXPECT_EQ(ledger["ended"]["parsed"], 6);
  EXPECT_EQ(ledger["ended"].size(), kDispositions);
  EXPECT_EQ(ledger["closes"], true);
  EXPECT_EQ(ledger["first_time"], "2024-02-29T12:34:56Z") << "no finer than a second";
  EXPECT_EQ(first_window()["limits"]["stream_gap"], 2);
  window.ledger.frames = 8;
  EXPECT_EQ(first_window()["ledger"]["closes"], false);
}

TEST_F(Json, WindowsAreNullOrUtc) {
  EXPECT_TRUE(first_window()["start"].is_null());
  window.start_ns = 86'400'000'000'000;
  window.end_ns = 90'000'000'000'000;
  EXPECT_EQ(first_window()["start"], "1970-01-02T00:00:00Z");
  EXPECT_EQ(first_window()["end"], "1970-01-02T01:00:00Z");
}

TEST_F(Json, SaysWhoStandsBehindTheCountsWhereAskedFor) {
  EXPECT_FALSE(first_window().contains("client_groups"));
  EXPECT_FALSE(first_window()["measures"][0]["total"].contains("gate"));
  const ClientGroups groups({7});
  Figures crowded(catalogue, digests, {32, 56, nullptr, &groups});
  for (std::uint8_t client = 0; client < 30; ++client) {
    Subject subject;
    subject.client.octets[3] = client;
    crowded.absorb({1, 0, 0}, subject);
    if (client < 9) crowded.absorb({0, 0, 0}, subject);
  }
  crowded.settle();
  window.figures = &crowded;
  expect_valid(text(), "scorecard.schema.json");
  const json card = json::parse(text());
  EXPECT_EQ(card["windows"][0]["client_groups"], json({{"key", groups.name()}, {"k", 10}, {"subscriber", {32, 56}}}));
  const json total = card["windows"][0]["measures"][0]["total"];
  EXPECT_EQ(total["gate"], json({{"pass", "F"}, {"fail", "A"}}));
  EXPECT_EQ(total["subscribers"], json({{"pass", 10}, {"fail", 9}}));
  std::uint64_t sum = 0;
  for (const json& group : total["groups"]["pass"]) sum += group.get<std::uint64_t>();
  EXPECT_EQ(sum, 30U);
  const json cell = card["windows"][0]["measures"][0]["cells"][0];
  EXPECT_EQ(cell["groups"], total["groups"]);
}

TEST_F(Json, HoldsNoAddressNameOrDigest) {
  const std::string out = text();
  std::vector<std::string> needles = {std::string(kName), "secret",   "203.0.113",
                                      "198.51.100",       "cb00714d", "c6336458"};
  const Bytes name{reinterpret_cast<const std::uint8_t*>(kName.data()), kName.size()};
  Address client;
  client.octets = {203, 0, 113, 77};
  for (const std::uint64_t digest : {digests.name(name), digests.prefix(client, PrefixMask(Family::v4, 32))}) {
    char hexadecimal[17];
    std::snprintf(hexadecimal, sizeof hexadecimal, "%016llx", static_cast<unsigned long long>(digest));
    needles.push_back(hexadecimal);
    needles.push_back(std::to_string(digest));
  }
  for (const std::string& needle : needles) EXPECT_EQ(out.find(needle), std::string::npos) << needle;
}

TEST_F(Json, EqualFiguresGiveEqualBytes) {
  Figures again(catalogue, digests, {});
  card::see_name(again, kName, 0);
  figures.absorb_count(1, 1, kV6, 1);
  figures.settle();
  const std::string one = text();
  again.absorb_count(1, 1, kV6, 1);
  again.absorb_count(0, 3, kV6, 5);
  again.absorb_count(0, 2, kV6, 4);
  again.absorb_count(0, 0, kV4, 1);
  again.absorb_count(0, 1, kV4, 3);
  card::see_name(again, kName, 1);
  again.settle();
  window.figures = &again;
  EXPECT_EQ(text(), one);
}

TEST_F(Json, MatchesItsSchema) { expect_valid(text(), "scorecard.schema.json"); }

TEST(JsonOfNothing, MatchesItsSchema) {
  const Catalogue catalogue = card::toy_catalogue();
  expect_valid(render_json({"p", false, {}}, catalogue), "scorecard.schema.json");
  if (!testing::Test::IsSkipped())
    expect_valid(render_json({"p", false, {WindowCard{}}}, catalogue), "scorecard.schema.json");
}

// Every measure of uptake, each with some sighting.
TEST(JsonOfAllMeasures, MatchesItsSchema) {
  const Registry registry(dissectors());
  const Catalogue catalogue = standard_catalogue(registry);
  Figures figures(catalogue, Digests::published(), {});
  std::uint64_t value = 1;
  for (int i = 0; i < 2000; ++i) {
    value = value * 6364136223846793005U + 1442695040888963407U;
    for (FactId fact = 0; fact < registry.fact_count(); ++fact) {
      Subject subject;
      subject.client.octets[3] = static_cast<std::uint8_t>(i);
      figures.absorb({value >> (value & 31), fact, 0}, subject);
      figures.absorb_bytes(fact, value >> 7, kV6, 10);
    }
  }
  figures.settle();
  WindowCard window;
  window.figures = &figures;
  const std::string text = render_json({"p", false, {window}}, catalogue);
  EXPECT_GT(json::parse(text)["windows"][0]["measures"].size(), catalogue.size() / 2);
  expect_valid(text, "scorecard.schema.json");
}

}  // namespace json_test
}  // namespace uptake
