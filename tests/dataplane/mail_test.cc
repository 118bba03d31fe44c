// Mail through a whole run: what stands in front of TLS, behind holes, and in floods.

#include <gtest/gtest.h>

#include "policy/catalogue/mailbox/words.h"
#include "policy/catalogue/smtp/units.h"
#include "policy/catalogue/smtp/words.h"
#include "tests/dataplane/conversation.h"
#include "tests/dataplane/listening.h"

namespace uptake {
namespace mail_test {

using test::Conversation;
using test::kFlight;
using test::kHello;
using test::Listening;
using test::read;
using test::Readout;
using test::Traffic;

struct Turn {
  bool from_client;
  std::string text;
};
using Turns = std::vector<Turn>;

const std::string kBanner = "220 mx.example.org ESMTP\r\n";
const std::string kEhlo = "EHLO client.example\r\n";
const std::string kExtensions = "250-mx.example.org\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SMTPUTF8\r\n";
const Turns kGreetings = {{false, kBanner}, {true, kEhlo}, {false, kExtensions}};
const Turns kStarttls = {{true, "STARTTLS\r\n"}, {false, "220 2.0.0 Ready to start TLS\r\n"}};
const Turns kMail = {{true, "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"},
                     {false, "250 ok\r\n250 ok\r\n354 go\r\n"},
                     {true, "Subject: x\r\n\r\ntext\r\n.\r\n"},
                     {false, "250 queued\r\n"}};
const Turns kQuit = {{true, "QUIT\r\n"}, {false, "221 bye\r\n"}};
const Turns kTls = {{true, kHello}, {false, kFlight}};

Turns operator+(Turns a, const Turns& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

void talk(Traffic& traffic, const Traffic::Ends& ends, const Turns& turns, std::size_t mss = 1400) {
  Conversation one(traffic, ends);
  one.open();
  for (const Turn& turn : turns) one.say(turn.from_client, turn.text, mss);
  one.close();
}
Traffic once(const Turns& turns, std::uint16_t port = 25, std::size_t mss = 1400) {
  Traffic traffic;
  talk(traffic, {.server_port = port}, turns, mss);
  return traffic;
}
std::uint64_t hidden_as(const Counts& counts, Reason why) {
  return counts.unobservable[static_cast<std::size_t>(why)];
}

TEST(Mail, StarttlsAndWhatFollowsItAreOneConnectionEach) {
  for (const std::size_t mss : {1U, 13U, 1400U}) {
    const Readout got = read(once(kGreetings + kStarttls + kTls, 25, mss));
    EXPECT_EQ(got.sessions("smtp.starttls.used").pass, 1U) << mss;
    EXPECT_EQ(got.sessions("smtp.starttls.clean").pass, 1U) << mss;
    EXPECT_EQ(got.sessions("smtp.tls").pass, 1U) << mss;
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << mss;
    EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U) << mss;
  }
}

TEST(Mail, AcceptedButNeverBegunIsNotUsed) {
  const Readout got = read(once(kGreetings + kStarttls));
  EXPECT_EQ(got.sessions("smtp.starttls.accepted").pass, 1U);
  EXPECT_EQ(got.sessions("smtp.starttls.begun").fail, 1U);
  EXPECT_EQ(got.sessions("smtp.starttls.used").fail, 1U);
  EXPECT_EQ(got.sessions("smtp.tls").fail, 1U);
}

TEST(Mail, ImplicitTlsIsCountedBesideItsHandshake) {
  const std::pair<std::uint16_t, std::string> ports[] = {
      {465, "smtp.tls.implicit"}, {993, "mailbox.tls.implicit"}, {995, "mailbox.tls.implicit"}};
  for (const auto& [port, id] : ports) {
    const Readout got = read(once(kTls, port));
    EXPECT_EQ(got.sessions(id).pass, 1U) << port;
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << port;
    EXPECT_EQ(got.sessions("tls.offer.1_3").pass, 1U) << port;
    EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U) << port;
  }
}

/// Mailboxes up to where TLS begins.
const Turns kImap = {
    {false, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"}, {true, "a STARTTLS\r\n"}, {false, "a OK\r\n"}};
const Turns kPop3 = {
    {false, "+OK\r\n"}, {true, "CAPA\r\n"}, {false, "+OK\r\nSTLS\r\n.\r\n"}, {true, "STLS\r\n"}, {false, "+OK\r\n"}};

TEST(Mail, MailboxesUpToTls) {
  for (const auto& [port, turns] : {std::pair{143, kImap}, std::pair{110, kPop3}}) {
    const Readout got = read(once(turns + kTls, static_cast<std::uint16_t>(port)));
    EXPECT_EQ(got.sessions("mailbox.starttls.used").pass, 1U) << port;
    EXPECT_EQ(got.sessions("mailbox.tls").pass, 1U) << port;
    EXPECT_EQ(got.sessions("mailbox.login_under_tls").pass, 1U) << port;
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << port;
  }
}

/// Whatever one segment of the talk is lost, TLS behind it is read, and what is not known is not "no".
TEST(Mail, AHoleInFrontOfTlsHidesNoTls) {
  const Turns turns = kGreetings + kStarttls + kTls;
  for (std::size_t lost = 0; lost + kTls.size() < turns.size(); ++lost) {
    Traffic traffic;
    Conversation one(traffic, {.server_port = 25});
    one.open();
    for (std::size_t i = 0; i < turns.size(); ++i)
      if (i == lost) {
        one.lose(turns[i].from_client, turns[i].text.size());
      } else {
        one.say(turns[i].from_client, turns[i].text);
      }
    // Enough of what follows to give the hole up.
    for (int i = 0; i < 12; ++i)
      one.say(i % 2 == 0, test::text(tls::test::records(tls::kApplicationData, tls::test::Octets(100, 7))));
    one.close();
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << lost;
    EXPECT_EQ(got.sessions("smtp.tls").pass, 1U) << lost;
    EXPECT_EQ(got.sessions("smtp.tls").fail, 0U) << lost;
    EXPECT_EQ(got.sessions("smtp.starttls.offered").fail, 0U) << lost;
    EXPECT_EQ(got.sessions("smtp.starttls.used").fail, 0U) << lost;
  }
}

TEST(Mail, OneDirectionAloneIsAOneSidedVerdictOrUnobservable) {
  const Turns whole = kGreetings + kStarttls + kTls;
  for (const bool client : {true, false}) {
    Traffic both = once(whole);
    Traffic traffic;
    for (std::size_t i = 0; i < both.packets.size(); ++i) {
      const bool from_client = both.packets[i].bytes[14 + 12] == 10;
      if (from_client == client) traffic.packets.push_back(both.packets[i]);
    }
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("smtp.tls").pass, 1U) << client;
    const Counts offered = got.sessions("smtp.starttls.offered");
    EXPECT_EQ(offered.pass, client ? 0U : 1U);
    EXPECT_EQ(hidden_as(offered, smtp::kOneSided), client ? 1U : 0U);
    EXPECT_EQ(hidden_as(got.sessions("smtp.starttls.clean"), smtp::kOneSided), 1U);
  }
}

/// What may have come behind the end of a capture is not "no". A FIN says that nothing does.
TEST(Mail, WhereACaptureEndsInsideASessionNothingIsKnown) {
  const std::tuple<std::uint16_t, Turns, std::string> talks[] = {
      {25, kGreetings + kStarttls, "smtp"}, {143, kImap, "mailbox"}, {110, kPop3, "mailbox"}};
  for (const auto& [port, turns, area] : talks)
    for (std::size_t end = 1; end <= turns.size(); ++end)
      for (const bool closed : {false, true}) {
        Traffic traffic;
        Conversation one(traffic, {.server_port = port});
        one.open();
        for (std::size_t i = 0; i < end; ++i) one.say(turns[i].from_client, turns[i].text);
        if (closed) one.segment(true, tcp::kFin | tcp::kAck);
        const Readout got = read(traffic);
        const Counts tls = got.sessions(area + ".tls");
        EXPECT_EQ(tls.fail, closed ? 1U : 0U) << port << ' ' << end;
        EXPECT_EQ(tls.hidden(), closed ? 0U : 1U) << port << ' ' << end;
        if (closed) continue;
        EXPECT_EQ(got.sessions(area + ".starttls.used").fail, 0U) << port << ' ' << end;
        EXPECT_EQ(got.sessions("smtp.starttls.begun").fail, 0U) << port << ' ' << end;
        // Of one end alone another reason is told.
        EXPECT_EQ(hidden_as(tls, Reason::unfinished), end > 1 ? 1U : 0U) << port << ' ' << end;
      }
}

TEST(Mail, MailThatWasHandedOverInClearIsInClearWhateverComes) {
  Traffic traffic;
  Conversation one(traffic, {.server_port = 25});
  one.open();
  for (const Turn& turn : kGreetings + kMail) one.say(turn.from_client, turn.text);
  const Readout got = read(traffic);
  EXPECT_EQ(got.sessions("smtp.tls").fail, 1U);
  EXPECT_EQ(got.sessions("smtp.starttls.used").fail, 1U);
  EXPECT_EQ(got.of("smtp.message.accepted", units::kMessages).pass, 1U);
}

/// Whichever packets of the opening are missing, the banner is no answer to STARTTLS.
TEST(Mail, WithoutItsSynAckASessionSaysTheSame) {
  for (const bool in_tls : {false, true})
    for (const std::vector<std::size_t>& missing : {std::vector<std::size_t>{1}, {0, 1}, {0, 1, 2}, {0}}) {
      Traffic traffic = once(kGreetings + (in_tls ? kStarttls + kTls : kMail + kQuit));
      for (auto at = missing.rbegin(); at != missing.rend(); ++at)
        traffic.packets.erase(traffic.packets.begin() + static_cast<std::ptrdiff_t>(*at));
      const Readout got = read(traffic);
      EXPECT_EQ(got.sessions("smtp.starttls.offered").pass, 1U);
      EXPECT_EQ(got.sessions("smtp.starttls.accepted").judged(), in_tls ? 1U : 0U);
      EXPECT_EQ(got.sessions("smtp.starttls.clean").fail, 0U);
      EXPECT_EQ(got.sessions("smtp.starttls.clean").pass, in_tls ? 1U : 0U);
      EXPECT_EQ(got.sessions("smtp.tls").pass, in_tls ? 1U : 0U);
      EXPECT_EQ(got.sessions("smtp.tls").fail, in_tls ? 0U : 1U);
    }
}

/// Two packets that follow each other are captured in the wrong order: the verdict is the same, or there is none.
TEST(Mail, ASwappedPairTurnsNoVerdict) {
  const Turns refused = {{true, "STARTTLS\r\n"}, {false, "454 not now\r\n"}};
  const Traffic straight = once(kGreetings + refused + kMail + kMail + kQuit);
  for (std::size_t i = 0; i + 1 < straight.packets.size(); ++i) {
    Traffic traffic = straight;
    std::swap(traffic.packets[i].bytes, traffic.packets[i + 1].bytes);
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("smtp.starttls.accepted").pass, 0U) << i;
    EXPECT_EQ(got.sessions("smtp.ehlo").fail, 0U) << i;
    EXPECT_EQ(got.of("smtp.message.accepted", units::kMessages).fail, 0U) << i;
    EXPECT_LE(Readout::seen(got.of("smtp.message.accepted", units::kMessages)), 2U) << i;
  }
}

TEST(Mail, TheTlsBehindLmtpIsCountedAsTlsAlone) {
  const Turns lhlo = {{true, "LHLO client\r\n"}, {false, kExtensions}};
  for (const auto& [port, banner] :
       {std::pair{25, "220 mx.example.org LMTP\r\n"}, {2003, "220 mx.example.org ESMTP/LMTP\r\n"}}) {
    const Turns greeting = {{false, banner}};
    const Readout got = read(once(greeting + lhlo + kStarttls + kTls, static_cast<std::uint16_t>(port)));
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << port;
    EXPECT_EQ(got.sessions("tls.hello").pass, 1U) << port;
    for (const std::string id : {"smtp.start", "smtp.tls", "smtp.starttls.used", "smtp.starttls.established"})
      EXPECT_EQ(Readout::seen(got.sessions(id)), 0U) << id;
  }
}

TEST(Mail, LmtpAndFtpAreNoneOfIt) {
  const Turns lmtp = {{false, "220 mx.example.org LMTP\r\n"}, {true, "LHLO client\r\n"}, {false, "250 mx\r\n"}};
  const Turns ftp = {{false, "220 ready\r\n"}, {true, "USER a\r\n"}, {false, "331 who\r\n"}};
  for (const auto& [port, turns] : {std::pair{25, lmtp}, std::pair{24, lmtp}, std::pair{21, ftp}})
    EXPECT_EQ(Readout::seen(read(once(turns, static_cast<std::uint16_t>(port))).sessions("smtp.start")), 0U) << port;
}

TEST(Mail, ByContentOnAnyPortAndBehindAProxy) {
  EXPECT_EQ(read(once(kGreetings + kMail + kQuit, 2526)).sessions("smtp.starttls.used").fail, 1U);
  const Turns socks = {{true, std::string("\5\1\0", 3)}, {false, std::string("\5\0", 2)}};
  EXPECT_EQ(read(once(socks + kGreetings + kMail + kQuit, 1080)).sessions("smtp.starttls.used").fail, 1U);
}

/// A hundred thousand recipients in one connection weigh as much as one, and hold no memory.
TEST(Mail, AFloodOfRecipientsLeavesTheFiguresOfOthers) {
  constexpr std::uint32_t kReal = 40;
  const auto real = [](Traffic& traffic, std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t i = from; i < to; ++i)
      talk(traffic, {.client = 100 + i, .server_port = 25},
           kGreetings + (i % 2 == 0 ? kStarttls + kTls : kMail + kQuit));
  };
  Traffic quiet;
  real(quiet, 0, kReal);
  Traffic flooded;
  real(flooded, 0, kReal / 2);
  Conversation flood(flooded, {.client = 7, .server_port = 25});
  flood.open();
  for (const Turn& turn : kGreetings) flood.say(turn.from_client, turn.text);
  flood.ask("MAIL FROM:<a@b>\r\n").tell("250 ok\r\n");
  for (int i = 0; i < 1000; ++i) {
    std::string hundred;
    for (int j = 0; j < 100; ++j) hundred += "RCPT TO:<b@example.org>\r\n";
    flood.ask(hundred);
    if (i % 2 == 0) flood.tell("250 ok\r\n");
  }
  real(flooded, kReal / 2, kReal);
  const Readout calm = read(quiet);
  const Readout wild = read(flooded);
  for (const auto& [key, counts] : calm.totals) {
    if (!key.first.starts_with("smtp.") || key.first.starts_with("smtp.message")) continue;
    // The flood never begins TLS.
    if (key.first == "smtp.starttls.established" || key.first == "smtp.starttls.version.modern") {
      EXPECT_EQ(wild.totals.at(key).pass, counts.pass) << key.first;
      continue;
    }
    const Counts with = wild.totals.at(key);
    EXPECT_EQ(with.pass + with.fail + with.hidden() + with.not_applicable,
              counts.pass + counts.fail + counts.hidden() + counts.not_applicable + 1)
        << key.first;
    EXPECT_LE(with.pass - counts.pass, 1U) << key.first;
    EXPECT_LE(with.fail - counts.fail, 1U) << key.first;
  }
  const Counts accepted = wild.of("smtp.message.accepted", units::kMessages);
  EXPECT_EQ(accepted.pass, kReal / 2);
  EXPECT_EQ(accepted.fail, 0U);
  for (const Limit limit : {Limit::handshake_evicted, Limit::handshake_chunks, Limit::handshake_bytes})
    EXPECT_EQ(wild.limit(limit), 0U);
  Listening heard(dissectors());
  heard.hear(flooded);
  EXPECT_LE(heard.pending(), 1U) << "the flood alone is under way";
  EXPECT_GE(heard.free_chunks(), kShards * ConversationPool::kChunks - 2);
}

