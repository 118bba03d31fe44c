#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "dissectors/dns/facts.h"
#include "dissectors/frame/facts.h"
#include "dissectors/tls/facts.h"
#include "policy/report/text.h"
#include "tests/policy/judging.h"
#include "tests/policy/report/card_fixture.h"

namespace uptake {
namespace screen_test {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kHuge = 9'000'000'000'000'000'000U;

class Screen : public testing::Test {
 protected:
  Screen() {
    card.profile = "ncsc-nl-2025-05";
    card.inputs = 1;
    window.ledger.frames = 100;
    window.ledger.wire_bytes = window.ledger.captured_bytes = 12'345;
    window.ledger.first_ns = 1'709'210'096'000'000'000;
    window.ledger.last_ns = 1'709'210'156'000'000'000;
    window.ledger.end(Disposition::parsed, 100);
  }

  void connections(Family family, std::uint64_t count) {
    const frame::ConnectionBits bits{.family = family, .tcp = true, .answered = true};
    figures.absorb_count(static_cast<FactId>(registry.base("frame") + frame::kConnection), bits.pack(), {family},
                         count);
  }
  void sessions(std::uint8_t minor, std::uint64_t count, tls::Sight sight = tls::Sight::complete) {
    const tls::SessionBits bits{.suite = 0x1301,
                                .version_minor = minor,
                                .sight = sight,
                                .group_sight = tls::GroupSight::none,
                                .client_hello = true};
    figures.absorb_count(static_cast<FactId>(registry.base("tls") + tls::kSession), bits.pack(), {}, count);
  }

  std::string screen(TextOptions options = {}) {
    figures.settle();
    window.figures = &figures;
    return render_screen(card, window, all_measures(), options);
  }
  static void expect_one_screen(const std::string& text) {
    std::istringstream lines(text);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 80U) << line;
    EXPECT_LT(count, 24) << "a line is the prompt's\n" << text;
    EXPECT_EQ(text.back(), '\n');
  }

