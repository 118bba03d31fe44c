// Greetings, credentials, and what a session is when it is told.

#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "tests/dissectors/smtp/talks.h"

namespace uptake::smtp::test {
namespace session_test {

TEST(SmtpSession, HeloAlone) {
  Talk talk;
  talk.server(kBanner).client("helo client.example\r\n").server("250 mx.example.org\r\n");
  send(talk);
  quit(talk);
  EXPECT_EQ(session_of(talk).greeting, Greeting::helo);
  EXPECT_EQ(session_of(talk).starttls, Offer::unseen);
  EXPECT_EQ(session_of(talk).messages, 1);
}

TEST(SmtpSession, EhloRefusedThenHelo) {
  Talk talk;
  talk.server(kBanner).client(kEhlo).server("502 what?\r\n").client("HELO x\r\n").server("250 mx\r\n");
  quit(talk);
  EXPECT_EQ(session_of(talk).greeting, Greeting::helo);
  EXPECT_TRUE(session_of(talk).ehlo_refused);
}

/// RFC 5321 sections 3.1 and 4.2.1: that is no word about extensions.
TEST(SmtpSession, AClientThatIsRefused) {
  for (const std::string reply : {"421 too many connections\r\n", "450 later\r\n", "501 no\r\n", "504 no\r\n",
                                  "550 blocked\r\n", "554-blocked\r\n554 really\r\n"}) {
    Talk talk;
    talk.server(kBanner).client(kEhlo).server(reply);
    quit(talk);
    EXPECT_FALSE(session_of(talk).ehlo_refused) << reply;
    EXPECT_EQ(session_of(talk).greeting, Greeting::unseen);
    EXPECT_EQ(session_of(talk).starttls, Offer::unseen);
  }
  Talk talk;
  talk.server(kBanner).client(kEhlo).server("500 what?\r\n").client("HELO x\r\n").server("550 blocked\r\n");
  quit(talk);
  EXPECT_EQ(session_of(talk).greeting, Greeting::unseen);
  EXPECT_TRUE(session_of(talk).ehlo_refused);
}

TEST(SmtpSession, NoService) {
  Talk talk;
  talk.server("554 go away\r\n").client("QUIT\r\n").server("221 bye\r\n");
  EXPECT_TRUE(talk.concluded);
  EXPECT_EQ(session_of(talk).greeting, Greeting::unseen);
  EXPECT_TRUE(session_of(talk).client_seen);
}

TEST(SmtpSession, ABannerOfSeveralLines) {
  Talk talk;
  talk.server("220-mx.example.org ESMTP\r\n220-STARTTLS\r\n220 ready\r\n").client(kEhlo).server(kExtensions);
  quit(talk);
  EXPECT_EQ(session_of(talk).starttls, Offer::offered);
  EXPECT_EQ(session_of(talk).request, Request::none);
}

TEST(SmtpSession, AuthInClear) {
  const std::tuple<std::string, Mechanism, std::string, Auth> cases[] = {
      {"AUTH PLAIN AGEAYg==\r\n", Mechanism::plain, "235 ok\r\n", Auth::taken},
      {"auth login YQ==\r\n", Mechanism::login, "535 no\r\n", Auth::refused},
      {"AUTH XOAUTH2 dXNlcj0=\r\n", Mechanism::bearer, "530 STARTTLS first\r\n", Auth::refused},
      {"AUTH CRAM-MD5\r\n", Mechanism::challenge, "", Auth::tried},
      {"AUTH WHATEVER\r\n", Mechanism::other, "235 ok\r\n", Auth::taken}};
  for (const auto& [command, mechanism, reply, outcome] : cases) {
    Talk talk;
    talk.server_port = 587;
    greet(talk, "250-mx\r\n250 AUTH PLAIN LOGIN\r\n").client(command).server(reply).finish();
    EXPECT_EQ(session_of(talk).mechanism, mechanism) << command;
    EXPECT_EQ(session_of(talk).auth, outcome) << command;
    EXPECT_TRUE(session_of(talk).auth_offered);
    EXPECT_EQ(session_of(talk).service, Service::submission);
  }
}

TEST(SmtpSession, WhatAnswersAChallengeIsNoCommand) {
  Talk talk;
  greet(talk).client("AUTH LOGIN\r\n").server("334 VXNlcm5hbWU6\r\n").client("STARTTLS\r\n");
  talk.server("334 UGFzc3dvcmQ6\r\n").client("QUIT\r\n").server("235 ok\r\n");
  send(talk);
  quit(talk);
  EXPECT_EQ(session_of(talk).request, Request::none);
  EXPECT_EQ(session_of(talk).auth, Auth::taken);
  EXPECT_EQ(session_of(talk).mechanism, Mechanism::login);
  EXPECT_EQ(session_of(talk).messages, 1);
}

TEST(SmtpSession, LmtpIsNoneOfIt) {
  for (const std::string banner : {"220 mx.example.org LMTP\r\n", "220 mx.example.org ESMTP/LMTP\r\n"}) {
    Talk talk;
    talk.server(banner).client("LHLO client.example\r\n").server(kExtensions);
    quit(send(talk));
    EXPECT_TRUE(talk.concluded);
    EXPECT_TRUE(talk.noted.empty()) << banner;
  }
  Talk alone;
  alone.server("220 mx.example.org LMTP\r\n").server(kExtensions).finish();
  EXPECT_TRUE(alone.noted.empty()) << "its banner tells";
}

TEST(SmtpSession, TheTlsBehindLmtpIsPassedOn) {
  Talk talk;
  talk.server(kBanner).client("LHLO client.example\r\n").server(kExtensions).client("STARTTLS\r\n");
  talk.server("220 go\r\n").client(kClientHello);
  EXPECT_EQ(talk.result.verdict, Verdict::pass_on);
  EXPECT_TRUE(talk.noted.empty());
}

TEST(SmtpSession, ANameThatHoldsLmtpIsNoLmtp) {
  Talk talk;
  talk.server("220 lmtp.example.org ready\r\n").client(kEhlo).server(kExtensions);
  quit(send(talk));
  EXPECT_EQ(session_of(talk).messages, 1);
}

/// Of a stream that was picked up the first reply may be the banner, or answer STARTTLS.
TEST(SmtpSession, ABannerIsNoAnswerToStarttls) {
  Talk talk;
  talk.from_start = false;
  greet(talk).client("STARTTLS\r\n").server("220 go\r\n").client(kClientHello);
  EXPECT_EQ(session_of(talk).starttls, Offer::offered);
  EXPECT_EQ(session_of(talk).request, Request::begun);
  EXPECT_FALSE(session_of(talk).command_injected || session_of(talk).reply_injected);
  Talk clear;
  clear.from_start = false;
  clear.server(kBanner).server(kExtensions).server("250 ok\r\n250 ok\r\n354 go\r\n").server("250 queued\r\n");
  clear.finish();
  EXPECT_EQ(session_of(clear).request, Request::none);
  EXPECT_EQ(session_of(clear).messages, 1);
  Talk late;
  late.from_start = false;
  late.client("EHLO x\r\n").lose(Side::client).client("STARTTLS\r\n").server("220 go\r\n").finish();
  EXPECT_EQ(session_of(late).request, Request::accepted) << "no banner stands behind a command";
}

/// One pair of packets is captured in the wrong order.
TEST(SmtpSession, AGreetingBehindItsAnswerShiftsNothing) {
  for (const std::string greeting : {"EHLO client.example\r\n", "HELO client.example\r\n"}) {
    Talk talk;
    talk.server(kBanner).server(greeting == kEhlo ? kExtensions : "250 mx.example.org\r\n").client(greeting);
    talk.client("STARTTLS\r\n").server("454 not now\r\n");
    quit(send(talk));
    EXPECT_EQ(session_of(talk).request, Request::refused_for_now) << greeting;
    EXPECT_EQ(session_of(talk).greeting, greeting == kEhlo ? Greeting::ehlo : Greeting::helo);
    EXPECT_EQ(session_of(talk).messages, 1);
    EXPECT_FALSE(session_of(talk).server_lost);
  }
}

TEST(SmtpSession, AnswersInFrontOfAllCommandsAreNobodys) {
  Talk talk;
  talk.server(kBanner).server(kExtensions).server("250 ok\r\n").client(kEhlo).client("STARTTLS\r\n");
  talk.server("454 not now\r\n").finish();
  EXPECT_EQ(session_of(talk).request, Request::unanswered);
  EXPECT_TRUE(session_of(talk).server_lost);
}

TEST(SmtpSession, EndingsSayWhatIsMissing) {
  for (const Ending ending : {Ending::gap, Ending::truncated, Ending::limit, Ending::unfinished}) {
    Talk talk;
    greet(talk).finish(ending);
    EXPECT_EQ(session_of(talk).why, ending);
    EXPECT_TRUE(session_of(talk).client_lost && session_of(talk).server_lost);
    EXPECT_EQ(session_of(talk).starttls, Offer::offered) << "what was seen stays";
  }
}

TEST(SmtpSession, NoReplyIsNoReply) {
  Talk talk;
  talk.server(kBanner).client(kEhlo).server("garbage\r\n").server(kExtensions).client("STARTTLS\r\n");
  talk.server("220 go\r\n").client(kClientHello);
  EXPECT_TRUE(talk.handed_over);
  EXPECT_EQ(session_of(talk).why, Ending::malformed);
  EXPECT_EQ(session_of(talk).starttls, Offer::offered) << "a reply of several lines tells itself";
}

TEST(SmtpClaims, WhatBeginsLikeSmtp) {
  const std::tuple<Side, std::uint16_t, std::string, Claim> cases[] = {
      {Side::server, 25, "220 mx\r\n", Claim::from_server},
      {Side::server, 587, "220-mx", Claim::from_server},
      {Side::server, 25, "554 no\r\n", Claim::from_server},
      {Side::server, 25, "22", Claim::need_more},
      {Side::server, 25, "250 mx\r\n", Claim::no},
      {Side::server, 2526, "220 mx ESMTP postfix\r\n", Claim::from_server},
      {Side::server, 2526, "220 mx ES", Claim::need_more},
      {Side::server, 21, "220 (vsFTPd 3.0.3)\r\n", Claim::no},
      {Side::server, 21, "220 ready\r\n", Claim::no},
      {Side::client, 9999, "ehlo x\r\n", Claim::from_client},
      {Side::client, 9999, "HELO x\r\n", Claim::from_client},
      {Side::client, 9999, "EHLO\n", Claim::from_client},
      {Side::client, 9999, "EH", Claim::need_more},
      {Side::client, 25, "LHLO x\r\n", Claim::no},
      {Side::client, 25, "GET / HTTP/1.1\r\n", Claim::no},
      {Side::client, 119, "HELP\r\n", Claim::no},
  };
  for (const auto& [from, port, octets, claim] : cases) {
    Talk talk;
    talk.server_port = port;
    talk.say(from, octets);
    EXPECT_EQ(talk.answer, claim) << octets;
  }
}

TEST(SmtpClaims, MidstreamOnlyWhatIsPlain) {
  const std::tuple<Side, std::uint16_t, std::string, Claim> cases[] = {
      {Side::client, 9999, "MAIL FROM:<a@b>\r\n", Claim::from_client},
      {Side::client, 25, "some text of a mail\r\n", Claim::no},
      {Side::server, 25, "250 ok\r\n", Claim::from_server},
      {Side::server, 9999, "250 ok\r\n", Claim::no},
  };
  for (const auto& [from, port, octets, claim] : cases) {
    Talk talk;
    talk.from_start = false;
    talk.server_port = port;
    talk.say(from, octets);
    EXPECT_EQ(talk.answer, claim) << octets;
    talk.finish();
    EXPECT_FALSE(session_of(talk).started);
  }
}

TEST(SmtpSession, IsShownOnceToWhoeverWantsIt) {
  constexpr std::array<std::uint8_t, kShownCount> kWanted = {1};
  const std::uint64_t now = 5;
  for (const bool in_tls : {false, true}) {
    const auto notes = std::make_unique<Notes>();
    const auto room = std::make_unique<ExhibitRoom>();
    notes->take_exhibits(*room, kWanted, now);
    const Subject subject;
    notes->about(subject, 0);
    Session session;
    session.begin(Service::relay);
    if (in_tls) session.tls_begins(*notes);
    session.finish(Ending::closed, *notes);
    ASSERT_EQ(notes->exhibits().size(), 1U);
    EXPECT_EQ(notes->exhibits()[0].kind, kEnd);
    EXPECT_EQ(notes->exhibits()[0].value, notes->observations()[0].value);
    EXPECT_EQ(SessionBits::unpack(notes->exhibits()[0].value).request == Request::begun, in_tls);
  }
}

}  // namespace session_test
}  // namespace uptake::smtp::test
