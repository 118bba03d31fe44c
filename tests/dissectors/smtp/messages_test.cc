// Mail transactions in clear text: what their envelopes say and what becomes of them, by pipelining or not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dissectors/smtp/talks.h"

namespace uptake::smtp::test {
namespace messages_test {

MessageBits only(const Talk& talk) {
  const std::vector<MessageBits> messages = messages_of(talk);
  EXPECT_EQ(messages.size(), 1U);
  return messages.empty() ? MessageBits{} : messages[0];
}

TEST(SmtpMessages, AcceptedOneByOne) {
  Talk talk;
  greet(talk);
  send(talk, "MAIL FROM:<a@example.org> BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=HDRS");
  quit(talk);
  const MessageBits message = only(talk);
  EXPECT_EQ(message.outcome, Outcome::accepted);
  EXPECT_TRUE(message.envelope_seen && message.extensions_seen && message.smtputf8_offered);
  const Envelope envelope = Envelope::unpack(message.envelope);
  EXPECT_TRUE(envelope.smtputf8 && envelope.eight_bit && envelope.require_tls && envelope.dsn);
  EXPECT_FALSE(envelope.local || envelope.domain || envelope.a_label || message.chunked);
}

TEST(SmtpMessages, PipelinedWithRepliesLate) {
  for (const std::size_t piece : {1U, 5U, 64U, 1U << 16}) {
    Talk talk;
    talk.piece = piece;
    greet(talk);
    talk.client(
        "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org> NOTIFY=NEVER\r\nRCPT TO:<c@example.org>\r\nDATA\r\n");
    talk.server("250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n");
    talk.client("text\r\n.\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<d@example.org>\r\nDATA\r\n");
    talk.server("250 ok\r\n250 ok\r\n550 no\r\n554 no valid recipients\r\n").client("QUIT\r\n").server("221 bye\r\n");
    const std::vector<MessageBits> messages = messages_of(talk);
    ASSERT_EQ(messages.size(), 2U) << piece;
    EXPECT_EQ(messages[0].outcome, Outcome::accepted);
    EXPECT_TRUE(Envelope::unpack(messages[0].envelope).dsn);
    EXPECT_EQ(messages[1].outcome, Outcome::refused);
    EXPECT_EQ(session_of(talk).messages, 1);
    EXPECT_TRUE(talk.concluded);
  }
}

TEST(SmtpMessages, NonAsciiAcceptedAndRefused) {
  Talk talk;
  greet(talk);
  send(talk, "MAIL FROM:<b\xc3\xbc\x63her@example.org> SMTPUTF8", "RCPT TO:<a@b\xc3\xbc\x63her.example>");
  talk.client("MAIL FROM:<b\xc3\xbc\x63her@example.org>\r\n").server("553 5.6.7 no\r\n");
  talk.client("MAIL FROM:<a@xn--bcher-kva.example>\r\n").server("250 ok\r\n");
  talk.client("RCPT TO:<\"b\xc3\xbc >@\"@example.org>\r\n").server("550 5.6.7 no\r\n").client("RSET\r\n");
  talk.server("250 ok\r\n");
  quit(talk);
  const std::vector<MessageBits> messages = messages_of(talk);
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].outcome, Outcome::accepted);
  EXPECT_TRUE(Envelope::unpack(messages[0].envelope).local && Envelope::unpack(messages[0].envelope).domain);
  EXPECT_FALSE(messages[0].non_ascii_refused);
  EXPECT_EQ(messages[1].outcome, Outcome::refused);
  EXPECT_TRUE(messages[1].non_ascii_refused);
  EXPECT_EQ(messages[2].outcome, Outcome::refused) << "its only recipient was";
  EXPECT_TRUE(messages[2].non_ascii_refused);
  EXPECT_TRUE(Envelope::unpack(messages[2].envelope).a_label && Envelope::unpack(messages[2].envelope).local);
  EXPECT_FALSE(Envelope::unpack(messages[2].envelope).domain);
}

TEST(SmtpMessages, NonAsciiRefusedAndGivenUpByQuit) {
  Talk talk;
  greet(talk);
  talk.client("MAIL FROM:<a@example.org>\r\n").server("250 ok\r\n");
  talk.client("RCPT TO:<b\xc3\xbc\x63her@example.org>\r\n").server("550 5.6.7 no\r\n");
  quit(talk);
  const std::vector<MessageBits> messages = messages_of(talk);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].outcome, Outcome::refused);
  EXPECT_TRUE(messages[0].envelope_seen);
  EXPECT_TRUE(messages[0].non_ascii_refused);
}

