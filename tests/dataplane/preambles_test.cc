// TLS that does not begin at the first octet, and connections on its ports of which nobody can say what they are.

#include <gtest/gtest.h>

#include <random>

#include "policy/catalogue/tls/words.h"
#include "tests/dataplane/conversation.h"

namespace uptake {
namespace preambles_test {

using test::Conversation;
using test::kFlight;
using test::kHello;
using test::read;
using test::Readout;
using test::text;
using test::Traffic;
using namespace std::string_literals;

const std::string kData = text(tls::test::records(tls::kApplicationData, tls::test::Octets(300, 9)));

/// One turn of a talk in front of TLS.
struct Turn {
  bool from_client;
  std::string octets;
};
struct Preamble {
  std::string name;
  std::uint16_t port;
  std::vector<Turn> turns;
};

const std::vector<Preamble> kPreambles = {
    {"PROXY v1", 443, {{true, "PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n"}}},
    {"PROXY v2", 8443, {{true, "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\7\xc6\x33\x64\1\x9c\x40\1\xbb"s}}},
    {"SOCKS4", 1080, {{true, "\4\1\1\xbb\xc6\x33\x64\1user\0"s}, {false, "\0\x5a\0\0\0\0\0\0"s}}},
    {"SOCKS5",
     1080,
     {{true, "\5\1\0"s},
      {false, "\5\0"s},
      {true, "\5\1\0\3\x0f" + "www.example.org\1\xbb"s},
      {false, "\5\0\0\1\0\0\0\0\0\0"s}}},
    {"CONNECT",
     3128,
     {{true, "CONNECT www.example.org:443 HTTP/1.1\r\nHost: www.example.org\r\n\r\n"},
      {false, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n" + std::string(3000, 'h')},
      {true, "CONNECT www.example.org:443 HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\n\r\n"},
      {false, "HTTP/1.1 200 Connection established\r\n\r\n"}}},
    {"PostgreSQL", 5432, {{true, "\0\0\0\x08\x04\xd2\x16\x2f"s}, {false, "S"}}},
    {"MySQL",
     3306,
     {{false, "\x4a\0\0\0\x0a" + "8.0.36\0"s + std::string(60, '\x11')},
      {true, "\x20\0\0\1\x8d\xae\xff\x19\0\0\0\1\xff"s + std::string(23, '\0')}}},
    {"LDAP",
     389,
     {{true, "\x30\x1d\2\1\1\x77\x18\x80\x16" + "1.3.6.1.4.1.1466.20037"s},
      {false, "\x30\x0c\2\1\1\x78\7\x0a\1\0\4\0\4\0"s}}},
    {"FTP", 21, {{false, "220 ready\r\n"}, {true, "AUTH TLS\r\n"}, {false, "234 AUTH TLS OK.\r\n"}}},
    {"XMPP",
     5222,
     {{true, "<?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:client'>"},
      {false, "<?xml version='1.0'?><stream:stream id='1'>"},
      {false, "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"},
      {true, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
      {false, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"}}},
    {"RDP",
     3389,
     {{true, "\3\0\0\x13\x0e\xe0\0\0\0\0\0\1\0\x08\0\3\0\0\0"s},
      {false, "\3\0\0\x13\x0e\xd0\0\0\x12\x34\0\2\x1f\x08\0\1\0\0\0"s}}},
    {"SMTP",
     25,
     {{false, "220 mx.example.org ESMTP\r\n"},
      {true, "EHLO client.example\r\n"},
      {false, "250-mx.example.org\r\n250-PIPELINING\r\n250 STARTTLS\r\n"},
      {true, "STARTTLS\r\n"},
      {false, "220 2.0.0 Ready to start TLS\r\n"}}},
    {"IMAP",
     143,
     {{false, "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"},
      {true, "a STARTTLS\r\n"},
      {false, "a OK begin\r\n"}}},
    {"POP3", 110, {{false, "+OK\r\n"}, {true, "STLS\r\n"}, {false, "+OK begin\r\n"}}},
    {"IRC",
     6667,
     {{true, "CAP LS 302\r\n"},
      {false, ":irc.example NOTICE * :*** Looking up your hostname\r\n"},
      {false, ":irc.example CAP * LS :tls\r\n"},
      {true, "STARTTLS\r\n"},
      {false, ":irc.example 670 * :STARTTLS successful, go ahead\r\n"}}},
    {"NNTP", 119, {{false, "200 news\r\n"}, {true, "STARTTLS\r\n"}, {false, "382 Continue\r\n"}}},
    {"Sieve",
     4190,
     {{false, "\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK\r\n"}, {true, "STARTTLS\r\n"}, {false, "OK\r\n"}}},
};

void handshake(Conversation& talk) { talk.ask(kHello).tell(kFlight).ask(kData).close(); }
void turns(Conversation& talk, const Preamble& preamble) {
  for (const Turn& turn : preamble.turns) talk.say(turn.from_client, turn.octets);
}

/// One TLS session, read from its hellos.
void expect_one(const Traffic& traffic, const std::string& why) {
  const Readout got = read(traffic);
  EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << why;
  EXPECT_EQ(got.sessions("tls.hello").pass, 1U) << why;
  EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U) << why;
  EXPECT_EQ(got.sessions("tls.offer.1_3").pass, 1U) << why;
  EXPECT_EQ(got.limit(Limit::stream_gap), 0U) << why;
}

TEST(Preambles, TlsBehindThemIsReadFromThere) {
  for (const Preamble& preamble : kPreambles) {
    for (const bool v6 : {false, true}) {
      Traffic traffic;
      Conversation talk(traffic, {.server_port = preamble.port, .v6 = v6}, 0xffffff00, 0xfffffff0);
      talk.open();
      turns(talk, preamble);
      handshake(talk);
      expect_one(traffic, preamble.name);
    }
  }
}

TEST(Preambles, TheLastTurnMayShareASegmentWithTheHello) {
  for (const Preamble& preamble : kPreambles) {
    if (!preamble.turns.back().from_client) continue;
    Traffic traffic;
    Conversation talk(traffic, {.server_port = preamble.port});
    talk.open();
    Preamble before = preamble;
    before.turns.back().octets += kHello;
    turns(talk, before);
    talk.tell(kFlight).ask(kData).close();
    expect_one(traffic, preamble.name);
  }
}

TEST(Preambles, MetMidstreamTheyHideNothingEither) {
  for (const Preamble& preamble : kPreambles) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = preamble.port});
    turns(talk, preamble);
    handshake(talk);
    expect_one(traffic, preamble.name);
  }
}

TEST(Preambles, NeighboursInTheWrongOrderChangeNothing) {
  for (const Preamble& preamble : kPreambles) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = preamble.port});
    talk.open();
    turns(talk, preamble);
    handshake(talk);
    const std::size_t last = 3 + preamble.turns.size();
    for (std::size_t i = 3; i < last; ++i) {
      Traffic swapped = traffic;
      std::swap(swapped.packets[i], swapped.packets[i + 1]);
      std::swap(swapped.packets[i].time_ns, swapped.packets[i + 1].time_ns);
      const Readout got = read(swapped);
      EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U) << preamble.name << i;
      EXPECT_EQ(got.sessions("tls.hello").pass, 1U) << preamble.name << i;
    }
  }
}

