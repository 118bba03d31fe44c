// Segments that no endpoint would accept end nothing and answer nothing.

#include <gtest/gtest.h>

#include "tests/dataplane/conversation.h"

namespace uptake {
namespace forged_test {

using test::Conversation;
using test::kFlight;
using test::kHello;
using test::read;
using test::Readout;
using test::text;
using test::Traffic;

struct Forgery {
  bool from_client;
  std::uint8_t flags;
  std::uint32_t shift;
};

TEST(Forged, WhatIsOutsideTheWindowEndsNothing) {
  for (const std::uint8_t flags :
       {tcp::kRst, static_cast<std::uint8_t>(tcp::kRst | tcp::kAck), static_cast<std::uint8_t>(tcp::kFin | tcp::kAck),
        static_cast<std::uint8_t>(tcp::kSyn | tcp::kAck)}) {
    for (const std::uint32_t shift : {100'000U, 0x40000000U, 0x80000000U, 0xfff00000U, 0xfffd0000U}) {
      for (const bool from_client : {false, true}) {
        for (const bool v6 : {false, true}) {
          for (int at = 0; at < 3; ++at) {
            Traffic traffic;
            Conversation talk(traffic, {.server_port = 8443, .v6 = v6}, 0xfffff000, 77);
            talk.open();
            const auto forge = [&] {
              talk.segment(from_client, flags, {}, shift);
              if ((flags & tcp::kFin) != 0) talk.segment(!from_client, flags, {}, shift);
            };
            if (at == 0) forge();
            talk.ask(kHello.substr(0, 600));
            if (at == 1) forge();
            talk.ask(kHello.substr(600));
            if (at == 2) forge();
            talk.tell(kFlight).close();
            const Readout got = read(traffic);
            EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << int{flags} << " " << shift << " " << at;
            EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U);
          }
        }
      }
    }
  }
}

TEST(Forged, ARefusalOrAnswerOfAnotherSynIsNone) {
  for (const bool v6 : {false, true}) {
    for (const std::uint8_t flags :
         {static_cast<std::uint8_t>(tcp::kRst | tcp::kAck), static_cast<std::uint8_t>(tcp::kSyn | tcp::kAck)}) {
      Traffic traffic;
      const Traffic::Ends ends{.server_port = 8443, .v6 = v6};
      traffic.tcp(ends, true, tcp::kSyn, 1000, 0);
      traffic.tcp(ends, false, flags, 0, 0x70000000);
      EXPECT_EQ(read(traffic).sessions(v6 ? "ip6.reach" : "ip4.reach").pass, 0U);
      EXPECT_EQ(read(traffic).sessions(v6 ? "ip6.reach" : "ip4.reach").fail, 1U);
      traffic.tcp(ends, false, tcp::kSyn | tcp::kAck, 5000, 1001);
      Conversation talk(traffic, ends, 1001, 5001);
      talk.segment(true, tcp::kAck).ask(kHello).tell(kFlight);
      const Readout got = read(traffic);
      EXPECT_EQ(got.sessions(v6 ? "ip6.reach" : "ip4.reach").pass, 1U);
      EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U);
    }
  }
}

TEST(Forged, TheSynAckThatTheClientAcknowledgesIsTheRightOne) {
  for (const int right : {0, 1, 2}) {
    Traffic traffic;
    const Traffic::Ends ends{.server_port = 8443};
    traffic.tcp(ends, true, tcp::kSyn, 1000, 0);
    constexpr std::uint32_t kIsns[] = {5000, 0x90000000, 0x20000000};
    for (const std::uint32_t isn : kIsns) traffic.tcp(ends, false, tcp::kSyn | tcp::kAck, isn, 1001);
    Conversation talk(traffic, ends, 1001, kIsns[right] + 1);
    talk.segment(true, tcp::kAck).ask(kHello).tell(kFlight);
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << right;
    EXPECT_EQ(got.sessions("ip4.reach").pass, 1U) << right;
  }
}

/// A firewall that rewrites sequence numbers, mirrored on both sides: everything is there twice, `shift` apart.
TEST(Forged, BothSidesOfARewritingFirewallAreOneConversation) {
  for (const bool outside_first : {false, true}) {
    for (const std::uint32_t shift : {0x12345678U, 0x87654321U, 0xf0000000U}) {
      Traffic one;
      Conversation talk(one, {.server_port = 8443});
      talk.open().ask(kHello).tell(kFlight).close();
      Traffic traffic;
      for (const Traffic::Packet& packet : one.packets) {
        Traffic::Packet other = packet;
        const bool from_client = packet.bytes[26] == 10;
        // Its own number where the client sends, the acknowledgement where the server does.
        std::uint8_t* const at = other.bytes.data() + 34 + (from_client ? 4 : 8);
        std::uint32_t number = 0;
        for (int i = 0; i < 4; ++i) number = number << 8 | at[i];
        number += shift;
        for (int i = 3; i >= 0; --i, number >>= 8) at[i] = static_cast<std::uint8_t>(number);
        other.bytes[18] ^= 0x80;
        other.time_ns += 1000;
        const bool first = from_client == outside_first;
        traffic.packets.push_back(first ? other : packet);
        traffic.packets.push_back(first ? packet : other);
      }
      const Readout got = read(traffic);
      EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << outside_first << shift;
      EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U) << outside_first << shift;
      EXPECT_EQ(Readout::seen(got.sessions("ip4.reach")), 1U);
      EXPECT_EQ(got.limit(Limit::stream_gap), 0U);
    }
  }
}

