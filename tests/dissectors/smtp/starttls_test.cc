// What becomes of STARTTLS: each outcome by itself, whatever else is said.

#include <gtest/gtest.h>

#include "tests/dissectors/smtp/talks.h"

namespace uptake::smtp::test {
namespace starttls_test {

TEST(SmtpStarttls, OfferedAndUsed) {
  Talk talk;
  greet(talk).client("STARTTLS\r\n").server("220 2.0.0 Ready\r\n");
  EXPECT_TRUE(talk.noted.empty()) << "nothing of TLS came";
  talk.client(kClientHello);
  EXPECT_TRUE(talk.handed_over);
  EXPECT_EQ(talk.held(Side::client), kClientHello) << "TLS begins with its first octet";
  const SessionBits session = session_of(talk);
  EXPECT_EQ(session.starttls, Offer::offered);
  EXPECT_EQ(session.request, Request::begun);
  EXPECT_EQ(session.greeting, Greeting::ehlo);
  EXPECT_EQ(session.service, Service::relay);
  EXPECT_FALSE(session.command_injected || session.reply_injected);
  EXPECT_TRUE(session.smtputf8);
  EXPECT_FALSE(session.require_tls || session.dsn || session.eight_bit || session.implicit);
}

TEST(SmtpStarttls, OfferedAndLeftUnused) {
  Talk talk;
  greet(talk);
  send(talk);
  quit(talk);
  EXPECT_TRUE(talk.concluded);
  const SessionBits session = session_of(talk);
  EXPECT_EQ(session.starttls, Offer::offered);
  EXPECT_EQ(session.request, Request::none);
  EXPECT_EQ(session.messages, 1);
}

TEST(SmtpStarttls, NotOffered) {
  Talk talk;
  greet(talk, "250-mx.example.org\r\n250 8BITMIME\r\n");
  quit(talk);
  EXPECT_EQ(session_of(talk).starttls, Offer::absent);
  EXPECT_TRUE(session_of(talk).eight_bit);
}

TEST(SmtpStarttls, AReplyOfOneLineOffersNothing) {
  Talk talk;
  greet(talk, "250 mx.example.org\r\n");
  quit(talk);
  EXPECT_EQ(session_of(talk).starttls, Offer::absent);
  EXPECT_EQ(session_of(talk).greeting, Greeting::ehlo);
}

TEST(SmtpStarttls, TheNameOfTheServerIsNoExtension) {
  Talk talk;
  greet(talk, "250-STARTTLS\r\n250 DSN\r\n");
  quit(talk);
  EXPECT_EQ(session_of(talk).starttls, Offer::absent);
  EXPECT_TRUE(session_of(talk).dsn);
}

TEST(SmtpStarttls, Masked) {
  for (const std::string word : {"XXXXXXXA", "XXXXXXXX"}) {
    Talk talk;
    greet(talk, "250-mx.example.org\r\n250-" + word + "\r\n250 DSN\r\n");
    quit(talk);
    EXPECT_EQ(session_of(talk).starttls, Offer::masked) << word;
  }
  for (const std::string word : {"XXXX", "XEXCH50", "XCLIENT NAME"}) {
    Talk talk;
    greet(talk, "250-mx.example.org\r\n250 " + word + "\r\n");
    quit(talk);
    EXPECT_EQ(session_of(talk).starttls, Offer::absent) << word;
  }
}

TEST(SmtpStarttls, AMaskedBannerMasksWhatIsMissing) {
  Talk talk;
  talk.server("220 ****************2*****0*\r\n").client(kEhlo).server("250-mx\r\n250 DSN\r\n");
  quit(talk);
  EXPECT_EQ(session_of(talk).starttls, Offer::masked);
  Talk terse;
  terse.server("220 *\r\n").client(kEhlo).server("250-mx\r\n250 DSN\r\n");
  quit(terse);
  EXPECT_EQ(session_of(terse).starttls, Offer::absent) << "a server may call itself so";
  Talk offered;
  offered.server("220 ****************2*****0*\r\n").client(kEhlo).server(kExtensions);
  quit(offered);
  EXPECT_EQ(session_of(offered).starttls, Offer::offered);
}

TEST(SmtpStarttls, Refused) {
  for (const auto& [reply, request] :
       {std::pair{"454 4.7.0 not now\r\n", Request::refused_for_now}, std::pair{"502 5.5.1 no\r\n", Request::refused},
        std::pair{"501 5.5.4 no\r\n", Request::refused}}) {
    Talk talk;
    greet(talk).client("STARTTLS\r\n").server(reply);
    send(talk);
    quit(talk);
    EXPECT_EQ(session_of(talk).request, request) << reply;
    EXPECT_EQ(session_of(talk).starttls, Offer::offered);
    EXPECT_FALSE(session_of(talk).command_injected);
    EXPECT_EQ(session_of(talk).messages, 1);
  }
}

TEST(SmtpStarttls, RequestedAndUnanswered) {
  Talk talk;
  greet(talk).client("STARTTLS\r\n").finish();
  EXPECT_EQ(session_of(talk).request, Request::unanswered);
}

TEST(SmtpStarttls, AcceptedAndNothingOfTlsFollows) {
  Talk talk;
  greet(talk).client("STARTTLS\r\n").server("220 go\r\n").finish();
  EXPECT_EQ(session_of(talk).request, Request::accepted);
}

TEST(SmtpStarttls, ACommandInjected) {
  Talk talk;
  greet(talk)
      .client("STARTTLS\r\nRSET\r\nMAIL FROM:<evil@example.org>\r\n")
      .server("220 go\r\n")
      .client(kClientHello);
  EXPECT_TRUE(talk.handed_over);
  EXPECT_TRUE(session_of(talk).command_injected);
  EXPECT_FALSE(session_of(talk).reply_injected);
  EXPECT_EQ(session_of(talk).request, Request::begun);
}

TEST(SmtpStarttls, AReplyInjected) {
  for (const std::size_t piece : {1U, 7U, 100U}) {
    Talk talk;
    talk.piece = piece;
    greet(talk).client("STARTTLS\r\n").server("220 go\r\n250 2.0.0 injected\r\n").client(kClientHello);
    EXPECT_TRUE(talk.handed_over);
    EXPECT_TRUE(session_of(talk).reply_injected);
    EXPECT_FALSE(session_of(talk).command_injected);
  }
}

TEST(SmtpStarttls, WhatIsPipelinedBehindARefusalIsNoInjection) {
  Talk talk;
  greet(talk).client("STARTTLS\r\nRSET\r\n").server("454 no\r\n250 ok\r\n");
  quit(talk);
  EXPECT_FALSE(session_of(talk).command_injected);
  EXPECT_EQ(session_of(talk).request, Request::refused_for_now);
}

TEST(SmtpStarttls, InTheSecondEhloIsNotSeenButTheFirstStays) {
  Talk talk;
  greet(talk).client(kEhlo).server("250-mx\r\n250 DSN\r\n");
  quit(talk);
  EXPECT_EQ(session_of(talk).starttls, Offer::offered);
}

TEST(SmtpStarttls, TheClientAlone) {
  Talk talk;
  talk.client(kEhlo).client("STARTTLS\r\n").client(kClientHello);
  EXPECT_TRUE(talk.handed_over);
  const SessionBits session = session_of(talk);
  EXPECT_EQ(session.request, Request::begun) << "TLS follows: it was accepted";
  EXPECT_EQ(session.starttls, Offer::unseen);
  EXPECT_EQ(session.greeting, Greeting::ehlo);
  EXPECT_FALSE(session.server_seen);
}

TEST(SmtpStarttls, TheServerAlone) {
  Talk talk;
  talk.server(kBanner).server(kExtensions).server("220 go\r\n").server(std::string("\x16\x03\x03\x00\x05\x02", 6));
  EXPECT_TRUE(talk.handed_over);
  const SessionBits session = session_of(talk);
  EXPECT_EQ(session.starttls, Offer::offered);
  EXPECT_EQ(session.request, Request::begun);
  EXPECT_FALSE(session.client_seen);
}

TEST(SmtpStarttls, BehindAHoleTlsIsHandedOver) {
  for (const Side from : {Side::client, Side::server}) {
    Talk talk;
    greet(talk).lose(from).say(from,
                               from == Side::client ? kClientHello : std::string("\x16\x03\x03\x00\x05\x02", 6));
    EXPECT_TRUE(talk.handed_over);
    EXPECT_EQ(session_of(talk).request, Request::begun);
    EXPECT_EQ(session_of(talk).why, Ending::gap);
    EXPECT_EQ(session_of(talk).client_lost, from == Side::client);
  }
}

TEST(SmtpStarttls, Sslv2HelloIsTls) {
  Talk talk;
  greet(talk).client("STARTTLS\r\n").server("220 go\r\n").client(std::string("\x80\x2e\x01\x03\x01\x00", 6));
  EXPECT_TRUE(talk.handed_over);
}

TEST(SmtpImplicit, SaysSoAndHandsOverAtOnce) {
  uptake::test::Talk<ImplicitDissector> talk;
  talk.server_port = 465;
  talk.client(kClientHello);
  EXPECT_EQ(talk.answer, Claim::from_client);
  EXPECT_TRUE(talk.handed_over);
  EXPECT_EQ(talk.held(Side::client), kClientHello);
  ASSERT_EQ(talk.values(kSession).size(), 1U);
  const SessionBits session = SessionBits::unpack(talk.values(kSession)[0]);
  EXPECT_TRUE(session.implicit);
  EXPECT_EQ(session.service, Service::submissions);
  EXPECT_EQ(session.request, Request::none);
}

TEST(SmtpImplicit, ClaimsNothingElse) {
  for (const auto& [port, octets] : {std::pair{443, kClientHello}, std::pair{465, kBanner},
                                     std::pair{465, std::string("\x17\x03\x03\x00\x20\x01", 6)}}) {
    uptake::test::Talk<ImplicitDissector> talk;
    talk.server_port = static_cast<std::uint16_t>(port);
    talk.client(octets);
    EXPECT_EQ(talk.answer, Claim::no) << port;
  }
}

}  // namespace starttls_test
}  // namespace uptake::smtp::test
