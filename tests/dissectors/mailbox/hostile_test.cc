// What must hold of every flow of both protocols: the standard properties.

#include <gtest/gtest.h>

#include "tests/dissectors/mailbox/talks.h"

namespace uptake::mailbox::test {
namespace hostile_test {

struct Line {
  Side from;
  std::string text;
};
const std::vector<Line> kImap = {
    {Side::server, "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"},
    {Side::client, "a1 CAPABILITY\r\n"},
    {Side::server, "* CAPABILITY IMAP4rev1 STARTTLS UTF8=ACCEPT LOGINDISABLED\r\na1 OK\r\n"},
    {Side::client, "a2 LOGIN {1}\r\n"},
    {Side::server, "+ go\r\n"},
    {Side::client, "a {1+}\r\nb\r\n"},
    {Side::server, "a2 NO\r\n"},
    {Side::client, "a3 STARTTLS\r\n"},
    {Side::server, "a3 OK\r\n"},
    {Side::client, kClientHello},
};
const std::vector<Line> kPop3 = {
    {Side::server, "+OK ready\r\n"},  {Side::client, "CAPA\r\n"}, {Side::server, "+OK\r\nSTLS\r\nUTF8\r\n.\r\n"},
    {Side::client, "AUTH PLAIN\r\n"}, {Side::server, "+ \r\n"},   {Side::client, "AGEAYg==\r\n"},
    {Side::server, "-ERR no\r\n"},    {Side::client, "STLS\r\n"}, {Side::server, "+OK\r\n"},
    {Side::client, kClientHello},
};

template <class Talk>
auto noted_of(const std::vector<Line>& lines, std::size_t piece = 1U << 16) {
  Talk talk;
  talk.piece = piece;
  for (const Line& line : lines) talk.say(line.from, line.text);
  talk.finish();
  EXPECT_EQ(talk.noted.size(), 1U);
  return talk.noted;
}

template <class Talk>
void expect_cuts_say_the_same(const std::vector<Line>& all) {
  const auto whole = noted_of<Talk>(all);
  for (std::size_t piece = 1; piece < 70; ++piece) EXPECT_EQ(noted_of<Talk>(all, piece), whole) << piece;
  for (std::size_t turn = 0; turn < all.size(); ++turn)
    for (std::size_t cut = 1; cut < all[turn].text.size(); ++cut) {
      std::vector<Line> lines = all;
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(turn), lines[turn]);
      lines[turn].text.resize(cut);
      lines[turn + 1].text.erase(0, cut);
      ASSERT_EQ(noted_of<Talk>(lines), whole) << turn << ' ' << cut;
    }
}
template <class Talk>
void expect_changes_are_safe(const std::vector<Line>& all) {
  for (std::size_t turn = 1; turn < all.size(); ++turn)
    for (std::size_t at = 0; at < all[turn].text.size(); ++at)
      for (const unsigned value : {0x00U, 0x0aU, 0x0dU, 0x16U, 0x20U, 0x2bU, 0x7bU, 0x80U, 0xffU}) {
        std::vector<Line> lines = all;
        lines[turn].text[at] = static_cast<char>(value);
        (void)noted_of<Talk>(lines);
      }
}
template <class Talk>
void expect_prefixes_note_nothing(const std::vector<Line>& all) {
  for (std::size_t turn = 1; turn + 1 < all.size(); ++turn)
    for (std::size_t size = 1; size < all[turn].text.find('\n'); ++size) {
      Talk talk;
      talk.say(all[0].from, all[0].text).say(all[turn].from, all[turn].text.substr(0, size));
      EXPECT_TRUE(talk.noted.empty());
      EXPECT_EQ(talk.result.verdict, Verdict::need_more);
      EXPECT_EQ(talk.held(all[turn].from).size(), size);
    }
}
template <class Talk>
void expect_long_lines_are_not_held() {
  for (const Side from : {Side::client, Side::server}) {
    Talk talk;
    talk.piece = 1400;
    talk.server(talk.server_port == 143 ? "* OK\r\n" : "+OK\r\n").say(from, std::string(1'000'000, 'a'));
    EXPECT_LE(talk.held(from).size(), 2048U);
    talk.finish();
    EXPECT_EQ(talk.noted.size(), 1U);
  }
}

TEST(MailboxHostile, EveryCutSaysTheSame) {
  expect_cuts_say_the_same<Imap>(kImap);
  expect_cuts_say_the_same<Pop3>(kPop3);
}
TEST(MailboxHostile, EverySingleOctetChangeStaysSafe) {
  expect_changes_are_safe<Imap>(kImap);
  expect_changes_are_safe<Pop3>(kPop3);
}
TEST(MailboxHostile, APrefixOfALineNotesNothing) {
  expect_prefixes_note_nothing<Imap>(kImap);
  expect_prefixes_note_nothing<Pop3>(kPop3);
}
TEST(MailboxHostile, ALineOfAnyLengthIsNotHeld) {
  expect_long_lines_are_not_held<Imap>();
  expect_long_lines_are_not_held<Pop3>();
}

TEST(MailboxImplicit, SaysSoAndHandsOverAtOnce) {
  for (const auto& [port, protocol] : {std::pair{993, Protocol::imap}, std::pair{995, Protocol::pop3}}) {
    uptake::test::Talk<Dissector> talk;
    talk.server_port = static_cast<std::uint16_t>(port);
    talk.client(kClientHello);
    EXPECT_TRUE(talk.handed_over);
    EXPECT_EQ(talk.held(Side::client), kClientHello);
    EXPECT_TRUE(session_of(talk).implicit);
    EXPECT_EQ(session_of(talk).protocol, protocol);
  }
  uptake::test::Talk<Dissector> elsewhere;
  elsewhere.server_port = 443;
  EXPECT_EQ(elsewhere.client(kClientHello).answer, Claim::no);
}

}  // namespace hostile_test
}  // namespace uptake::mailbox::test