TEST(SmtpMessages, DataRefusedIsNoBody) {
  Talk talk;
  greet(talk);
  talk.client("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
  talk.server("250 ok\r\n250 ok\r\n521 no\r\n").client("STARTTLS\r\n").server("220 go\r\n").client(kClientHello);
  EXPECT_TRUE(talk.handed_over);
  EXPECT_EQ(only(talk).outcome, Outcome::refused);
}

TEST(SmtpMessages, BodiesArePassedOverHoweverTheyAreCut) {
  const std::string body = ".\r\r\n\r\n..\r\nSTARTTLS\r\nMAIL FROM:<x@example.org>\r\n.\r.\n.\n\x16\x03\x01\r\n.\r\n";
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 1U << 16}) {
    Talk talk;
    greet(talk).client("MAIL FROM:<a@b>\r\n").server("250 ok\r\n").client("DATA\r\n").server("354 go\r\n");
    talk.piece = piece;
    talk.client(body);
    EXPECT_TRUE(talk.held(Side::client).empty());
    talk.server("250 ok\r\n");
    quit(talk);
    EXPECT_EQ(only(talk).outcome, Outcome::accepted) << piece;
    EXPECT_EQ(session_of(talk).request, Request::none);
  }
}

TEST(SmtpMessages, AHoleInABodyEndsIt) {
  for (const bool chunked : {false, true}) {
    Talk talk;
    greet(talk).client("MAIL FROM:<a@b>\r\n").server("250 ok\r\n");
    chunked ? talk.client("BDAT 100000\r\nab") : talk.client("DATA\r\n").server("354 go\r\n").client("text\r\n");
    talk.lose(Side::client).client("more\r\nSTARTTLS\r\n").server("220 go\r\n").client(kClientHello);
    EXPECT_TRUE(talk.handed_over) << chunked;
    EXPECT_EQ(session_of(talk).request, Request::begun) << chunked;
  }
}

TEST(SmtpMessages, WhatFollowsABodyAtOnceIsRead) {
  for (const std::string body : {".\r\n", "text\r\r\n.\r\n", "\r\n.\r\n"}) {
    Talk talk;
    greet(talk).client("MAIL FROM:<>\r\n").server("250 ok\r\n").client("DATA\r\n").server("354 go\r\n");
    talk.client(body + "QUIT\r\n").server("250 ok\r\n221 bye\r\n");
    EXPECT_TRUE(talk.concluded) << body;
    EXPECT_EQ(only(talk).outcome, Outcome::accepted) << body;
  }
}

TEST(SmtpMessages, AQuotedLocalPartMayHoldWhatEndsAPath) {
  Talk talk;
  greet(talk);
  send(talk, "MAIL FROM:<\"a>\\\"@b\"@b\xc3\xbc.example> SMTPUTF8", "RCPT TO:<\"@\xc3\xbc\"@b.example>");
  quit(talk);
  const Envelope envelope = Envelope::unpack(only(talk).envelope);
  EXPECT_TRUE(envelope.domain && envelope.local && envelope.smtputf8);
  Talk other;
  greet(other);
  send(other, "MAIL FROM:<\"a>\xc3\xbc\"@b.example> SMTPUTF8");
  quit(other);
  EXPECT_FALSE(Envelope::unpack(only(other).envelope).domain);
  EXPECT_TRUE(Envelope::unpack(only(other).envelope).local && Envelope::unpack(only(other).envelope).smtputf8);
}

TEST(SmtpMessages, AnEmptyBody) {
  Talk talk;
  greet(talk).client("MAIL FROM:<>\r\n").server("250 ok\r\n").client("DATA\r\n").server("354 go\r\n");
  talk.client(".\r\n").server("250 ok\r\n");
  quit(talk);
  EXPECT_EQ(only(talk).outcome, Outcome::accepted);
}

TEST(SmtpMessages, ABodyThatEndsWithALoneLfEndsWithTheReply) {
  Talk talk;
  greet(talk).client("MAIL FROM:<>\r\n").server("250 ok\r\n").client("DATA\r\n").server("354 go\r\n");
  talk.client("text\n.\n").server("250 ok\r\n").client("STARTTLS\r\n").server("220 go\r\n").client(kClientHello);
  EXPECT_TRUE(talk.handed_over);
  EXPECT_EQ(only(talk).outcome, Outcome::accepted);
}