TEST(Mail, ALineWithoutAnEndHoldsLittle) {
  Traffic traffic;
  Conversation one(traffic, {.server_port = 25});
  one.open();
  for (const Turn& turn : kGreetings) one.say(turn.from_client, turn.text);
  one.ask(std::string(1'000'000, 'a'));
  Listening heard(dissectors());
  heard.hear(traffic);
  EXPECT_GE(heard.free_chunks(), kShards * ConversationPool::kChunks - 2);
  heard.end();
  EXPECT_EQ(heard.limit(Limit::handshake_bytes), 0U);
  EXPECT_EQ(heard.pending(), 0U);
}

TEST(Mail, WorkersChangeNothing) {
  Traffic traffic;
  for (std::uint32_t i = 0; i < 50; ++i)
    talk(traffic, {.client = 10 + i, .server_port = 25}, kGreetings + (i % 3 == 0 ? kMail + kQuit : kStarttls + kTls),
         100);
  const Readout one = read(traffic);
  const Readout four = read(traffic, {.workers = 4});
  EXPECT_EQ(one.sessions("smtp.starttls.used").pass, 33U);
  EXPECT_EQ(one.of("smtp.message.accepted", units::kMessages).pass, 17U);
  for (const auto& [key, counts] : one.totals) {
    EXPECT_EQ(four.totals.at(key).pass, counts.pass) << key.first;
    EXPECT_EQ(four.totals.at(key).fail, counts.fail) << key.first;
  }
}

}  // namespace mail_test
}  // namespace uptake