TEST(Preambles, OctetsThatWereNoneOfTheStreamsTakeNoPlaceInIt) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{443, 8443}) {
    for (const std::size_t stray : {1U, 2U, 6U, 600U, 1400U}) {
      Traffic traffic;
      const Traffic::Ends ends{.server_port = port};
      Conversation talk(traffic, ends);
      talk.open();
      traffic.tcp(ends, true, tcp::kAck, talk.client, talk.server, std::string(stray, '\0'));
      talk.ask(kHello);
      traffic.tcp(ends, false, tcp::kAck, talk.server, talk.client, std::string(stray, '\0'));
      talk.tell(kFlight).ask(kData).close();
      expect_one(traffic, std::to_string(port) + " " + std::to_string(stray));
    }
  }
}

TEST(Preambles, RandomOctetsAreNoTls) {
  std::mt19937 random(11);
  Traffic traffic;
  for (std::uint32_t i = 1; i <= 300; ++i) {
    Conversation talk(traffic, {.client = i, .server_port = 9000});
    talk.open();
    for (int n = 0; n < 40; ++n) {
      std::string octets(200 + random() % 1200, '\0');
      for (char& octet : octets) octet = static_cast<char>(random());
      if (n % 2 == 0) octets.replace(0, 3, "\x16\3\1");
      talk.say(n % 3 == 0, octets);
    }
  }
  EXPECT_EQ(Readout::seen(read(traffic).sessions("tls.hello")), 0U);
}

