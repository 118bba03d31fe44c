#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "policy/client_groups.h"
#include "policy/privacy/card_sums.h"
#include "policy/privacy/publish.h"
#include "policy/privacy/secondary.h"
#include "policy/report/csv_table.h"
#include "policy/report/json.h"
#include "policy/report/manifest.h"
#include "policy/report/public_headline.h"
#include "policy/report/public_package.h"
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
    for (const PackageFile& file : render_package({"ISP-A", "NL", "2023-11", "1"}, sums, what, catalogue))
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
  EXPECT_THAT(file("coverage.csv"), HasSubstr("\r\n2023-11,4,30,1200,,0.000,none,0,0,"));
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

TEST(Manifest, IsAsSha256sumWritesIt) {
  const std::string line = manifest_line("abc", "abc");
  EXPECT_EQ(line, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc\n");
  EXPECT_EQ(manifest_of(line + line)->size(), 2U);
  EXPECT_FALSE(manifest_of("abc\n").has_value());
}

}  // namespace export_test
}  // namespace uptake
