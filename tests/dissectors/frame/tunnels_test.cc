#include <gtest/gtest.h>

#include <algorithm>

#include "dissectors/frame/decode.h"
#include "tests/dissectors/frame/wrappers.h"

namespace uptake {
namespace tunnels_test {

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

constexpr unsigned kPorts[] = {4789,  8472, 4790, 6081, 2152,  3544, 1701, 4754, 6635,
                               37008, 4341, 5247, 6080, 30030, 5555, 7932, 5000};

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

TEST(Tunnels, TheDestinationPortTellsAndThePayloadConfirms) {
  // The source port of a tunnel is a hash of what it carries: any at all (RFC 7348 section 5).
  const Octets frame = ethernet(0x0800, ipv4(6, tcp_segment(1, 2, numbers(20))));
  const Octets vxlan = joined({8, 0, 0, 0, 0, 0, 7, 0}, frame);
  for (unsigned from = 0; from < 65536; from += from < 1100 ? 1 : 997) {
    EXPECT_EQ(read(over_udp(from, 4789, vxlan)).protocol, 6);
    EXPECT_EQ(read(over_udp(from, 6081, joined({0, 0, 0x65, 0x58, 0, 0, 7, 0}, frame))).protocol, 6);
    EXPECT_EQ(read(over_udp(from, 37008, joined({1, 0, 0, 1, 1}, frame))).protocol, 6);
  }
  EXPECT_EQ(read(over_udp(4789, 50000, vxlan)).protocol, 17);  // only towards its port
}

/// Responses of DNS with every pair of first octets, which are an identifier and say nothing.
TEST(Tunnels, AnAnswerFromPort53IsNoTunnelWhateverPortAsked) {
  const Octets question = {3, 'w', 'w', 'w', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1};
  const Octets answer = {0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 1};
  for (const frame::TunnelPort& row : frame::kTunnelPorts) {
    for (unsigned id = 0; id < 65536; ++id) {
      Octets message;
      put16(message, id);
      put(message, {0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0});
      put(message, question);
      put(message, answer);
      const Segment segment = read(over_udp(53, row.port, message));
      ASSERT_TRUE(segment.has_ports && segment.source_port == 53) << row.port << " " << id;
      ASSERT_NE(segment.header_digest, 0U) << row.port << " " << id;
    }
  }
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
    const Segment segment = read(packet);
    EXPECT_EQ(segment.payload_wire, 500U);
    EXPECT_EQ(segment.payload_captured, 200U - 14 - 20 - 32);
  }
}

TEST(Tunnels, GreThatIsNotRead) {
  const Segment segment = read({ipv4(47, gre(2, 0x0800, {}, numbers(40))), Kind::ipv4}, Disposition::unsupported);
  EXPECT_EQ(segment.protocol, 47);
  EXPECT_EQ(segment.tunnel, UnreadTunnel::gre);
  EXPECT_EQ(segment.inside, Inside::unread);
  (void)read({ipv4(47, gre(0, 100, {}, numbers(40))), Kind::ipv4}, Disposition::unsupported);
  // PPTP acknowledgement alone.
  (void)read({ipv4(47, gre(0x2081, 0x880b, {0, 0, 0, 1, 0, 0, 0, 4}, {})), Kind::ipv4}, Disposition::no_interest);
}

TEST(Tunnels, WhatIsNotReadIsNamed) {
  const Octets inner = ipv4(6, tcp_segment(1, 2, numbers(60)));
  const Octets six = ipv6(6, tcp_segment(1, 2, numbers(60)));
  const Octets record = {0x65, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 112, 0, 0, 0, 200};
  const Octets frame = ethernet(0x0800, inner);
  const struct {
    Packet packet;
    UnreadTunnel name;
  } cases[] = {
      {over_udp(61000, 4341, joined({0xc0, 1, 2, 3, 0, 0, 0, 1}, inner)), UnreadTunnel::lisp},
      {over_udp(443, 4341, joined({0x80, 1, 2, 3, 0, 0, 0, 1}, six)), UnreadTunnel::lisp},
      {over_udp(61000, 5247, joined({0, 0x10, 0x42, 0, 0, 0, 0, 0}, numbers(90))), UnreadTunnel::capwap},
      {over_udp(5247, 61000, joined({1, 0, 0, 0, 23, 0xfe, 0xfd, 0, 1}, numbers(90))), UnreadTunnel::capwap},
      {over_udp(61000, 6080, joined({0, 4, 0, 0}, inner)), UnreadTunnel::gue},
      {over_udp(61000, 6080, joined({1, 41, 0x80, 0, 0, 0, 0, 9}, six)), UnreadTunnel::gue},
      {over_udp(61000, 6080, six), UnreadTunnel::gue},
      {over_udp(50000, 30030, joined({0x40, 0, 0, 1, 0, 0, 0, 7}, inner)), UnreadTunnel::jmirror},
      {over_udp(50000, 5555, joined(record, numbers(112))), UnreadTunnel::aruba_erm},
      {over_udp(50000, 7932, joined(Octets(12, 0), frame)), UnreadTunnel::hp_erm},
      {over_udp(50000, 5000, joined({0, 0xff, 0xab, 0xcd}, numbers(80))), UnreadTunnel::peekremote},
      {over_udp(50000, 37008, joined({1, 0, 0, 18, 1}, numbers(80))), UnreadTunnel::tzsp},  // 802.11
      {over_udp(2152, 2152, gtp(0x30, {}, numbers(60))), UnreadTunnel::gtp_u},
      {{ipv4(103, joined({0x21, 0, 0, 0, 0, 0, 0, 0}, inner)), Kind::ipv4}, UnreadTunnel::pim_register},
      {{ipv4(115, joined({0, 0, 0, 9}, Octets(80, 0xee))), Kind::ipv4}, UnreadTunnel::l2tp},
      {{ipv4(47, gre(0x1000, 0x88be, joined({0, 0, 0, 1, 0x70, 1, 0, 1}, Octets(4, 0)), frame)), Kind::ipv4},
       UnreadTunnel::erspan},
      {{ipv4(47, gre(0, 0x8909, {}, frame)), Kind::ipv4}, UnreadTunnel::gre},
      {{ipv4(47, gre(0, 0x880b, {0x00, 0x3d}, frame)), Kind::ipv4}, UnreadTunnel::ppp},
      {{ipv4(145, joined({0x0f, 0xc2, 1, 9, 0, 0, 1, 0xff}, frame)), Kind::ipv4}, UnreadTunnel::nsh},
      {over_udp(50000, 4789, joined({8, 0, 0, 0, 0, 0, 7, 0}, ethernet(0x1234, numbers(60)))), UnreadTunnel::other},
  };
  for (const auto& [packet, name] : cases) {
    const Segment segment = read(packet, Disposition::unsupported);
    EXPECT_EQ(segment.tunnel, name) << static_cast<int>(name);
    EXPECT_EQ(segment.inside, Inside::unread);
    EXPECT_TRUE(segment.has_ip);
    EXPECT_EQ(segment.ip_length, packet.octets.size());
  }
  // What manages them is no tunnel.
  (void)read({ipv4(103, joined({0x20, 0, 0, 0}, numbers(30))), Kind::ipv4});  // PIM hello
  (void)read({ipv4(103, {0x21, 0, 0, 0, 0x40, 0, 0, 0}), Kind::ipv4});        // a Register of nothing
  (void)read({ipv4(115, {0, 0, 0, 0, 0xc8, 3, 0, 12}), Kind::ipv4}, Disposition::no_interest);  // L2TP control
  expect_plain(5246, joined({0, 0x10, 0x42, 0, 0, 0, 0, 0}, numbers(90)));                      // CAPWAP control
  expect_plain(37008, {1, 4, 0, 0, 1});  // TZSP: a sign of life
}

std::uint32_t outer_of(const Packet& packet) { return read(packet).outer; }

TEST(Tunnels, TheirNumbersTellThemApart) {
  const Packet inner = {ipv4(6, tcp_segment(1, 2, numbers(20))), Kind::ipv4};
  const Octets frame = as_ethernet(inner);
  const auto vxlan = [&](unsigned id) {
    return over_udp(50000, 4789, joined({8, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(id), 0}, frame));
  };
  const auto keyed = [&](unsigned id) {
    return Packet{ipv4(47, gre(0x2000, 0x0800, {0, 0, 0, static_cast<std::uint8_t>(id)}, inner.octets)), Kind::ipv4};
  };
  const auto between = [&](std::uint8_t last) {
    Octets o = ipv4(4, inner.octets);
    o[19] = last;
    return Packet{o, Kind::ipv4};
  };
  EXPECT_EQ(outer_of(inner), 0U);
  EXPECT_EQ(outer_of(vxlan(7)), outer_of(vxlan(7)));
  EXPECT_NE(outer_of(vxlan(7)), outer_of(vxlan(8)));
  EXPECT_NE(outer_of(keyed(7)), outer_of(keyed(8)));
  EXPECT_NE(outer_of(between(7)), outer_of(between(8)));
  EXPECT_EQ(outer_of(vxlan(7)) & (kInTunnel | kMoves), kInTunnel);
  EXPECT_EQ(outer_of(over_udp(2152, 2152, gtp(0x30, {}, inner.octets))) & (kInTunnel | kMoves), kInTunnel | kMoves);
  // The way back is in the same tunnel.
  Octets back = between(7).octets;
  std::swap_ranges(back.begin() + 12, back.begin() + 16, back.begin() + 16);
  EXPECT_EQ(outer_of({back, Kind::ipv4}), outer_of(between(7)));
  // A tag is none, and those of the network below a tunnel do not matter.
  EXPECT_EQ(outer_of(tagged(inner, 0x8100)) & kInTunnel, 0U);
  EXPECT_NE(outer_of(tagged(inner, 0x8100)), 0U);
  EXPECT_NE(outer_of(tagged(tagged(inner, 0x8100), 0x8100)), outer_of(tagged(inner, 0x8100)));
  EXPECT_EQ(outer_of(tagged(vxlan(7), 0x8100)), outer_of(vxlan(7)));
  // What a mirror wraps around a frame says nothing of it.
  EXPECT_EQ(outer_of(over_udp(40000, 37008, joined({1, 0, 0, 1, 1}, frame))), 0U);
  EXPECT_EQ(outer_of({ipv4(47, gre(0, 0x88be, {}, frame)), Kind::ipv4}), 0U);
}

TEST(Tunnels, Ipv6OverIpv4InGreOrL2tpTravelsInATunnel) {
  const Packet six = {ipv6(6, tcp_segment(1, 2, numbers(20))), Kind::ipv6};
  const auto path = [](const Packet& packet) { return read(packet).path; };
  for (const Wrapper& w : wrappers()) {
    SCOPED_TRACE(w.name);
    const Packet wrapped = w.wrap(six);
    const bool of_users = w.name == "gre" || w.name.starts_with("gre with r") || w.name.starts_with("gre with all") ||
                          w.name == "gre in udp" || w.name == "pptp" || w.name == "ppp in gre" || w.name == "l2tp" ||
                          w.name == "l2tp with everything" || w.name == "l2tp 3 of ppp";
    const bool six_in_four = w.name == "ip in ipv4" || w.name == "ip behind ah" || w.name == "wccp";
    const Path want = of_users                       ? Path::tunnel
                      : six_in_four                  ? Path::six_in_four
                      : w.name.starts_with("teredo") ? Path::teredo
                                                     : Path::native;
    EXPECT_EQ(path(wrapped), want) << static_cast<int>(path(wrapped));
  }
}

}  // namespace tunnels_test
}  // namespace uptake