TEST(Preambles, NobodyIsAskedForEver) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = 9000});
  talk.open();
  for (int i = 0; i < 40; ++i) talk.ask("line\r\n").tell("answer\r\n");
  handshake(talk);
  EXPECT_EQ(Readout::seen(read(traffic).sessions("tls.hello")), 0U);
}

// --- ports of TLS ---

constexpr std::uint16_t kTlsPorts[] = {443, 853, 465, 993, 995};

void expect_hidden(const Traffic& traffic, const std::string& why) {
  const Counts got = read(traffic).sessions("tls.hello");
  EXPECT_EQ(got.judged(), 0U) << why;
  EXPECT_EQ(got.hidden(), 1U) << why;
  EXPECT_EQ(got.unobservable[static_cast<std::size_t>(tls::kNoHello)], 1U) << why;
}

TEST(TlsPorts, WhatNobodyCouldClaimIsOneSightingWhateverWasLost) {
  const std::string noise(1200, '\x5c');
  for (const std::uint16_t port : kTlsPorts) {
    for (const bool v6 : {false, true}) {
      for (const bool start : {true, false}) {
        for (const int count : {1, 3, 40, 200}) {
          for (const int sides : {1, 2, 3}) {
            for (const bool ends : {true, false}) {
              Traffic traffic;
              Conversation talk(traffic, {.server_port = port, .v6 = v6});
              if (start) talk.open();
              for (int i = 0; i < count; ++i) {
                if ((sides & 1) != 0) talk.ask(noise);
                if ((sides & 2) != 0) talk.tell(noise);
              }
              if (ends) talk.close();
              expect_hidden(traffic, std::to_string(port) + " start " + std::to_string(start) + " count " +
                                         std::to_string(count) + " sides " + std::to_string(sides) + " ends " +
                                         std::to_string(ends));
            }
          }
        }
      }
    }
  }
}

TEST(TlsPorts, AHoleThatSwallowsBothHellosLeavesASightingAndSaysSo) {
  for (const bool v6 : {false, true}) {
    for (const int after : {0, 1, 7, 40}) {
      for (const bool ends : {true, false}) {
        if (after == 0 && !ends) continue;
        Traffic traffic;
        Conversation talk(traffic, {.server_port = 443, .v6 = v6});
        talk.open().lose(true, kHello.size()).lose(false, kFlight.size());
        for (int i = 0; i < after; ++i) talk.ask(kData).tell(kData);
        if (ends) talk.close();
        expect_hidden(traffic, std::to_string(after));
        if (after > 0) {
          EXPECT_GE(read(traffic).limit(Limit::stream_gap), 1U) << after;
        }
      }
    }
  }
}

