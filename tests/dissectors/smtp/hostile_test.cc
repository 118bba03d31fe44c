// What must hold of every flow: the standard properties, and lines of any length.

#include <gtest/gtest.h>

#include "tests/dissectors/smtp/talks.h"

namespace uptake::smtp::test {
namespace hostile_test {

struct Line {
  Side from;
  std::string text;
};
/// Everything once.
const std::vector<Line> kTalk = {
    {Side::server, kBanner},
    {Side::client, kEhlo},
    {Side::server, "250-mx.example.org\r\n250-STARTTLS\r\n250-XXXXXXXA\r\n250-AUTH PLAIN\r\n250 DSN\r\n"},
    {Side::client, "AUTH LOGIN\r\n"},
    {Side::server, "334 VXNlcm5hbWU6\r\n"},
    {Side::client, "YQ==\r\n"},
    {Side::server, "535 no\r\n"},
    {Side::client, "MAIL FROM:<\xc3\xbc@xn--a.example> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<a@b> ORCPT=x\r\nDATA\r\n"},
    {Side::server, "250 ok\r\n250 ok\r\n354 go\r\n"},
    {Side::client, "Subject: x\r\n\r\n..\r\n.\r\n"},
    {Side::server, "250 queued\r\n"},
    {Side::client, "MAIL FROM:<a@b>\r\nBDAT 4\r\nabcdBDAT 2 LAST\r\nab"},
    {Side::server, "250 ok\r\n250 ok\r\n250 ok\r\n"},
    {Side::client, "STARTTLS\r\n"},
    {Side::server, "220 go\r\n"},
    {Side::client, kClientHello},
};

std::vector<Talk::Noted> noted_of(const std::vector<Line>& lines, std::size_t piece = 1U << 16) {
  Talk talk;
  talk.piece = piece;
  for (const Line& line : lines) talk.say(line.from, line.text);
  talk.finish();
  EXPECT_EQ(talk.values(kSession).size(), 1U);
  EXPECT_EQ(talk.dropped, 0U);
  return talk.noted;
}

TEST(SmtpHostile, PiecesOfAnySizeSayTheSame) {
  const auto whole = noted_of(kTalk);
  ASSERT_EQ(whole.size(), 3U);
  for (std::size_t piece = 1; piece < 100; ++piece) EXPECT_EQ(noted_of(kTalk, piece), whole) << piece;
}

TEST(SmtpHostile, EveryCutOfEveryTurnSaysTheSame) {
  const auto whole = noted_of(kTalk);
  for (std::size_t turn = 0; turn < kTalk.size(); ++turn)
    for (std::size_t cut = 1; cut < kTalk[turn].text.size(); ++cut) {
      std::vector<Line> lines = kTalk;
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(turn), lines[turn]);
      lines[turn].text.resize(cut);
      lines[turn + 1].text.erase(0, cut);
      ASSERT_EQ(noted_of(lines), whole) << turn << ' ' << cut;
    }
}

TEST(SmtpHostile, APrefixOfALineNotesNothing) {
  for (const Line& line : kTalk)
    for (std::size_t size = 1; size + 1 < line.text.find('\n'); ++size) {
      if (line.text.find('\n') == std::string::npos) break;
      Talk talk;
      talk.server(kBanner).client(kEhlo);
      talk.say(line.from, line.text.substr(0, size));
      EXPECT_TRUE(talk.noted.empty());
      EXPECT_EQ(talk.result.verdict, Verdict::need_more);
      EXPECT_EQ(talk.held(line.from).size(), size);
    }
}

TEST(SmtpHostile, EverySingleOctetChangeStaysSafe) {
  for (std::size_t turn = 1; turn < kTalk.size(); ++turn)
    for (std::size_t at = 0; at < kTalk[turn].text.size(); ++at)
      for (const unsigned value : {0x00U, 0x0aU, 0x0dU, 0x16U, 0x20U, 0x2dU, 0x35U, 0x80U, 0xffU}) {
        std::vector<Line> lines = kTalk;
        lines[turn].text[at] = static_cast<char>(value);
        Talk talk;
        for (const Line& line : lines) talk.say(line.from, line.text);
        talk.finish();
        ASSERT_EQ(talk.values(kSession).size(), 1U) << turn << ' ' << at << ' ' << value;
      }
}

TEST(SmtpHostile, AHoleAnywhereLeavesOneSessionThatSaysSo) {
  for (std::size_t lost = 1; lost < kTalk.size(); ++lost) {
    Talk talk;
    for (std::size_t turn = 0; turn < kTalk.size(); ++turn)
      if (turn == lost) {
        talk.lose(kTalk[turn].from);
      } else {
        talk.say(kTalk[turn].from, kTalk[turn].text);
      }
    talk.finish();
    ASSERT_EQ(talk.values(kSession).size(), 1U) << lost;
    // The hole in front of the end is the listener's to tell, with finish().
    if (lost + 2 < kTalk.size()) {
      EXPECT_EQ(session_of(talk).why, Ending::gap) << lost;
      EXPECT_TRUE(talk.handed_over) << lost;
      EXPECT_EQ(session_of(talk).request, Request::begun) << lost;
    }
  }
}

TEST(SmtpHostile, ALineOfAnyLengthIsNotHeld) {
  for (const Side from : {Side::client, Side::server}) {
    Talk talk;
    talk.piece = 1400;
    greet(talk).say(from, std::string(1'000'000, from == Side::client ? 'a' : '2'));
    EXPECT_LE(talk.held(from).size(), 2048U);
    talk.say(from, "\r\n").client("STARTTLS\r\n").server("220 go\r\n").client(kClientHello);
    EXPECT_TRUE(talk.handed_over);
    EXPECT_EQ(session_of(talk).starttls, Offer::offered);
  }
}

TEST(SmtpHostile, ManyMessagesInOneOfferAreAllNoted) {
  Talk talk;
  talk.server(kBanner).client(kEhlo).server(kExtensions);
  for (int round = 0; round < 40; ++round) {
    std::string commands;
    std::string replies;
    for (int i = 0; i < 100; ++i) commands += "MAIL FROM:<a@b>\r\n";
    for (int i = 0; i < 100; ++i) replies += "550 no\r\n";
    talk.client(commands).server(replies);
  }
  quit(talk);
  EXPECT_EQ(messages_of(talk).size(), 4000U);
  EXPECT_EQ(talk.dropped, 0U);
}

TEST(SmtpHostile, ASnaplenThatCutsIsSaid) {
  Talk talk;
  talk.server(kBanner).client(kEhlo).offer(Side::server, "250-mx\r\n250-START", 60);
  EXPECT_EQ(talk.result.verdict, Verdict::truncated);
  talk.client("QUIT\r\n").server("221 bye\r\n").finish();
  EXPECT_EQ(session_of(talk).why, Ending::truncated);
  EXPECT_EQ(session_of(talk).starttls, Offer::unseen);
}

}  // namespace hostile_test
}  // namespace uptake::smtp::test