TEST(SmtpMessages, ChunksArePassedOver) {
  for (const std::size_t piece : {1U, 3U, 1U << 16}) {
    Talk talk;
    talk.piece = piece;
    greet(talk);
    talk.client(
        "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 10\r\nSTARTTLS\r\nBDAT 0\r\nBDAT 5 LAST\r\n\x16\x03\x01\r\n");
    talk.server("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
    quit(talk);
    EXPECT_EQ(only(talk).outcome, Outcome::accepted) << piece;
    EXPECT_TRUE(only(talk).chunked);
    EXPECT_EQ(session_of(talk).request, Request::none);
  }
}

TEST(SmtpMessages, SizesThatAreNoneAnnounceNoChunk) {
  for (const std::string size : {"-5", "99999999999999999999", "0x10", "", "5LAST"}) {
    Talk talk;
    greet(talk).client("BDAT " + size + "\r\n").server("501 no\r\n");
    quit(talk);
    EXPECT_TRUE(talk.concluded) << size;
    EXPECT_TRUE(messages_of(talk).empty()) << size;
  }
}

TEST(SmtpMessages, AChunkRefusedRefusesTheMail) {
  Talk talk;
  greet(talk).client("MAIL FROM:<a@b>\r\nBDAT 3\r\nabcBDAT 3 LAST\r\nabc").server("250 ok\r\n552 big\r\n503 no\r\n");
  quit(talk);
  EXPECT_EQ(only(talk).outcome, Outcome::refused);
}

TEST(SmtpMessages, GivenUp) {
  Talk talk;
  greet(talk).client("MAIL FROM:<a@b>\r\n").server("250 ok\r\n").client("RCPT TO:<a@b>\r\n").server("250 ok\r\n");
  talk.client("RSET\r\n").server("250 ok\r\n");
  quit(talk);
  EXPECT_EQ(only(talk).outcome, Outcome::abandoned);
  EXPECT_EQ(session_of(talk).messages, 0);
}

TEST(SmtpMessages, TheClientAlone) {
  Talk talk;
  talk.client(kEhlo).client("MAIL FROM:<\xc3\xbc@b> SMTPUTF8\r\nRCPT TO:<c@d>\r\nDATA\r\n").client("text\r\n.\r\n");
  talk.client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 3 LAST\r\nabcQUIT\r\n").finish();
  const std::vector<MessageBits> messages = messages_of(talk);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].outcome, Outcome::unseen);
  EXPECT_TRUE(messages[0].envelope_seen && Envelope::unpack(messages[0].envelope).local);
  EXPECT_FALSE(messages[0].extensions_seen);
  EXPECT_TRUE(messages[1].chunked);
  EXPECT_FALSE(Envelope::unpack(messages[1].envelope).local);
  EXPECT_EQ(session_of(talk).messages, 2);
}

TEST(SmtpMessages, OfTheServerAloneTheReplyBehind354IsThatToTheMail) {
  Talk talk;
  talk.server(kBanner).server(kExtensions);
  for (int i = 0; i < 3; ++i)
    talk.server("250 ok\r\n250 ok\r\n354 go\r\n").server("554 no\r\n").server("250 reset\r\n");
  talk.finish();
  std::vector<Outcome> outcomes;
  for (const std::uint64_t value : talk.values(kMessage)) outcomes.push_back(MessageBits::unpack(value).outcome);
  EXPECT_THAT(outcomes, testing::ElementsAre(Outcome::refused, Outcome::refused, Outcome::refused));
}

TEST(SmtpMessages, TheServerAlone) {
  Talk talk;
  talk.server(kBanner).server(kExtensions).server("250 ok\r\n250 ok\r\n354 go\r\n").server("250 queued\r\n");
  talk.server("221 bye\r\n");
  EXPECT_TRUE(talk.concluded);
  EXPECT_EQ(only(talk).outcome, Outcome::accepted);
  EXPECT_FALSE(only(talk).envelope_seen);
}

TEST(SmtpMessages, BehindAHoleRepliesAreNobodys) {
  Talk talk;
  greet(talk).client("MAIL FROM:<a@b>\r\n").server("250 ok\r\n").lose(Side::client);
  talk.client("body text\r\n.\r\nMAIL FROM:<e@f>\r\n").server("250 ok\r\n550 no\r\n").finish();
  EXPECT_EQ(only(talk).outcome, Outcome::unseen);
  EXPECT_EQ(only(talk).why, Ending::gap);
  EXPECT_TRUE(session_of(talk).client_lost);
}

TEST(SmtpMessages, AnyNumberOfRecipientsIsOneMessage) {
  Talk talk;
  greet(talk).client("MAIL FROM:<a@b>\r\n").server("250 ok\r\n");
  std::string recipients;
  std::string replies;
  for (int i = 0; i < 100'000; ++i) {
    recipients += "RCPT TO:<b@example.org>\r\n";
    replies += i % 2 == 0 ? "250 ok\r\n" : "550 no\r\n";
  }
  talk.piece = 1400;
  talk.client(recipients)
      .server(replies)
      .client("DATA\r\n")
      .server("354 go\r\n")
      .client("x\r\n.\r\n")
      .server("250 ok\r\n");
  quit(talk);
  EXPECT_EQ(only(talk).outcome, Outcome::accepted);
  EXPECT_EQ(session_of(talk).messages, 1);
  EXPECT_EQ(talk.noted.size(), 2U);
}

