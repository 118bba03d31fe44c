#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "policy/client_groups.h"
#include "policy/privacy/card_sums.h"
#include "policy/privacy/package/json_stat.h"
#include "policy/privacy/package/manifest.h"
#include "policy/privacy/package/package.h"
#include "policy/privacy/package/public_headline.h"
#include "policy/privacy/package/public_package.h"
#include "policy/privacy/package/shares_edition.h"
#include "policy/privacy/publish.h"
#include "policy/privacy/secondary.h"
#include "policy/report/csv_table.h"
#include "policy/report/json.h"
#include "tests/policy/report/card_fixture.h"

namespace uptake {
namespace export_test {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::uint64_t published(std::uint64_t count, const Unit& unit) {
  return PublicCount(count, Release::free, unit).value();
}

TEST(PublicCount, IsRoundedAndItsRangeHoldsWhatItWasMadeOf) {
  EXPECT_EQ(published(0, Unit::queries), 0U);
  EXPECT_EQ(published(4, Unit::names), 0U);
  EXPECT_EQ(published(5, Unit::names), 10U);
  EXPECT_EQ(published(14, Unit::queries), 10U);
  EXPECT_EQ(published(15, Unit::queries), 20U);
  EXPECT_EQ(published(999, Unit::bytes), 999U);
  EXPECT_EQ(published(508'984'080, Unit::bytes), 509'000'000U);
  EXPECT_EQ(published(999'500, Unit::bytes), 1'000'000U);
  EXPECT_EQ(published(~std::uint64_t{0}, Unit::queries), ~std::uint64_t{0} - 5);
  for (const Unit& unit : {Unit::queries, Unit::bytes, Unit::names}) {
    for (std::uint64_t count = 10; count < 2'000'000; count += 1 + count / 50) {
      const Range range = PublicCount(count, Release::free, unit).range(unit);
      EXPECT_TRUE(range.low <= count && count <= range.high) << count << ' ' << unit.name;
    }
  }
  const PublicCount hidden(7, Release::few, Unit::queries);
  EXPECT_EQ(hidden.value(), 0U);
  EXPECT_EQ(hidden.range(Unit::queries).low, 1U);
}

/// A table of one outcome, with the raw counts of families and directions.
struct Made {
  PublicTable table;
  std::array<std::uint64_t, PublicTable::kPlaces> raw{};
};

Made made(std::mt19937& random) {
  Made made;
  for (std::size_t family = 0; family < 2; ++family) {
    for (std::size_t direction = 0; direction < Cell::kDirections; ++direction) {
      const std::uint64_t count = random() % 3 == 0 ? random() % 12 : random() % 60;
      for (const std::size_t place :
           {PublicTable::kTotal, PublicTable::kFamily + family, PublicTable::kDirection + direction})
        made.raw[place] += count;
    }
  }
  for (std::size_t i = 0; i < PublicTable::kVantage; ++i) {
    made.table.shown[i] = true;
    const bool small = made.raw[i] < Gate::kEnough && made.raw[i] != 0;
    const bool large = made.raw[i] != 0 && i != PublicTable::kTotal && random() % 5 == 0;
    const Release release = small ? Release::few : large ? Release::dominated_by_one : Release::free;
    made.table.outcomes[0][i] = PublicCount(made.raw[i], release, Unit::queries);
  }
  return made;
}

TEST(Secondary, LeavesNoHiddenCountKnownWithinTen) {
  std::mt19937 random(14);
  std::size_t hidden = 0;
  for (int i = 0; i < 3000; ++i) {
    Made one = made(random);
    const PublicTable::Places before = one.table.outcomes[0];
    hidden += hide_secondary(one.table, Unit::queries);
    const PublicTable::Places& after = one.table.outcomes[0];
    const auto ranges = bounds_of(one.table, after, Unit::queries);
    for (std::size_t place = 0; place < PublicTable::kVantage; ++place) {
      const Range& range = ranges[place];
      EXPECT_TRUE(range.low <= one.raw[place] && one.raw[place] <= range.high) << i << ' ' << place;
      if (!after[place].free()) {
        EXPECT_GE(range.high - range.low, Gate::kEnough) << i << ' ' << place;
      }
      if (one.raw[place] == 0) {
        EXPECT_TRUE(after[place].free());
      }
      if (!before[place].free()) {
        EXPECT_EQ(after[place].release(), before[place].release());
      }
    }
  }
  EXPECT_GT(hidden, 30U);
}

/// Cards of so many clients, each with queries that pass and fail in turn; the first has `extra` more.
class Export : public testing::Test {
 protected:
  [[nodiscard]] std::string card_of(std::uint32_t clients, std::uint64_t extra = 0, std::size_t windows = 1) const {
    Figures figures(catalogue, digests, {32, 56, nullptr, &groups});
    for (std::uint32_t client = 0; client < clients; ++client) {
      Subject subject;
      subject.client.octets = {10, 0, static_cast<std::uint8_t>(client >> 8), static_cast<std::uint8_t>(client)};
      figures.absorb({1, 0, 0}, subject, 7 + (client == 0 ? extra : 0));
    }
    figures.settle();
    WindowCard window;
    window.figures = &figures;
    window.ledger.frames = window.ledger.ended[0] = 400;
    window.ledger.first_ns = 1'700'000'000'000'000'000;
    window.ledger.last_ns = 1'700'200'000'000'000'000;
    return render_json({"toy-profile", true, std::vector<WindowCard>(windows, window)}, catalogue);
  }
  [[nodiscard]] std::string refused(const std::string& card) {
    const std::optional<Refusal> refusal = add_card(sums, catalogue, card, "a.json");
    return refusal ? refusal->line() : "";
  }
  [[nodiscard]] std::string with(const char* pointer, const json& value) const {
    json card = json::parse(card_of(20));
    card[json::json_pointer(pointer)] = value;
    return card.dump();
  }
  [[nodiscard]] std::string file(std::string_view name) const {
    const Published what = publish(sums, catalogue);
    const auto files = whole_package(public_texts({"ISP-A", "NL", "2023-11", "1"}, sums, what, catalogue));
    for (const PackageFile& file : std::get<std::vector<PackageFile>>(files))
      if (file.name == name) return file.text;
    return {};
  }

  [[nodiscard]] Release release_of_total() const {
    const CrowdedCount& total = sums.measures[0].outcomes[0][PublicTable::kTotal];
    return release_of(total.count, total.subscribers, total.groups, catalogue.measures()[0].unit);
  }

  const Catalogue catalogue = card::toy_catalogue();
  const Digests digests = Digests::published();
  const ClientGroups groups{{1}};
  CardSums sums{"2023-11", {}, {}, {}, 0};
};

TEST_F(Export, LetsACountLeaveFromTenSubscribersOn) {
  for (std::uint32_t clients = 0; clients <= 20; ++clients) {
    sums = {"2023-11", {}, {}, {}, 0};
    ASSERT_EQ(refused(card_of(clients)), "");
    const Published what = publish(sums, catalogue);
    const bool leaves = !what.tables.empty();
    // From ten on a group of several of them can be too large.
    const Release release = release_of_total();
    EXPECT_EQ(leaves, clients >= Gate::kEnough && release == Release::free) << clients;
    if (clients != 0 && clients < Gate::kEnough) {
      EXPECT_EQ(release, Release::few);
    }
    if (!leaves) {
      EXPECT_THAT(describe_package(sums, what), HasSubstr("no cell"));
    }
    if (!leaves) {
      EXPECT_EQ(report::csv_rows_of(file("observations.csv")).size(), 1U);
    }
  }
}

TEST_F(Export, HidesWhatOneDominates) {
  ASSERT_EQ(refused(card_of(400)), "");
  EXPECT_THAT(file("observations.csv"),
              HasSubstr("toy.asked,queries,_T,_T,_T,_T,pass,NL,ISP-A,M,2023-11,2800,A,F\r\n"));
  EXPECT_THAT(file("headline.csv"), Not(HasSubstr("toy")));
  sums = {"2023-11", {}, {}, {}, 0};
  ASSERT_EQ(refused(card_of(400, 5000)), "");
  EXPECT_EQ(release_of_total(), Release::dominated_by_one);
  EXPECT_TRUE(publish(sums, catalogue).tables.empty());
}

TEST_F(Export, AddsWindowsButNotTheirSubscribersOrEntities) {
  ASSERT_EQ(refused(card_of(6, 0, 3)), "");
  EXPECT_EQ(sums.measures[0].outcomes[0][PublicTable::kTotal].count, 3 * 6 * 7U);
  EXPECT_EQ(sums.measures[0].outcomes[0][PublicTable::kTotal].subscribers, 6U);
  EXPECT_TRUE(publish(sums, catalogue).tables.empty());
  EXPECT_THAT(file("coverage.csv"), HasSubstr("\r\n2023-11,4,30,,,0.000,none,0,0,"))
      << "frames would tell how many packets few clients sent";
}

TEST_F(Export, RefusesWhatItCannotAdd) {
  EXPECT_THAT(refused(with("/schema", "other/1")), HasSubstr("a.json: it has another schema"));
  EXPECT_THAT(refused(with("/windows/0/ledger/last_time", "2023-12-01T00:00:00Z")), HasSubstr("outside 2023-11"));
  EXPECT_THAT(refused(with("/windows/0/client_groups/k", 5)), HasSubstr("its gate is k = 5, not 10"));
  EXPECT_THAT(refused(with("/windows/0/measures/0/total/pass", 1)),
              HasSubstr("a count is less than its client groups"));
  EXPECT_THAT(refused(with("/windows/0/measures/0/cells/0/vantage", "here")), HasSubstr("unknown vantage"));
  EXPECT_THAT(refused(with("/windows/0/measures/0/cells", json::array())), HasSubstr("do not add up"));
  EXPECT_THAT(refused(with("/windows/0/measures/0/total/pass", -1)), HasSubstr("is no count"));
  EXPECT_THAT(refused(with("/profile", "192.0.2.1, alice")), HasSubstr("holds other signs"));
  EXPECT_THAT(refused("{"), HasSubstr("it is no JSON"));
  json without = json::parse(card_of(20));
  without["windows"][0].erase("client_groups");
  EXPECT_THAT(refused(without.dump()), HasSubstr("read it again with --client-groups"));
  sums = {"2023-11", {}, {}, {}, 0};
  ASSERT_EQ(refused(card_of(20)), "");
  EXPECT_THAT(refused(with("/profile", "other")), HasSubstr("has another profile"));
  EXPECT_THAT(refused(with("/windows/0/client_groups/key", "00")), HasSubstr("another key of client groups"));
}

constexpr std::array kPeople = {
    Measure{"toy.asked", &card::kStandard, Unit::queries, "toy", 0, card::judge_value, "?", "Pass.", "Gaps."},
    Measure{"toy.asked", &card::kStandard, Unit::subscribers, "toy", 0, card::judge_value, "?", "Pass.", "Gaps."}};

/// What leaves of clients who each ask a few times, some of whom fail; one of them may be away.
class Removal : public testing::Test {
 protected:
  struct Client {
    std::uint8_t number;
    std::uint64_t value;
  };
  [[nodiscard]] CardSums sums_of(const std::vector<Client>& clients) {
    figures.clear();
    for (const Client& client : clients) {
      Subject subject;
      subject.client.octets = {10, 0, 0, client.number};
      figures.absorb({client.value, 0, 0}, subject, 5);
    }
    figures.settle();
    WindowCard window;
    window.figures = &figures;
    window.ledger.frames = window.ledger.ended[0] = 400;
    window.ledger.first_ns = window.ledger.last_ns = 1'700'000'000'000'000'000;
    CardSums sums{"2023-11", {}, {}, {}, 0};
    const auto refusal = add_card(sums, catalogue, render_json({"toy-profile", true, {window}}, catalogue), "a");
    EXPECT_FALSE(refusal) << refusal->line();
    return sums;
  }
  /// What is published of subscribers, and of how many; hidden where the measure is left out.
  [[nodiscard]] std::array<std::pair<PublicCount, std::uint64_t>, Crowds::kOutcomes> subscribers(
      const std::vector<Client>& clients) {
    const CardSums sums = sums_of(clients);
    const Published published = publish(sums, catalogue);
    const auto table = std::find_if(published.tables.begin(), published.tables.end(),
                                    [](const PublicTable& t) { return t.measure == 1; });
    std::array<std::pair<PublicCount, std::uint64_t>, Crowds::kOutcomes> out;
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i].second = sums.measures[1].outcomes[i][PublicTable::kTotal].count;
      if (table == published.tables.end())
        out[i].first.hide(Release::few);
      else
        out[i].first = table->outcomes[i][PublicTable::kTotal];
    }
    return out;
  }

  static constexpr std::array kAreas = {Area{"toy", kPeople, card::toy_vantage, dns::kWords}};
  const Catalogue catalogue{card::toy_registry(), kAreas, default_profile()};
  const Digests digests = Digests::published();
  const ClientGroups groups{{1}};
  Figures figures{catalogue, digests, {32, 56, nullptr, &groups}};  ///< their memory is made once
};

/// What is hidden stays so, except at the gate, and where the only one who did so went: a zero tells that.
TEST_F(Removal, OfOneSubscriberMovesFiguresOfSubscribersByNothingOrTen) {
  constexpr std::size_t kRemovals = 1000;
  std::mt19937 random(15);
  std::size_t moved = 0;
  std::size_t removals = 0;
  while (removals < kRemovals) {
    std::vector<Client> clients;
    const std::size_t many = 5 + random() % 50;
    for (std::size_t i = 0; i < many; ++i)
      clients.push_back({static_cast<std::uint8_t>(i), random() % 3 == 0 ? 0U : 1 + random() % 2});
    const auto all = subscribers(clients);
    for (std::size_t gone = 0; gone < many && removals < kRemovals; ++gone, ++removals) {
      std::vector<Client> rest = clients;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(gone));
      const auto left = subscribers(rest);
      for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& [before, count] = all[i];
        const auto& [after, rest_count] = left[i];
        ASSERT_TRUE(rest_count == count || rest_count + 1 == count);
        if (before.free() && after.free()) {
          EXPECT_TRUE(before.value() == after.value() || before.value() == after.value() + 10);
          moved += before.value() != after.value() ? 1 : 0;
        } else if (before.free() != after.free() && rest_count != count) {
          EXPECT_TRUE(count == Gate::kEnough || count == 1) << count;
        }
        if (before.free()) {
          EXPECT_EQ(before.value() == 0, count == 0);
        }
      }
    }
  }
  EXPECT_GT(moved, 50U);
}

