#include <gtest/gtest.h>

#include "dissectors/frame/decode.h"
#include "tests/dissectors/frame/wrappers.h"

namespace uptake {
namespace {

using namespace test;

Segment read(const Packet& packet, Disposition want = Disposition::parsed) {
  const Octets frame = as_ethernet(packet);
  Segment segment;
  EXPECT_EQ(decode(frame_of(frame), segment), want);
  segment.payload = nullptr;  // the frame ends here
  return segment;
}

/// Plain UDP: the ports and the whole payload of the outer datagram.
void expect_plain(unsigned port, const Octets& payload) {
  SCOPED_TRACE(port);
  for (const unsigned from : {50000U, port}) {
    const Segment segment = read(over_udp(from, port, payload));
    EXPECT_TRUE(segment.has_ports);
    EXPECT_EQ(segment.destination_port, port);
    EXPECT_EQ(segment.payload_wire, payload.size());
    EXPECT_EQ(segment.layers, 2);
  }
}

constexpr unsigned kPorts[] = {4789, 8472, 4790, 6081, 2152, 3544, 1701, 4754};

TEST(Tunnels, WhatDoesNotLookLikeOneStaysUdp) {
  // An answer from DNS, a QUIC Initial, RTP, text and nothing much.
  const Octets payloads[] = {joined({0x9a, 0x01, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0}, numbers(60)),
                             joined({0xc3, 0, 0, 0, 1, 8}, numbers(1194)),
                             joined({0x80, 0x60, 0x12, 0x34}, numbers(160)),
                             {'h', 'e', 'l', 'l', 'o', ' ', 'w', 'o', 'r', 'l', 'd'},
                             {1},
                             {}};
  for (const unsigned port : kPorts)
    for (const Octets& payload : payloads) expect_plain(port, payload);
}

TEST(Tunnels, AWellKnownPortAtTheOtherEndWins) {
  // Octets that are a perfect VXLAN, sent by a resolver to a client's port.
  const Octets vxlan = joined({8, 0, 0, 0, 0, 0, 7, 0}, ethernet(0x0800, ipv4(6, tcp_segment(1, 2, numbers(20)))));
  EXPECT_EQ(read(over_udp(53, 4789, vxlan)).protocol, 17);
  EXPECT_EQ(read(over_udp(50000, 4789, vxlan)).protocol, 6);
  EXPECT_EQ(read(over_udp(4789, 50000, vxlan)).protocol, 17);  // only towards its port
}

TEST(Tunnels, TheirOwnMessagesStayUdp) {
  expect_plain(2152, {0x32, 1, 0, 4, 0, 0, 0, 0, 0, 1, 0, 0});                 // GTP-U echo request
  expect_plain(1701, joined({0xc8, 2, 0, 20, 0, 1, 0, 0}, numbers(12)));       // L2TP control
  expect_plain(6081, joined({0, 0x80, 0x65, 0x58, 0, 0, 7, 0}, numbers(40)));  // Geneve control
  expect_plain(6081, joined({0x3f, 0, 0x65, 0x58, 0, 0, 7, 0}, numbers(40)));  // options beyond the end
  expect_plain(2152, gtp(0x34, {0, 0, 0, 0x85, 0, 0, 9, 0}, numbers(20)));     // extension of no length
  expect_plain(3544, joined({0, 1, 255, 255, 0}, numbers(200)));               // authentication beyond the end
  expect_plain(1701, joined({0x02, 2, 0, 1, 0, 2, 0xff, 0xff}, numbers(30)));  // offset beyond the end
}

TEST(Tunnels, GtpExtensionChainsAreBounded) {
  for (unsigned count = 1; count <= 12; ++count) {
    Octets options = {0, 0, 0, 0x85};
    for (unsigned i = 1; i <= count; ++i) put(options, {1, 0, 9, static_cast<std::uint8_t>(i == count ? 0 : 0x85)});
    const Packet packet = over_udp(2152, 2152, gtp(0x34, options, ipv4(6, tcp_segment(1, 2, {}))));
    EXPECT_EQ(read(packet).protocol, count <= 8 ? 6 : 17) << count;
  }
}

TEST(Tunnels, InnerPacketWithoutPortsHasNone) {
  const Segment segment = read(over_udp(2152, 2152, gtp(0x30, {}, ipv4(1, numbers(16)))));
  EXPECT_EQ(segment.protocol, 1);
  EXPECT_FALSE(segment.has_ports);
  EXPECT_EQ(segment.source_port, 0);
  EXPECT_EQ(segment.ip_length, 36U);
}

TEST(Tunnels, InnerFragmentIsAFragment) {
  const Segment segment = read(over_udp(2152, 2152, gtp(0x30, {}, ipv4(17, numbers(16), 5, 0x2000))));
  EXPECT_TRUE(segment.is_fragment);
  EXPECT_FALSE(segment.has_ports);
}

TEST(Tunnels, AFrameThatErspanCutIsReadUpToTheCut) {
  Octets inner = ethernet(0x0800, ipv4(6, tcp_segment(1, 2, numbers(500))));
  inner.resize(200);
  for (const bool said : {false, true}) {
    const Octets head = {0, 0, 0, 1, 0x10, 1, static_cast<std::uint8_t>(said ? 4 : 0), 1, 0, 0, 0, 0};
    const Packet packet = {ipv4(47, gre(0x1000, 0x88be, head, inner)), Kind::ipv4};
    const Segment segment = read(packet, said ? Disposition::parsed : Disposition::malformed);
    if (said) {
      EXPECT_EQ(segment.payload_wire, 500U);
      EXPECT_EQ(segment.payload_captured, 200U - 14 - 20 - 32);
    }
  }
}

TEST(Tunnels, GreThatIsNotRead) {
  EXPECT_EQ(read({ipv4(47, gre(0x4000, 0x0800, {}, numbers(40))), Kind::ipv4}, Disposition::unsupported).protocol,
            47);
  (void)read({ipv4(47, gre(2, 0x0800, {}, numbers(40))), Kind::ipv4}, Disposition::unsupported);
  (void)read({ipv4(47, gre(0, 100, {}, numbers(40))), Kind::ipv4}, Disposition::unsupported);
  // PPTP acknowledgement alone.
  (void)read({ipv4(47, gre(0x2081, 0x880b, {0, 0, 0, 1, 0, 0, 0, 4}, {})), Kind::ipv4}, Disposition::no_interest);
}

}  // namespace
}  // namespace uptake