TEST(SmtpMessages, ManyInChunksAreAllCounted) {
  for (const unsigned mails : {3U, 5U, 12U}) {
    Talk talk;
    greet(talk);
    std::string many;
    std::string replies;
    for (unsigned i = 0; i < mails; ++i) {
      many += "MAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nBDAT 2 LAST\r\nab";
      replies += "250 ok\r\n250 ok\r\n250 ok\r\n";
    }
    talk.client(many).server(replies);
    quit(talk);
    const std::vector<MessageBits> messages = messages_of(talk);
    ASSERT_EQ(messages.size(), mails);
    for (const MessageBits& message : messages) {
      EXPECT_TRUE(message.chunked && !message.by_data);
      EXPECT_EQ(message.outcome, mails > 5 ? Outcome::unseen : Outcome::accepted);
      EXPECT_EQ(message.why, mails > 5 ? Ending::limit : Ending::closed);
    }
  }
}

TEST(SmtpMessages, OneInChunksOutlivesAnyHole) {
  const std::string turns[] = {"MAIL FROM:<a@b>\r\n", "250 ok\r\n", "RCPT TO:<\xc3\xbc@b>\r\n", "250 ok\r\n",
                               "BDAT 2 LAST\r\nab", "250 ok\r\n",
                               // Enough behind it that a hole shows.
                               "NOOP\r\n", "250 ok\r\n"};
  for (std::size_t lost = 0; lost < 6; ++lost) {
    Talk talk;
    greet(talk);
    for (std::size_t i = 0; i < std::size(turns); ++i) {
      const Side from = i % 2 == 0 ? Side::client : Side::server;
      i == lost ? talk.lose(from) : talk.say(from, turns[i]);
    }
    talk.finish();
    const MessageBits message = only(talk);
    EXPECT_EQ(message.outcome, Outcome::unseen) << lost;
    EXPECT_FALSE(message.by_data) << lost;
    EXPECT_TRUE(message.chunked || lost == 4) << lost;
    const bool whole = message.envelope_seen && Envelope::unpack(message.envelope).local;
    EXPECT_EQ(whole, lost == 3 || lost == 5) << lost << ": an envelope of which a part is missing says nothing";
  }
}

TEST(SmtpMessages, ByDataOrNotKnown) {
  Talk talk;
  greet(talk);
  quit(send(talk));
  EXPECT_TRUE(only(talk).by_data);
  Talk cut;
  greet(cut).client("MAIL FROM:<a@b>\r\n").server("250 ok\r\n").finish(Ending::unfinished);
  EXPECT_FALSE(only(cut).by_data || only(cut).chunked);
  EXPECT_EQ(only(cut).outcome, Outcome::unseen);
  EXPECT_EQ(only(cut).why, Ending::unfinished);
}

TEST(SmtpMessages, AReplyInFrontOfTheMailShiftsNothing) {
  Talk talk;
  greet(talk).client("MAIL FROM:<>\r\n").server("250 ok\r\n").client("DATA\r\n").server("354 go\r\n");
  talk.client("Subject: x\r\n").server("250 ok\r\n").client("\r\ntext\r\nQUIT\r\n.\r\n");
  talk.client("STARTTLS\r\n").server("454 not now\r\n");
  quit(talk);
  EXPECT_EQ(only(talk).outcome, Outcome::accepted);
  EXPECT_EQ(session_of(talk).request, Request::refused_for_now);
}

TEST(SmtpMessages, RepliesThatComeLateTellNothingTwice) {
  Talk talk;
  talk.client(kEhlo).client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n").client("text\r\n.\r\n");
  talk.lose(Side::server).server(kExtensions).server("250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n").finish();
  EXPECT_EQ(only(talk).outcome, Outcome::unseen);
  EXPECT_EQ(session_of(talk).messages, 1);
}

TEST(SmtpMessages, MoreKindsOfCommandsThanAreRememberedAreALimit) {
  Talk talk;
  greet(talk);
  std::string many;
  for (int i = 0; i < 20; ++i) many += "MAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\n";
  talk.client(many).server("250 ok\r\n");
  quit(talk);
  EXPECT_EQ(session_of(talk).why, Ending::limit);
  EXPECT_TRUE(session_of(talk).server_lost);
}

}  // namespace messages_test
}  // namespace uptake::smtp::test