TEST(Forged, DataFarAheadIsNotWaitedFor) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = 8443});
  talk.open();
  for (const std::uint32_t shift : {100'000U, 0x30000000U, 0xc0000000U}) {
    talk.segment(true, tcp::kAck, std::string(500, 'f'), shift);
    talk.segment(false, tcp::kAck, std::string(500, 'f'), shift);
  }
  talk.ask(kHello).tell(kFlight);
  const Readout got = read(traffic);
  EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U);
  EXPECT_EQ(got.limit(Limit::stream_gap), 0U);
}

/// Connections of one direction of the link belong to the window in which they were.
TEST(LateSessions, OfOneDirectionAreCountedInTheirOwnWindow) {
  constexpr std::uint64_t kMinute = 60'000'000'000ULL;
  for (const bool from_client : {true, false}) {
    for (const bool closes : {true, false}) {
      Traffic traffic;
      traffic.now_ns = traffic.now_ns / kMinute * kMinute;
      for (std::uint32_t i = 0; i < 1500; ++i) {
        Traffic both;
        both.now_ns = traffic.now_ns + i * 200'000'000ULL;
        Conversation talk(both, {.client = i + 1, .server_port = 443});
        talk.open().ask(kHello).tell(kFlight);
        if (closes) talk.close();
        for (const Traffic::Packet& packet : both.packets)
          if ((packet.bytes[26] == 10) == from_client) traffic.packets.push_back(packet);
      }
      for (const unsigned workers : {1U, 4U}) {
        const auto windows = test::read_windows(traffic, {.workers = workers, .window_ns = kMinute});
        ASSERT_EQ(windows.size(), 5U);
        for (const Readout& window : windows)
          EXPECT_EQ(Readout::seen(window.sessions("tls.hello")), 300U) << from_client << closes << workers;
      }
    }
  }
}

TEST(Forged, ASynInTheMiddleBeginsNothingUntilBothEndsGoOnFromIt) {
  for (const bool v6 : {false, true})
    for (const std::uint32_t isn : {1000U, 900U, 0x77777777U}) {
      Traffic traffic;
      const Traffic::Ends ends{.server_port = 8443, .v6 = v6};
      Conversation talk(traffic, ends);
      talk.open().ask(kHello.substr(0, 600));
      traffic.tcp(ends, true, tcp::kSyn, isn, 0);
      talk.ask(kHello.substr(600));
      traffic.tcp(ends, true, tcp::kSyn, isn, 0);
      talk.tell(kFlight).close();
      const Readout got = read(traffic);
      EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << isn;
      EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U) << isn;
      EXPECT_EQ(Readout::seen(got.sessions(v6 ? "ip6.reach" : "ip4.reach")), 1U) << isn;
    }
}

TEST(Forged, AConnectionThatBeginsAnewOnItsOldPortsIsAnother) {
  for (const bool answered : {true, false}) {
    Traffic traffic;
    const Traffic::Ends ends{.server_port = 8443};
    Conversation(traffic, ends).open().ask(kHello.substr(0, 600));
    Conversation again(traffic, ends, 0x40000000, 0x50000000);
    again.segment(true, tcp::kSyn);
    again.segment(false, tcp::kSyn | tcp::kAck);
    if (!answered) traffic.packets.pop_back();
    again.segment(true, tcp::kAck).ask(kHello).tell(kFlight).close();
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << answered;
    EXPECT_EQ(got.sessions("ip4.reach").pass, 2U) << answered;
  }
}

TEST(Forged, AResetBehindWhatIsWantedEndsNothing) {
  for (const std::uint32_t shift : {1U, 1000U, 30'000U}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = 8443});
    talk.open().ask(kHello.substr(0, 600)).segment(true, tcp::kRst, {}, shift);
    talk.ask(kHello.substr(600)).tell(kFlight);
    EXPECT_EQ(read(traffic).sessions("tls.version.1_3").pass, 1U) << shift;
  }
}

}  // namespace forged_test
}  // namespace uptake