TEST(Headline, IsMadeOfTheRoundedTotalsAlone) {
  const std::string measures =
      "MEASURE,UNIT,HEADLINE,ANSWER,QUESTION\r\na,queries,yes,share,\"Say \"\"a\"\", or b?\"\r\n"
      "b,queries,no,share,?\r\nc,queries,yes,share,?\r\n";
  const std::string head = "MEASURE,UNIT,FAMILY,DIRECTION,VANTAGE,SECTOR,OUTCOME,TIME_PERIOD,OBS_VALUE\r\n";
  const std::string rows =
      "a,queries,_T,_T,_T,_T,pass,2023-11,20\r\na,queries,_T,_T,_T,_T,fail,2023-11,10\r\n"
      "a,queries,_T,_T,_T,_T,unobservable,2023-11,30\r\na,queries,ipv4,_T,_T,_T,pass,2023-11,990\r\n"
      "c,queries,_T,_T,_T,_T,pass,2023-11,20\r\nc,queries,_T,_T,_T,_T,fail,2023-11,\r\n";
  const Either<std::string> headline = headline_of(head + rows, measures);
  ASSERT_TRUE(std::holds_alternative<std::string>(headline)) << std::get<Refusal>(headline).line();
  EXPECT_THAT(std::get<std::string>(headline), HasSubstr("\r\na,queries,2023-11,0.667,0.333,0.833,,\r\n"
                                                         "c,queries,2023-11,,,,,\r\n"));
  for (const std::string& broken : {std::string("MEASURE\r\na\r\n"), head + "a,queries\r\n",
                                    head + "a,queries,_T,_T,_T,_T,pass,2023-11,1x\r\n", std::string()})
    EXPECT_TRUE(std::holds_alternative<Refusal>(headline_of(broken, measures))) << broken;
}

