#include "policy/report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "policy/catalogue/dns/words.h"
#include "policy/report/numbers.h"
#include "policy/report/wrap.h"
#include "tests/policy/report/card_fixture.h"
#include "tests/policy/report/whole_text.h"

namespace uptake {
namespace text_test {

using testing::HasSubstr;
using testing::Not;

constexpr Cell kStub{Family::v4, Direction::unknown, dns::kStubResolver};
constexpr Cell kAuthority{Family::v6, Direction::from_customer, dns::kResolverAuthoritative};

class Text : public testing::Test {
 protected:
  std::string text(TextOptions options = {}, bool directions = false) {
    figures.settle();
    window.figures = &figures;
    ScoreCard card;
    card.profile = "toy-profile";
    card.directions_known = directions;
    card.windows = {window};
    window_frames();
    card.windows[0].ledger = window.ledger;
    return render_text(card, catalogue, options);
  }

  // A card of no frames is a line.
  void window_frames() {
    if (window.ledger.frames != 0) return;
    window.ledger.frames = 1;
    window.ledger.end(Disposition::parsed);
  }

  Catalogue catalogue = card::toy_catalogue();
  Digests digests = Digests::published();
  Figures figures{catalogue, digests, {}};
  WindowCard window;
};

TEST_F(Text, ShowsShareNumberAndWhatIsUnknown) {
  figures.absorb_count(0, 1, kStub, 8310);
  figures.absorb_count(0, 0, kStub, 1690);
  figures.absorb_count(0, 2, kStub, 2400);
  figures.absorb_count(0, 4, kStub, 100);
  const std::string out = text();
  EXPECT_THAT(out, HasSubstr("Other standards"));
  EXPECT_THAT(out, HasSubstr("How many toys ask? (toy.asked)"));
  EXPECT_THAT(out,
              HasSubstr("    queries       83.1 %             -       10,000     20.0 %    66.5 - 86.5  gap +1\n"));
}

TEST_F(Text, FewSightingsAreMarked) {
  figures.absorb_count(0, 1, kStub, 28);
  figures.absorb_count(0, 0, kStub, 1);
  EXPECT_THAT(text(), HasSubstr(" 29 *\n"));
  figures.absorb_count(0, 1, kStub, 1);
  EXPECT_THAT(text(), HasSubstr(" 30\n"));
}

TEST_F(Text, UnknownIsNotZero) {
  figures.absorb_count(0, 2, kStub, 50);
  const std::string out = text();
  EXPECT_THAT(out, HasSubstr("    queries            -             -            0 *  100.0 %    0.0 - 100.0  gap"));
}

TEST_F(Text, RoundingClaimsNeitherAllNorNone) {
  figures.absorb_count(0, 1, kStub, 1);
  figures.absorb_count(0, 0, kStub, 99'999);
  EXPECT_THAT(text(), HasSubstr("<0.1 %"));
  figures.absorb_count(0, 1, kStub, 999'999'999);
  EXPECT_THAT(text(), HasSubstr(">99.9 %"));
}

TEST_F(Text, VantagesAreKeptApart) {
  figures.absorb_count(0, 1, kStub, 40);
  figures.absorb_count(0, 0, kAuthority, 60);
  const std::string out = text();
  EXPECT_THAT(out, HasSubstr("by vantage: stub to resolver 100.0 % of 40, resolver to authoritative 0.0 % of 60"));
  EXPECT_THAT(out, HasSubstr("by family: IPv4 100.0 % of 40, IPv6 0.0 % of 60"));
  EXPECT_THAT(out, Not(HasSubstr("by direction")));
  EXPECT_THAT(text({}, true),
              HasSubstr("by direction: neither end or both a customer 100.0 % of 40, from customers"));
}

TEST_F(Text, FamiliesThatDoNotDifferAreNotSplit) {
  figures.absorb_count(0, 1, kStub, 40);
  figures.absorb_count(0, 1, kAuthority, 60);
  EXPECT_THAT(text(), Not(HasSubstr("by family")));
}

TEST_F(Text, ZerosShareALineThatTellsWhatIsUnknown) {
  figures.absorb_count(0, 0, kStub, 1000);
  EXPECT_THAT(text(), HasSubstr("  none of 1,000 queries:\n    toy.asked\n"));
  figures.absorb_count(0, 2, kStub, 2000);
  EXPECT_THAT(text(), HasSubstr("  none of 1,000 queries (2,000 more unknown):\n    toy.asked\n"));
}

TEST_F(Text, TheUnseenAreNamed) {
  figures.absorb_count(0, 0, kStub, 1000);
  EXPECT_THAT(text(), HasSubstr("not seen: toy.asked/names, toy.other/connections\n"));
}

TEST_F(Text, WhatNeverAppliedIsNoZero) {
  figures.absorb_count(0, 3, kStub, 5);
  EXPECT_THAT(text(), HasSubstr("seen, but never applicable: toy.asked/queries\n"));
}

TEST_F(Text, EntitiesShowTheirBest) {
  card::see_name(figures, "a.example", 1);
  card::see_name(figures, "a.example", 0);
  const std::string out = text();
  EXPECT_THAT(out, HasSubstr("    names          0.0 %    0.0 - 79.3"))
      << "Wilson's of 0 in 1: only entities have one";
  EXPECT_THAT(out, HasSubstr("each counts at its worst; at their best 100.0 % pass"));
  EXPECT_THAT(out, Not(HasSubstr("a.example")));
}

TEST_F(Text, TheLedgerSaysWhetherItCloses) {
  window.ledger.frames = 1234567;
  window.ledger.wire_bytes = 1000;
  window.ledger.captured_bytes = 500;
  window.ledger.first_ns = 1'709'210'096'000'000'000;
  window.ledger.last_ns = 1'709'210'156'000'000'000;
  window.ledger.end(Disposition::parsed, 1234560);
  window.ledger.end(Disposition::truncated, 7);
  window.limits[static_cast<std::size_t>(Limit::late)] = 3;
  const std::string out = text();
  EXPECT_THAT(out, HasSubstr("1,234,567 frames, 1,000 bytes on the wire, 50.0 % of them captured"));
  EXPECT_THAT(out, HasSubstr("2024-02-29 12:34:56 to 12:35:56 UTC (1 min 0 s)"));
  EXPECT_THAT(out, HasSubstr("The ledger closes"));
  EXPECT_THAT(out, HasSubstr("7  frames whose headers were cut when they were captured (truncated)"));
  EXPECT_THAT(out,
              HasSubstr("3  frames stamped long before those around them: counted in the window that was open,"));
  for (std::size_t i = 0; i < kDispositions; ++i)
    EXPECT_THAT(out, HasSubstr(std::string(name_of(static_cast<Disposition>(i)))));
  window.ledger.frames += 1;
  EXPECT_THAT(text(), HasSubstr("DOES NOT CLOSE"));
}

TEST_F(Text, StaysWithinItsColumnsAndIsReadableWithoutColour) {
  figures.absorb_count(0, 1, kStub, 3'000'000'000'000);
  figures.absorb_count(0, 0, kAuthority, 2'000'000'000'000);
  figures.absorb_count(0, 2, kAuthority, 7'000'000'000'000);
  window.ledger.frames = 1;
  for (const unsigned width : {60U, 79U, 80U, 100U, 500U}) {
    const std::string out = text({width, false});
    EXPECT_EQ(out.find('\x1b'), std::string::npos);
    for (const char* column : {"gap", "worst case", "judged", "unknown", "95 % interval"})
      EXPECT_THAT(out, HasSubstr(column)) << width << " columns lose one";
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), std::min(width, 100U)) << line;
  }
  EXPECT_NE(text({100, true}).find("\x1b[1m"), std::string::npos);
}

TEST(TextOfNothing, SaysSo) {
  const Catalogue catalogue = card::toy_catalogue();
  EXPECT_THAT(render_text({"p", false, {WindowCard{}}}, catalogue), HasSubstr("0 frames"));
  EXPECT_THAT(render_text({"p", false, {WindowCard{}}}, catalogue), testing::Not(HasSubstr("toy.asked")));
}

TEST(Wrap, BreaksAtSpacesOnly) {
  std::string out;
  report::append_wrapped(out, "ab ", "one two  threefourfive six", 10);
  EXPECT_EQ(out, "ab one two\n   threefourfive\n   six\n");
  EXPECT_EQ(report::grouped_digits(0), "0");
  EXPECT_EQ(report::grouped_digits(999), "999");
  EXPECT_EQ(report::grouped_digits(18446744073709551615U), "18,446,744,073,709,551,615");
}

}  // namespace text_test
}  // namespace uptake
