#include <gtest/gtest.h>

#include "tests/dissectors/mailbox/talks.h"

namespace uptake::mailbox::test {
namespace pop3_test {

const std::string kList = "+OK list\r\nSTLS\r\nUTF8 USER\r\nSASL PLAIN\r\n.\r\n";

TEST(MailboxPop3, StlsOfferedAndUsed) {
  Pop3 talk;
  talk.server("+OK ready\r\n").client("CAPA\r\n").server(kList).client("STLS\r\n").server("+OK begin\r\n");
  talk.client(kClientHello);
  EXPECT_TRUE(talk.handed_over);
  const SessionBits session = session_of(talk);
  EXPECT_EQ(session.protocol, Protocol::pop3);
  EXPECT_EQ(session.starttls, Offer::offered);
  EXPECT_EQ(session.request, Request::begun);
  EXPECT_TRUE(session.utf8);
  EXPECT_FALSE(session.command_injected || session.reply_injected);
}

TEST(MailboxPop3, LoginInClear) {
  Pop3 talk;
  talk.server("+OK ready\r\n").client("USER STLS\r\n").server("+OK\r\n").client("PASS x y\r\n").server("+OK in\r\n");
  EXPECT_TRUE(talk.concluded);
  EXPECT_EQ(session_of(talk).login, Login::taken);
  EXPECT_EQ(session_of(talk).starttls, Offer::unseen) << "nobody asked";
  EXPECT_FALSE(session_of(talk).keeps_password);
}

TEST(MailboxPop3, Refused) {
  Pop3 talk;
  talk.server("+OK ready\r\n").client("CAPA\r\n").server("-ERR what\r\n").client("STLS\r\n").server("-ERR no\r\n");
  talk.client("APOP a 0123\r\n").server("-ERR no\r\n").client("QUIT\r\n").server("+OK\r\n").finish();
  EXPECT_EQ(session_of(talk).starttls, Offer::absent);
  EXPECT_EQ(session_of(talk).request, Request::refused);
  EXPECT_EQ(session_of(talk).login, Login::refused);
  EXPECT_TRUE(session_of(talk).keeps_password);
}

TEST(MailboxPop3, WhatAnswersAChallengeIsNoCommand) {
  Pop3 talk;
  talk.server("+OK ready\r\n").client("AUTH\r\n").server("+OK\r\nPLAIN\r\n.\r\n").client("AUTH PLAIN\r\n");
  talk.server("+ \r\n").client("STLS\r\n").server("+OK in\r\n");
  EXPECT_TRUE(talk.concluded);
  EXPECT_EQ(session_of(talk).request, Request::none);
  EXPECT_EQ(session_of(talk).login, Login::taken);
}

TEST(MailboxPop3, AskingForMechanismsIsNoLogin) {
  Pop3 talk;
  talk.server("+OK ready\r\n").client("AUTH\r\n").server("+OK\r\nPLAIN\r\n.\r\n").client("QUIT\r\n").finish();
  EXPECT_EQ(session_of(talk).login, Login::none);
}

TEST(MailboxPop3, Injected) {
  Pop3 command;
  command.server("+OK\r\n").client("STLS\r\nCAPA\r\n").server("+OK\r\n").client(kClientHello);
  EXPECT_TRUE(session_of(command).command_injected);
  Pop3 reply;
  reply.server("+OK\r\n").client("STLS\r\n").server("+OK\r\n+OK injected\r\n").client(kClientHello);
  EXPECT_TRUE(session_of(reply).reply_injected);
  EXPECT_FALSE(session_of(reply).command_injected);
}

TEST(MailboxPop3, PipelinedInAnyPieces) {
  for (const std::size_t piece : {1U, 3U, 1U << 16}) {
    Pop3 talk;
    talk.piece = piece;
    talk.server("+OK ready\r\n").client("CAPA\r\nUSER a\r\nPASS b\r\n").server(kList + "+OK\r\n-ERR no\r\n").finish();
    EXPECT_EQ(session_of(talk).starttls, Offer::offered) << piece;
    EXPECT_EQ(session_of(talk).login, Login::refused) << piece;
  }
}

TEST(MailboxPop3, MoreCommandsThanAreRememberedAreALimit) {
  Pop3 talk;
  talk.server("+OK ready\r\n");
  for (int i = 0; i < 17; ++i) talk.client("NOOP\r\n");
  talk.finish();
  EXPECT_EQ(session_of(talk).why, Ending::limit);
}

TEST(MailboxPop3, BehindAHoleTlsIsHandedOver) {
  for (const Side from : {Side::client, Side::server}) {
    Pop3 talk;
    talk.server("+OK\r\n").lose(from).say(from, from == Side::client ? kClientHello : kServerHello);
    EXPECT_TRUE(talk.handed_over);
    EXPECT_EQ(session_of(talk).why, Ending::gap);
    EXPECT_EQ(session_of(talk).request, Request::begun);
  }
}

TEST(MailboxPop3, ClaimsWhatBeginsLikeIt) {
  const std::tuple<Side, std::uint16_t, std::string, Claim> cases[] = {
      {Side::server, 110, "+OK", Claim::from_server},
      {Side::server, 110, "+", Claim::need_more},
      {Side::server, 6379, "+OK\r\n", Claim::no},
      {Side::server, 1110, "+OK POP3 server ready\r\n", Claim::from_server},
      {Side::client, 110, "CAPA\r\n", Claim::from_client},
      {Side::client, 1110, "CAPA\r\n", Claim::no},
      {Side::client, 110, "GET / HTTP/1.1\r\n", Claim::no},
  };
  for (const auto& [from, port, octets, claim] : cases) {
    Pop3 talk;
    talk.server_port = port;
    talk.say(from, octets);
    EXPECT_EQ(talk.answer, claim) << octets;
  }
}

}  // namespace pop3_test
}  // namespace uptake::mailbox::test