/// The words of a cell's dimensions, by its place in the cube.
std::vector<std::string> words_at(const json& cube, std::size_t place) {
  std::vector<std::string> words;
  for (std::size_t d = cube["id"].size(); d-- > 0;) {
    const auto size = cube["size"][d].get<std::size_t>();
    const json& index = cube["dimension"][cube["id"][d].get<std::string>()]["category"]["index"];
    words.insert(words.begin(), index.at(place % size).get<std::string>());
    place /= size;
  }
  return words;
}

TEST_F(Export, WritesEachCellIntoTheCubeToo) {
  ASSERT_EQ(refused(card_of(30)), "");
  for (CrowdedCount& count : sums.measures[0].outcomes[1]) count = {7, 3, {}};
  const json cube = json::parse(file("observations.json"));
  const std::vector<report::CsvRow> rows = report::csv_rows_of(file("observations.csv"));
  ASSERT_EQ(cube["id"][0], "MEASURE_UNIT");
  std::map<std::vector<std::string>, std::string> cells;
  for (const auto& [place, value] : cube["value"].items()) {
    const std::string status = cube["status"].value(place, "");
    cells[words_at(cube, std::stoul(place))] = value.is_null() ? "hidden " + status : value.dump() + status;
  }
  EXPECT_EQ(cells.size(), rows.size() - 1);
  std::size_t hidden = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::vector<std::string> words(rows[i].begin() + 2, rows[i].begin() + 11);
    words.insert(words.begin(), rows[i][0] + " / " + rows[i][1]);
    EXPECT_EQ(cells[words], rows[i][11].empty() ? "hidden " + rows[i][13] : rows[i][11]) << i;
    hidden += rows[i][11].empty() ? 1 : 0;
  }
  EXPECT_GT(hidden, 0U);
  EXPECT_GT(rows.size(), 10U);
  EXPECT_EQ(cube["dimension"]["MEASURE_UNIT"]["category"]["label"]["toy.asked / queries"], "How many toys ask?");
  EXPECT_EQ(cube["extension"]["uptake"], json::parse(file("datapackage.json"))["uptake"]);
}