  const Registry registry{dissectors()};
  Figures figures{all_measures(), Digests::published(), {}};
  ScoreCard card;
  WindowCard window;
};

TEST_F(Screen, SaysHowFarWhatOfAndWhatWasNotSeen) {
  connections(Family::v6, 400);
  connections(Family::v4, 600);
  sessions(4, 60);
  sessions(3, 20);
  sessions(15, 20, tls::Sight::gap);
  const std::string text = screen();
  expect_one_screen(text);
  EXPECT_THAT(text, HasSubstr("uptake score card: 2024-02-29 12:34:56 to 12:35:56 UTC\n"
                              "100 frames, 12.3 kB, 1 file, the whole of the input, 1 min 0 s\n"));
  EXPECT_THAT(text, ContainsRegex("Modern address +connections over IPv6 +40\\.0 % +1,000 +- +-\n"));
  EXPECT_THAT(text, ContainsRegex("Secure connection +connections in TLS 1\\.3 +75\\.0 % +80 +20\\.0 % +60-80%\n"));
  EXPECT_THAT(text, ContainsRegex("Route authorisation +nothing of it was seen\n"));
  EXPECT_THAT(text, HasSubstr("--all"));
  EXPECT_THAT(text, HasSubstr("uptake explain ID"));
}

TEST_F(Screen, AFewAreNoShareAndTheUnknownIsNoZero) {
  connections(Family::v6, 29);
  sessions(15, 50, tls::Sight::truncated);
  const std::string text = screen();
  EXPECT_THAT(text, ContainsRegex("connections over IPv6 +too few +29 +- +-\n"));
  EXPECT_THAT(text, ContainsRegex("connections in TLS 1\\.3 +unknown +0 100\\.0 % +0-100%\n"));
  EXPECT_THAT(text, Not(HasSubstr("Nothing is missing")));
}

TEST_F(Screen, WhatWasMetTooLateWasSeen) {
  figures.absorb_count(static_cast<FactId>(registry.base("tls") + tls::kSession),
                       tls::SessionBits{.sight = tls::Sight::midstream}.pack(), {}, 300);
  const std::string text = screen();
  EXPECT_THAT(text, ContainsRegex("Secure connection +seen, but none of its headlines can be told"));
  EXPECT_THAT(text, ContainsRegex("Route authorisation +nothing of it was seen\n"));
}

TEST_F(Screen, WhatIsNotReadYetStandsInItsTheme) {
  window.unread.add(Unread::smtp, Family::v4, 5'000'000, 4'000);
  window.unread.add(Unread::imap, Family::v6, 1'000, 10);
  window.unread.add(Unread::quic, Family::v6, 7'000, 70);
  window.unread.add(Unread::bgp, Family::v4, 900, 9);
  window.unread.add(Unread::ssh, Family::v4, 100, 1);
  const std::string text = screen();
  expect_one_screen(text);
  EXPECT_THAT(text, ContainsRegex("Secure mail connection +not read yet: 4,010 packets, 5\\.0 MB of SMTP, IMAP\n"));
  EXPECT_THAT(text, ContainsRegex("Secure connection +not read yet: 70 packets, 7\\.0 kB of QUIC\n"));
  EXPECT_THAT(text, ContainsRegex("Route authorisation +not read yet: 9 packets, 900 B of BGP\n"));
  EXPECT_THAT(text, HasSubstr("Not in the figures: 1 packet of other protocols"));
}

TEST_F(Screen, NothingIsMissingOnlyWhereThatHolds) {
  constexpr std::string_view kNothing = "Nothing is missing that uptake knows of.";
  sessions(4, 50);
  EXPECT_THAT(screen(), HasSubstr(kNothing));
  const ScoreCard good_card = card;
  const WindowCard good = window;
  const auto says_less = [&](auto change) {
    card = good_card;
    window = good;
    change();
    EXPECT_THAT(screen(), Not(HasSubstr(kNothing)));
    EXPECT_THAT(render_window(card, window, all_measures()), Not(HasSubstr(kNothing)));
  };
  for (const Disposition how :
       {Disposition::truncated, Disposition::malformed, Disposition::unsupported, Disposition::too_deep,
        Disposition::fragment_dropped, Disposition::flow_full, Disposition::overload})
    says_less([&] { window.ledger.end(how), ++window.ledger.frames; });
  for (std::size_t i = 0; i < kLimits; ++i) says_less([&] { window.limits[i] = 1; });
  says_less([&] { ++window.ledger.frames; });
  says_less([&] { card.interrupted = true; });
  says_less([&] { card.damage = {{1, 2, "cut short"}}; });
  says_less([&] { card.ports = {{"eth1", std::nullopt}}; });
  says_less([&] { card.ports = {{"eth1", 0}, {"eth2", 1}}; });
  says_less([&] { window.unread.add(Unread::http, Family::v4, 1); });
  card = good_card;
  window = good;
  card.ports = {{"eth1", 0}};
  EXPECT_THAT(screen(), HasSubstr(kNothing)) << "a port that lost nothing";
  says_less([&] { sessions(15, 1, tls::Sight::gap); });
}

TEST_F(Screen, DamageInterruptionAndLossesStandOnIt) {
  connections(Family::v4, 100);
  card.inputs = 13;
  card.interrupted = true;
  card.damage = {{2, 77, "cut short"}};
  card.ports = {{"eth1", 5}, {"eth2", std::nullopt}};
  for (std::size_t i = 0; i < kLimits; ++i) window.limits[i] = kHuge;
  const std::string text = screen();
  expect_one_screen(text);
  EXPECT_THAT(text, HasSubstr("uptake score card, interrupted: 2024-02-29 12:34:56 to "));
  EXPECT_THAT(text, HasSubstr("Not in the figures: what came behind the interruption; "));
  EXPECT_THAT(text, ContainsRegex("and [0-9]+ more, see --all"));
}

TEST_F(Screen, HoldsHugeNumbersLongLabelsAndEveryFigure) {
  window.start_ns = 1'709'164'800'000'000'000;
  window.end_ns = 1'709'251'200'000'000'000;
  window.ledger.frames = kHuge;
  window.ledger.wire_bytes = ~std::uint64_t{0};
  window.ledger.last_ns = 1'719'210'156'000'000'000;
  window.ledger.ended = {};
  window.ledger.end(Disposition::parsed, kHuge - 7);
  window.ledger.end(Disposition::truncated, 7);
  card.inputs = 65'535;
  card.directions_known = true;
  card.interrupted = true;
  card.labels = {{"operator", std::string(150, 'x')}, {"place", "\xc3\x85land"}};
  for (std::size_t kind = 1; kind < kUnreads; ++kind)
    window.unread.add(static_cast<Unread>(kind), Family::v6, kHuge / 100, kHuge / 100);
  std::uint64_t value = 1;
  for (int i = 0; i < 3000; ++i) {
    value = value * 6364136223846793005U + 1442695040888963407U;
    for (FactId fact = 0; fact < registry.fact_count(); ++fact) {
      Subject subject;
      subject.client.octets[3] = static_cast<std::uint8_t>(i);
      subject.direction = Direction::from_customer;
      figures.absorb({value >> (value >> 58), fact, 0}, subject);
      figures.absorb_count(fact, value >> (value >> 58), {}, kHuge / 3000 / 10);
      figures.absorb_bytes(fact, value >> (value >> 58), {}, kHuge / 3000 / 10);
    }
  }
  const std::string text = screen();
  expect_one_screen(text);
  EXPECT_THAT(text, HasSubstr("2024-02-29 00:00:00 to 2024-03-01 00:00:00 UTC"));
  for (const Theme& theme : kThemes) EXPECT_EQ(text.find(theme.title) != std::string::npos, theme.on_first_screen);
}

TEST_F(Screen, BelowEightyColumnsLinesBreakAndNothingIsLost) {
  connections(Family::v6, 400);
  sessions(15, 50, tls::Sight::truncated);
  sessions(4, 150);
  for (const unsigned width : {40U, 60U, 79U}) {
    const std::string text = screen({width, false});
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), width) << line;
    std::string words = text;
    for (char& c : words) c = c == '\n' ? ' ' : c;
    EXPECT_THAT(words, ContainsRegex("connections in TLS 1\\.3: +100\\.0 % +of +150; +unseen +25\\.0 %, +so +between "
                                     "+75-100%"));
  }
  EXPECT_EQ(screen({500, false}), screen({80, false}));
  EXPECT_THAT(screen({80, true}), HasSubstr("\x1b[1mModern address"));
}

TEST_F(Screen, NoFramesAreALine) {
  window.ledger = {};
  const std::string text = screen();
  expect_one_screen(text);
  EXPECT_THAT(text, HasSubstr("0 frames"));
  EXPECT_THAT(text, Not(HasSubstr("Modern address")));
}

TEST_F(Screen, CustomersAreCountedInEachFamilyWhereNothingTiesThem) {
  const auto connect = [&](Family family, std::uint8_t host) {
    Subject subject;
    subject.client.family = family;
    subject.client.octets[3] = host;
    const frame::ConnectionBits bits{.family = family, .tcp = true, .answered = true};
    figures.absorb({bits.pack(), static_cast<FactId>(registry.base("frame") + frame::kConnection), 0}, subject);
  };
  for (std::uint8_t i = 0; i < 100; ++i) {
    connect(Family::v4, i);
    connect(Family::v6, i);
  }
  card.directions_known = true;
  EXPECT_THAT(screen(), HasSubstr("100 IPv4, 100 IPv6 subscribers (untied: no share)"));
  card.directions_known = false;
  EXPECT_THAT(screen(), Not(HasSubstr("subscribers")));
  EXPECT_THAT(render_window(card, window, all_measures()), HasSubstr("100 IPv4, 100 IPv6 clients"));
}

}  // namespace screen_test
}  // namespace uptake