TEST(TlsPorts, WhatTheSnaplenCutIsASightingToo) {
  for (const std::uint32_t payload : {0U, 1U, 3U, 5U}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = 443});
    talk.open();
    handshake(talk);
    for (Traffic::Packet& packet : traffic.packets) packet.captured = 14 + 20 + 20 + payload;
    const Counts got = read(traffic).sessions("tls.version.1_3");
    EXPECT_EQ(got.judged(), 0U) << payload;
    EXPECT_EQ(got.hidden(), 1U) << payload;
  }
}

TEST(TlsPorts, OnlyWhatWasSeenFromItsStartWeighsOnWhatItMightHaveShown) {
  const std::string noise(1200, '\x5c');
  for (const bool start : {true, false}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = 443});
    if (start) talk.open();
    talk.ask(noise).tell(noise).close();
    EXPECT_EQ(read(traffic).sessions("tls.version.1_3").hidden(), start ? 1U : 0U);
  }
}

TEST(TlsPorts, AConnectionThatSaidNothingIsNoSighting) {
  Traffic traffic;
  Conversation(traffic, {.client = 1, .server_port = 443}).open().close();
  Conversation(traffic, {.client = 2, .server_port = 443}).open().segment(true, tcp::kRst | tcp::kAck);
  Conversation(traffic, {.client = 3, .server_port = 443}).open();
  Conversation(traffic, {.client = 4, .server_port = 443}).close();
  EXPECT_EQ(Readout::seen(read(traffic).sessions("tls.hello")), 0U);
}

TEST(TlsPorts, WhatIsPlainlySomethingElseIsNoSighting) {
  Traffic traffic;
  Conversation(traffic, {.client = 1, .server_port = 443})
      .open()
      .ask("GET / HTTP/1.1\r\n\r\n")
      .tell("HTTP/1.1 400 Bad Request\r\n\r\n")
      .close();
  Conversation(traffic, {.client = 2, .server_port = 443}).open().tell("SSH-2.0-x\r\n").ask("SSH-2.0-y\r\n").close();
  EXPECT_EQ(Readout::seen(read(traffic).sessions("tls.hello")), 0U);
}

TEST(Midstream, InTheMiddleOfAClientHelloTheServersIsStillRead) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{443, 8443, 25}) {
    for (const bool v6 : {false, true}) {
      Traffic traffic;
      Conversation talk(traffic, {.server_port = port, .v6 = v6});
      talk.ask(kHello.substr(700), 500).tell(kFlight);
      for (int i = 0; i < 12; ++i) talk.ask(kData).tell(kData);
      talk.close();
      const Readout got = read(traffic);
      EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << port;
      EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U) << port;
    }
  }
}

TEST(Preambles, AHelloThatGoesOnInTheNextSegmentIsFound) {
  const std::string front = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n";
  const std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
  for (const std::size_t joined : {1U, 2U, 3U, 5U, 10U, 40U, 60U}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = 8080});
    talk.open().ask(front + kHello.substr(0, joined)).ask(kHello.substr(joined));
    talk.tell(answer + kFlight.substr(0, joined)).tell(kFlight.substr(joined)).close();
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << joined;
    EXPECT_EQ(got.sessions("tls.pq.offered").pass, 1U) << joined;
  }
}

TEST(Preambles, OneLetterIsNoRequest) {
  for (const std::string& first : {"P"s, "G"s, "H"s, "2"s, "E"s}) {
    Traffic traffic;
    Conversation(traffic, {.server_port = 443}).open().ask(first).ask(std::string(200, '\x81')).close();
    EXPECT_EQ(Readout::seen(read(traffic).sessions("tls.hello")), 1U) << first;
  }
}

TEST(Preambles, EarlyDataIsNoReasonToGiveUpTheServer) {
  for (const int records : {9, 12, 30}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = 443});
    talk.open().ask(kHello);
    for (int i = 0; i < records; ++i) talk.ask(kData);
    talk.tell(kFlight).close();
    EXPECT_EQ(read(traffic).sessions("tls.version.1_3").pass, 1U) << records;
  }
}

}  // namespace preambles_test
}  // namespace uptake