TEST_F(Export, WithholdsVolumesOfWhatIsPublic) {
  ASSERT_EQ(refused(card_of(30)), "");
  for (CrowdedCount& count : sums.measures[0].outcomes[1]) count = {14, 12, {2, 2, 2, 2, 2, 2, 2}};
  const PackageTexts counts =
      public_texts({"ISP-A", "NL", "2023-11", "1"}, sums, publish(sums, catalogue), catalogue);
  EXPECT_THAT(counts.at("observations.csv"), HasSubstr(",pass,NL,ISP-A,M,2023-11,210,A,F"));
  const Either<PackageTexts> shares = shares_edition(counts);
  ASSERT_TRUE(std::holds_alternative<PackageTexts>(shares)) << std::get<Refusal>(shares).line();
  const auto files = whole_package(std::get<PackageTexts>(shares));
  ASSERT_TRUE(std::holds_alternative<std::vector<PackageFile>>(files)) << std::get<Refusal>(files).line();
  std::string all;
  for (const PackageFile& file : std::get<std::vector<PackageFile>>(files)) {
    if (file.name == "observations.csv") {
      EXPECT_THAT(file.text,
                  HasSubstr("\r\ntoy.asked,queries,_T,_T,_T,_T,NL,ISP-A,M,2023-11,0.955,A,F,0.955,0.955\r\n"));
    }
    if (file.name == "observations.json") {
      const json values = json::parse(file.text)["value"];
      EXPECT_EQ(values["0"], 0.955);
      for (const json& value : values) EXPECT_TRUE(value.is_null() || value <= 1) << value;
      continue;
    }
    if (file.name == "coverage.csv") {
      EXPECT_THAT(file.text, Not(HasSubstr("FRAMES,")));
    }
    if (file.name != "SHA256SUMS") all += file.text;
  }
  EXPECT_THAT(all, Not(HasSubstr("210")));
  EXPECT_THAT(all, Not(HasSubstr(",400,")));
}

