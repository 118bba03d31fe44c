// Connections that use the same ports one after the other, and connections of which one end stands behind the other.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/dataplane/conversation.h"

namespace uptake {
namespace ports_again_test {

using test::Conversation;
using test::kFlight;
using test::kHello;
using test::read;
using test::Readout;
using test::Traffic;
using Packets = std::vector<Traffic::Packet>;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::size_t kSourcePort = 34;  // in Ethernet and IPv4
constexpr std::size_t kFlags = 47;
constexpr unsigned kConnections = 5;

bool is_client(const Traffic::Packet& packet) { return packet.bytes[kSourcePort] == 40000 >> 8; }
bool is_syn(const Traffic::Packet& packet) { return (packet.bytes[kFlags] & tcp::kSyn) != 0; }

/// TLS connections of one pair of ports, `gap_ns` apart, of which the capture shows what `shown` says.
Traffic one_after_the_other(std::uint64_t gap_ns, bool closes,
                            const std::function<bool(const Traffic::Packet&)>& shown) {
  Traffic traffic;
  for (std::uint32_t i = 0; i < kConnections; ++i) {
    Conversation talk(traffic, {.server_port = 443}, 1000 + i * 7'000'000, 5000 + i * 9'000'000);
    talk.open().ask(kHello).tell(kFlight);
    if (closes) talk.close();
    traffic.now_ns += gap_ns;
  }
  std::erase_if(traffic.packets, [&](const Traffic::Packet& packet) { return !shown(packet); });
  return traffic;
}

TEST(PortsAgain, WhateverIsMissingOfTheirStartEachIsAConnection) {
  const auto all = [](const Traffic::Packet&) { return true; };
  const auto server = [](const Traffic::Packet& packet) { return !is_client(packet); };
  const auto no_syn = [](const Traffic::Packet& packet) { return !is_syn(packet) || !is_client(packet); };
  const auto no_start = [](const Traffic::Packet& packet) { return !is_syn(packet); };
  for (const std::uint64_t gap : {kSecond / 10, 5 * kSecond, 300 * kSecond}) {
    EXPECT_EQ(read(one_after_the_other(gap, true, all)).sessions("tls.version.1_3").pass, kConnections) << gap;
    EXPECT_EQ(read(one_after_the_other(gap, true, server)).sessions("tls.version.1_3").pass, kConnections) << gap;
    EXPECT_EQ(read(one_after_the_other(gap, true, no_syn)).sessions("tls.version.1_3").pass, kConnections) << gap;
    EXPECT_EQ(read(one_after_the_other(gap, false, all)).sessions("tls.version.1_3").pass, kConnections) << gap;
  }
  EXPECT_EQ(read(one_after_the_other(100 * kSecond, true, no_start)).sessions("tls.version.1_3").pass, kConnections);
  EXPECT_EQ(read(one_after_the_other(100 * kSecond, false, server)).sessions("tls.version.1_3").pass, kConnections);
}

TEST(PortsAgain, ASynAckThatComesOnceMoreBeginsNothing) {
  for (const bool closes : {false, true}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = 443});
    talk.open().ask(kHello).tell(kFlight);
    traffic.now_ns += kSecond / 2;
    Traffic::Packet again = traffic.packets[1];
    again.time_ns = traffic.now_ns;
    if (closes) talk.close();
    traffic.packets.push_back(again);
    traffic.now_ns += kSecond / 100;
    talk.tell(std::string(400, 'x'));
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << closes;
    EXPECT_EQ(got.sessions("ip4.reach").pass, 1U) << closes;
  }
}

TEST(PortsAgain, ASynInARunningConnectionBeginsAnotherWhenItIsAnswered) {
  for (const bool answered : {false, true}) {
    Traffic traffic;
    const Traffic::Ends ends{.server_port = 443};
    Conversation first(traffic, ends);
    first.open().ask(kHello).tell(kFlight);
    Conversation second(traffic, ends, 0x7000'0000, 0x6000'0000);
    second.segment(true, tcp::kSyn);
    if (answered) second.segment(false, tcp::kSyn | tcp::kAck).segment(true, tcp::kAck).ask(kHello).tell(kFlight);
    if (!answered) first.tell(std::string(4000, 'x')).close();
    EXPECT_EQ(read(traffic).sessions("tls.version.1_3").pass, answered ? 2U : 1U);
  }
}

TEST(PortsAgain, AResetThatNeverArrivedHidesNothing) {
  for (const bool from_client : {false, true}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = 443});
    talk.open().segment(from_client, tcp::kRst | tcp::kAck).ask(kHello).tell(kFlight).close();
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 1U) << from_client;
    EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 1U) << from_client;
  }
}

TEST(PortsAgain, OneEndBehindTheOtherIsOneConnection) {
  for (const bool client_first : {false, true}) {
    Traffic traffic;
    for (std::uint16_t i = 0; i < 30; ++i)
      Conversation(traffic, {.client_port = static_cast<std::uint16_t>(40000 + i), .server_port = 443})
          .open()
          .ask(kHello)
          .tell(kFlight)
          .close();
    std::stable_partition(traffic.packets.begin(), traffic.packets.end(),
                          [client_first](const auto& packet) { return is_client(packet) == client_first; });
    const Readout got = read(traffic);
    EXPECT_EQ(got.sessions("tls.version.1_3").pass, 30U) << client_first;
    EXPECT_EQ(Readout::seen(got.sessions("tls.hello")), 30U) << client_first;
    EXPECT_EQ(got.sessions("tls.offer.sni").hidden(), 0U) << client_first;
  }
}

}  // namespace ports_again_test
}  // namespace uptake
