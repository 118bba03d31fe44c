#include <gtest/gtest.h>

#include "tests/dissectors/mailbox/talks.h"

namespace uptake::mailbox::test {
namespace imap_test {

const std::string kGreeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n";

TEST(MailboxImap, StarttlsOfferedInTheGreetingAndUsed) {
  Imap talk;
  talk.server(kGreeting).client("a1 STARTTLS\r\n").server("a1 OK begin\r\n").client(kClientHello);
  EXPECT_TRUE(talk.handed_over);
  EXPECT_EQ(talk.held(Side::client), kClientHello);
  const SessionBits session = session_of(talk);
  EXPECT_EQ(session.protocol, Protocol::imap);
  EXPECT_EQ(session.starttls, Offer::offered);
  EXPECT_EQ(session.request, Request::begun);
  EXPECT_TRUE(session.login_disabled && session.started);
  EXPECT_FALSE(session.utf8 || session.command_injected || session.reply_injected);
  EXPECT_EQ(session.login, Login::none);
}

TEST(MailboxImap, NotOfferedAndLoginInClear) {
  Imap talk;
  talk.server("* OK ready\r\n").client("a CAPABILITY\r\n").server("* CAPABILITY IMAP4rev2 AUTH=PLAIN\r\na OK\r\n");
  talk.client("b LOGIN \"a\" \"STARTTLS\"\r\n").server("b OK done\r\n");
  EXPECT_TRUE(talk.concluded);
  EXPECT_EQ(session_of(talk).starttls, Offer::absent);
  EXPECT_EQ(session_of(talk).login, Login::taken);
  EXPECT_TRUE(session_of(talk).utf8);
  EXPECT_FALSE(session_of(talk).keeps_password || session_of(talk).login_disabled);
}

TEST(MailboxImap, LoginRefused) {
  Imap talk;
  talk.server(kGreeting).client("b login a b\r\n").server("c OK\r\nb NO [PRIVACYREQUIRED] no\r\n").finish();
  EXPECT_EQ(session_of(talk).login, Login::refused);
  EXPECT_EQ(session_of(talk).starttls, Offer::offered);
  EXPECT_EQ(session_of(talk).request, Request::none);
}

TEST(MailboxImap, LiteralsAreNotLookedAt) {
  for (const std::size_t piece : {1U, 4U, 1U << 16}) {
    Imap talk;
    talk.piece = piece;
    talk.server(kGreeting).client("b LOGIN {13}\r\n").server("+ go\r\n").client("x STARTTLS\r\nz {14}\r\n");
    talk.client("y STARTTLS\r\nzz a STARTTLS\r\n").server("b OK done\r\n");
    EXPECT_TRUE(talk.concluded) << piece;
    EXPECT_EQ(session_of(talk).request, Request::none);
    EXPECT_EQ(session_of(talk).login, Login::taken);
  }
}

TEST(MailboxImap, WhatAnswersAChallengeIsNoCommand) {
  Imap talk;
  talk.server(kGreeting).client("b AUTHENTICATE CRAM-MD5\r\n").server("+ PDE4\r\n").client("x STARTTLS\r\n");
  talk.server("b OK done\r\n");
  EXPECT_TRUE(talk.concluded);
  EXPECT_EQ(session_of(talk).request, Request::none);
  EXPECT_TRUE(session_of(talk).keeps_password);
}

TEST(MailboxImap, Refused) {
  Imap talk;
  talk.server(kGreeting).client("a STARTTLS\r\nb LOGOUT\r\n").server("a NO not now\r\n").finish();
  EXPECT_EQ(session_of(talk).request, Request::refused);
  EXPECT_FALSE(session_of(talk).command_injected);
}

TEST(MailboxImap, Injected) {
  Imap command;
  command.server(kGreeting).client("a STARTTLS\r\nb NOOP\r\n").server("a OK\r\n").client(kClientHello);
  EXPECT_TRUE(session_of(command).command_injected);
  EXPECT_FALSE(session_of(command).reply_injected);
  Imap reply;
  reply.server(kGreeting).client("a STARTTLS\r\n").server("a OK\r\n* CAPABILITY IMAP4rev1\r\n").client(kClientHello);
  EXPECT_TRUE(session_of(reply).reply_injected);
  EXPECT_FALSE(session_of(reply).command_injected);
}

TEST(MailboxImap, OneSide) {
  Imap client;
  client.client("a CAPABILITY\r\nb STARTTLS\r\n").client(kClientHello);
  EXPECT_EQ(session_of(client).request, Request::begun);
  EXPECT_EQ(session_of(client).starttls, Offer::unseen);
  EXPECT_FALSE(session_of(client).server_seen);
  Imap server;
  server.server(kGreeting).server("b OK\r\n").server(kServerHello);
  EXPECT_EQ(session_of(server).request, Request::begun);
  EXPECT_FALSE(session_of(server).client_seen);
  Imap reader;
  reader.client("a LOGIN b c\r\n").client("b SELECT INBOX\r\n");
  EXPECT_TRUE(reader.concluded);
  EXPECT_EQ(session_of(reader).login, Login::taken);
}

TEST(MailboxImap, Preauthenticated) {
  Imap talk;
  talk.server("* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n");
  EXPECT_TRUE(talk.concluded);
  EXPECT_EQ(session_of(talk).login, Login::none);
}

TEST(MailboxImap, BehindAHoleTlsIsHandedOver) {
  for (const Side from : {Side::client, Side::server}) {
    Imap talk;
    talk.server(kGreeting).lose(from).say(from, from == Side::client ? kClientHello : kServerHello);
    EXPECT_TRUE(talk.handed_over);
    EXPECT_EQ(session_of(talk).why, Ending::gap);
  }
}

TEST(MailboxImap, WhatIsNotSeenToItsEndSaysSo) {
  Imap talk;
  talk.server(kGreeting).client("a STARTTLS\r\n").finish(Ending::unfinished);
  EXPECT_EQ(session_of(talk).why, Ending::unfinished);
  EXPECT_TRUE(session_of(talk).client_lost && session_of(talk).server_lost);
}

TEST(MailboxImap, ClaimsWhatBeginsLikeIt) {
  const std::tuple<Side, std::uint16_t, std::string, Claim> cases[] = {
      {Side::server, 143, "* OK", Claim::from_server},
      {Side::server, 143, "* ", Claim::need_more},
      {Side::server, 1143, "* OK Dovecot IMAP ready\r\n", Claim::from_server},
      {Side::server, 1143, "* OK who knows\r\n", Claim::no},
      {Side::client, 143, "a1 capability\r\n", Claim::from_client},
      {Side::client, 1143, "a1 CAPABILITY\r\n", Claim::no},
      {Side::client, 143, "GET / HTTP/1.1\r\n", Claim::no},
  };
  for (const auto& [from, port, octets, claim] : cases) {
    Imap talk;
    talk.server_port = port;
    talk.say(from, octets);
    EXPECT_EQ(talk.answer, claim) << octets;
  }
}

}  // namespace imap_test
}  // namespace uptake::mailbox::test