TEST(JsonStat, RefusesWhatIsNoPackage) {
  const std::string head =
      "MEASURE,UNIT,FAMILY,DIRECTION,VANTAGE,SECTOR,OUTCOME,REF_AREA,OPERATOR,FREQ,TIME_PERIOD,OBS_VALUE,CONF_"
      "STATUS\n";
  const std::string row = "a,queries,_T,_T,_T,_T,pass,NL,A,M,2026-11,10,F\n";
  const std::string asked = "MEASURE,UNIT,QUESTION\na,queries,?\n";
  const std::string package = R"({"title": "t", "uptake": {}})";
  const auto refused = [](const Either<std::string>& made) {
    return std::holds_alternative<Refusal>(made) ? std::get<Refusal>(made).line() : "";
  };
  EXPECT_EQ(refused(json_stat_of(head + row, asked, package)), "");
  EXPECT_EQ(refused(json_stat_of(head + row + row, asked, package)),
            "observations.csv: row 2 is for the same cell as one before it");
  EXPECT_EQ(refused(json_stat_of(head + row, "MEASURE,UNIT,QUESTION\n", package)),
            "observations.csv: a / queries is not in measures.csv");
  EXPECT_EQ(refused(json_stat_of(head + row, "MEASURE,QUESTION\na,?\n", package)),
            "measures.csv: it has no column UNIT");
  EXPECT_EQ(refused(json_stat_of(head + row, asked, "{}")), "datapackage.json: is not as uptake writes it");
}

TEST(Manifest, IsAsSha256sumWritesIt) {
  const std::string line = manifest_line("abc", "abc");
  EXPECT_EQ(line, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc\n");
  EXPECT_EQ(manifest_of(line + line)->size(), 2U);
  EXPECT_FALSE(manifest_of("abc\n").has_value());
}

}  // namespace export_test
}  // namespace uptake
