#include <gtest/gtest.h>

#include <algorithm>

#include "dissectors/frame/decode.h"
#include "tests/dissectors/frame/wrappers.h"

namespace uptake {
namespace ip_test {

using namespace test;

Disposition read(const Octets& ip, Segment& segment) { return decode(frame_of(ip, LinkType::raw_ip), segment); }
Disposition how(const Octets& ip) {
  Segment segment;
  return read(ip, segment);
}

TEST(Ipv4, LengthsThatContradictAreMalformed) {
  const Octets good = ipv4(17, udp_datagram(1, 2, numbers(20)));
  EXPECT_EQ(how(good), Disposition::parsed);
  const auto with = [&good](std::size_t at, std::uint8_t value) {
    Octets o = good;
    o[at] = value;
    return how(o);
  };
  EXPECT_EQ(with(0, 0x44), Disposition::malformed);  // header of 16 octets
  EXPECT_EQ(with(0, 0x4f), Disposition::malformed);  // header longer than the packet
  EXPECT_EQ(with(3, 19), Disposition::malformed);    // below the header
  EXPECT_EQ(with(3, 27), Disposition::malformed);    // no whole UDP header
  EXPECT_EQ(with(25, 29), Disposition::malformed);   // UDP length above IP's
  EXPECT_EQ(with(25, 7), Disposition::malformed);    // below its own header
}

/// A broker, a slicing card or a mirror gives less of a frame than there was, and says nothing of the rest.
TEST(Ip, AFrameShorterThanItsPacketIsCut) {
  const Octets body = numbers(300);
  for (const Octets& packet :
       {ipv4(6, tcp_segment(1, 2, body)), ipv4(17, udp_datagram(1, 2, body)), ipv6(6, tcp_segment(1, 2, body)),
        ipv6(17, udp_datagram(1, 2, body)), ipv6(60, joined({17, 0, 1, 4, 0, 0, 0, 0}, udp_datagram(1, 2, body)))}) {
    const bool v6 = packet[0] >> 4 == 6;
    const std::size_t header = v6 ? 40 : 20;
    for (std::size_t size = 1; size < packet.size(); ++size) {
      const Octets frame(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
      Segment segment;
      const Disposition ended = read(frame, segment);
      ASSERT_TRUE(ended == Disposition::truncated || ended == Disposition::parsed) << size;
      ASSERT_TRUE(segment.has_ip);
      ASSERT_EQ(segment.inside, Inside::read);
      ASSERT_EQ(segment.source.family, v6 ? Family::v6 : Family::v4);
      // The length is known as soon as its field is there.
      ASSERT_EQ(segment.ip_length, size < (v6 ? 6U : 4U) ? size : packet.size()) << size;
      const bool known = segment.protocol == 6 || segment.protocol == 17;
      ASSERT_EQ(ended == Disposition::truncated && size >= header && known, transport_cut(ended, segment)) << size;
      if (ended == Disposition::parsed) {
        ASSERT_EQ(segment.payload_wire, 300U);
        ASSERT_LE(segment.payload_captured, size);
      }
    }
  }
}

TEST(Ip, WhatIsBrokenBehindItIsOfItsFamily) {
  Octets segment = tcp_segment(1, 2, numbers(20));
  segment[12] = 0x10;
  for (const Octets& packet : {ipv4(6, segment), ipv6(6, segment), ipv6(0, {59}), ipv4(17, {1, 2, 3})}) {
    Segment read_as;
    EXPECT_EQ(read(packet, read_as), Disposition::malformed);
    EXPECT_TRUE(read_as.has_ip);
    EXPECT_EQ(read_as.inside, Inside::read);
    EXPECT_EQ(read_as.ip_length, packet.size());
  }
}

TEST(Ip, TcpOptionsMayBeCut) {
  const Octets packet = ipv6(6, tcp_segment(1, 443, numbers(90), 0x02));
  Frame frame = frame_of(packet, LinkType::raw_ip);
  for (frame.captured = 60; frame.captured < 72; ++frame.captured) {
    Segment segment;
    ASSERT_EQ(decode(frame, segment), Disposition::parsed);
    EXPECT_EQ(segment.tcp_flags, 0x02);
    EXPECT_EQ(segment.payload_wire, 90U);
    EXPECT_EQ(segment.payload_captured, 0U);
  }
}

TEST(Ipv4, TotalLengthZeroTakesTheRest) {
  Octets packet = ipv4(6, tcp_segment(1, 2, numbers(3000)));
  packet[2] = packet[3] = 0;
  Segment segment;
  ASSERT_EQ(read(packet, segment), Disposition::parsed);
  EXPECT_EQ(segment.payload_wire, 3000U);
  EXPECT_EQ(segment.ip_length, packet.size());
}

TEST(Ipv4, OptionsAndUdpShorterThanIp) {
  Octets packet = ipv4(17, joined(udp_datagram(1, 2, numbers(20)), {1, 2, 3}));
  packet[0] = 0x46;
  packet.insert(packet.begin() + 20, {1, 1, 1, 1});
  packet[3] = static_cast<std::uint8_t>(packet.size());
  Segment segment;
  ASSERT_EQ(read(packet, segment), Disposition::parsed);
  EXPECT_EQ(segment.payload_wire, 20U);
}

TEST(Ipv4, TcpOffsetBeyondThePacketIsMalformed) {
  Octets segment = tcp_segment(1, 2, {});
  segment[12] = 0x40;
  EXPECT_EQ(how(ipv4(6, segment)), Disposition::malformed);
  segment[12] = 0xf0;
  EXPECT_EQ(how(ipv4(6, segment)), Disposition::malformed);
}

TEST(Ipv4, OtherProtocolsHaveNoPorts) {
  for (unsigned protocol : {1U, 50U, 89U, 132U}) {
    Segment segment;
    ASSERT_EQ(read(ipv4(protocol, numbers(30)), segment), Disposition::parsed);
    EXPECT_FALSE(segment.has_ports);
    EXPECT_EQ(segment.protocol, protocol);
    EXPECT_EQ(segment.payload_wire, 30U);
  }
  EXPECT_EQ(how(ipv4(47, {0, 0, 0x12, 0x34, 1})), Disposition::unsupported);
  EXPECT_EQ(how(ipv4(47, {0, 0, 0, 0})), Disposition::no_interest);  // keepalive
}

TEST(Ipv4, Fragments) {
  const Octets piece = numbers(64);
  Segment segment;
  ASSERT_EQ(read(ipv4(17, piece, 77, 0x2000), segment), Disposition::parsed);
  EXPECT_TRUE(segment.is_fragment && segment.more_fragments && !segment.has_ports);
  EXPECT_EQ(segment.fragment_offset, 0);
  EXPECT_EQ(segment.ip_id, 77U);
  EXPECT_EQ(segment.payload_wire, 64U);
  ASSERT_EQ(read(ipv4(17, piece, 77, 185), segment), Disposition::parsed);
  EXPECT_TRUE(segment.is_fragment && !segment.more_fragments);
  EXPECT_EQ(segment.fragment_offset, 1480);
  ASSERT_EQ(read(ipv4(17, udp_datagram(1, 2, piece), 77, 0x4000), segment), Disposition::parsed);
  EXPECT_FALSE(segment.is_fragment);
  EXPECT_EQ(how(ipv4(17, numbers(63), 77, 0x2000)), Disposition::malformed);
  EXPECT_EQ(how(ipv4(17, piece, 77, 0x1fff)), Disposition::malformed);  // beyond 65535 octets
}

TEST(Ipv6, FragmentsAndTheAtomicOne) {
  const Octets body = udp_datagram(1, 2, numbers(56));
  const auto packet = [&body](unsigned place) {
    Octets o = {17, 0};
    put16(o, place);
    put32(o, 0xdeadbeef);
    return ipv6(44, joined(o, body));
  };
  Segment segment;
  ASSERT_EQ(read(packet(0), segment), Disposition::parsed);
  EXPECT_TRUE(segment.has_ports && !segment.is_fragment);
  EXPECT_EQ(segment.ip_id, 0xdeadbeef);
  ASSERT_EQ(read(packet(1), segment), Disposition::parsed);
  EXPECT_TRUE(segment.is_fragment && segment.more_fragments);
  EXPECT_EQ(segment.protocol, 17);
  EXPECT_EQ(segment.payload_wire, 64U);
  ASSERT_EQ(read(packet(1448), segment), Disposition::parsed);
  EXPECT_EQ(segment.fragment_offset, 1448);
  EXPECT_FALSE(segment.more_fragments);
}

TEST(Ipv6, ExtensionHeadersEndInTheTransport) {
  const Octets body = udp_datagram(1, 2, numbers(20));
  Segment segment;
  // One header is read over, of whatever length it says.
  for (unsigned length = 0; length < 256; ++length) {
    Octets header = {17, static_cast<std::uint8_t>(length)};
    put(header, Octets(length * 8 + 6, 0));
    for (unsigned type : {0U, 43U, 60U}) {
      ASSERT_EQ(read(ipv6(type, joined(header, body)), segment), Disposition::parsed);
      EXPECT_TRUE(segment.has_ports);
      EXPECT_EQ(segment.protocol, 17);
      EXPECT_EQ(segment.payload_wire, 20U);
    }
    header.pop_back();
    EXPECT_EQ(how(ipv6(60, header)), Disposition::malformed);
  }
  // A chain ends at sixteen headers, the first of which is IPv6.
  for (unsigned count = 1; count < 40; ++count) {
    Octets chain;
    for (unsigned i = 0; i < count; ++i)
      put(chain, {static_cast<std::uint8_t>(i + 1 == count ? 17 : 60), 0, 1, 4, 0, 0, 0, 0});
    EXPECT_EQ(how(ipv6(60, joined(chain, body))), count <= 15 ? Disposition::parsed : Disposition::too_deep);
  }
  ASSERT_EQ(read(ipv6(59, {}), segment), Disposition::parsed);
  EXPECT_EQ(segment.protocol, 59);
  ASSERT_EQ(read(ipv6(50, numbers(40)), segment), Disposition::parsed);
  EXPECT_FALSE(segment.has_ports);
}

TEST(Ipv6, PayloadLengthZeroTakesTheRest) {
  Octets packet = ipv6(6, tcp_segment(1, 2, numbers(70000)));
  packet[4] = packet[5] = 0;
  Segment segment;
  ASSERT_EQ(read(packet, segment), Disposition::parsed);
  EXPECT_EQ(segment.payload_wire, 70000U);
  packet[4] = 0xff;
  packet.resize(1000);
  ASSERT_EQ(read(packet, segment), Disposition::parsed);
  EXPECT_EQ(segment.ip_length, 0xff00U + 40);
}

TEST(Ipv6, Paths) {
  const Octets native = v6_address(0x20010db8, 1);
  const Octets body = udp_datagram(1, 2, numbers(20));
  const auto path = [](const Octets& packet) {
    Segment segment;
    EXPECT_EQ(read(packet, segment), Disposition::parsed);
    return segment.path;
  };
  const Octets six_to_four = v6_address(0x2002c000, 1);
  const Octets teredo = v6_address(0x20010000, 1);
  const Octets nat64 = v6_address(0x0064ff9b, 1);
  Octets local_nat64 = v6_address(0x0064ff9b, 1);
  local_nat64[5] = 1;
  Octets near_nat64 = v6_address(0x0064ff9b, 1);
  near_nat64[6] = 1;
  EXPECT_EQ(path(ipv6(17, body)), Path::native);
  EXPECT_EQ(path(ipv4(41, ipv6(17, body))), Path::six_in_four);
  EXPECT_EQ(path(ipv6(41, ipv6(17, body))), Path::native);
  EXPECT_EQ(path(ipv4(41, ipv6(41, ipv6(17, body)))), Path::native);
  EXPECT_EQ(path(ipv4(41, ipv6(4, ipv4(17, body)))), Path::native);
  EXPECT_EQ(path(ipv4(41, ipv6(17, body, six_to_four, native))), Path::six_to_four);
  EXPECT_EQ(path(ipv6(17, body, native, six_to_four)), Path::six_to_four);
  EXPECT_EQ(path(ipv6(17, body, teredo, native)), Path::teredo);
  EXPECT_EQ(path(ipv4(17, udp_datagram(40000, 3544, ipv6(17, body)))), Path::teredo);
  EXPECT_EQ(path(ipv6(17, body, native, nat64)), Path::nat64);
  EXPECT_EQ(path(ipv6(17, body, local_nat64, native)), Path::nat64);
  EXPECT_EQ(path(ipv6(17, body, near_nat64, native)), Path::native);
}

TEST(Reassembled, ReadsLikeTheUnfragmentedPacket) {
  const Octets transports[] = {tcp_segment(40001, 443, numbers(200)), udp_datagram(40001, 53, numbers(200))};
  for (const Octets& transport : transports) {
    const unsigned protocol = &transport == &transports[0] ? 6 : 17;
    const Octets whole = ipv4(protocol, transport);
    Segment want;
    ASSERT_EQ(read(whole, want), Disposition::parsed);
    const Octets piece = ipv4(protocol, Octets(transport.begin(), transport.begin() + 80), 0x1234, 0x2000);
    Segment first;
    ASSERT_EQ(read(piece, first), Disposition::parsed);
    Segment got;
    ASSERT_EQ(decode_reassembled(first, transport, got), Disposition::parsed);
    EXPECT_EQ(got.source, want.source);
    EXPECT_EQ(got.source_port, want.source_port);
    EXPECT_EQ(got.ip_length, want.ip_length);
    EXPECT_EQ(got.header_digest, want.header_digest);
    EXPECT_EQ(got.payload_wire, 200U);
    EXPECT_TRUE(got.has_ports && !got.is_fragment && !got.more_fragments);
  }
}

TEST(Reassembled, TunnelsBelowAreOpened) {
  const Octets inner = ipv6(17, udp_datagram(7, 8, numbers(30)));
  Segment first;
  ASSERT_EQ(read(ipv4(41, Octets(inner.begin(), inner.begin() + 40), 1, 0x2000), first), Disposition::parsed);
  Segment got;
  ASSERT_EQ(decode_reassembled(first, inner, got), Disposition::parsed);
  EXPECT_EQ(got.source_port, 7);
  EXPECT_EQ(got.path, Path::six_in_four);
  Segment same = first;
  ASSERT_EQ(decode_reassembled(same, inner, same), Disposition::parsed);
  EXPECT_EQ(same.header_digest, got.header_digest);
}

std::uint32_t digest(const Octets& packet) {
  Segment segment;
  EXPECT_EQ(read(packet, segment), Disposition::parsed);
  return segment.header_digest;
}

TEST(Digest, IgnoresWhatRoutersChangeAndNothingElse) {
  for (unsigned protocol : {6U, 17U}) {
    const Octets body = numbers(40);
    const Octets packet = ipv4(protocol, protocol == 6 ? tcp_segment(1, 2, body) : udp_datagram(1, 2, body));
    const std::uint32_t want = digest(packet);
    for (std::size_t at = 0; at < 40; ++at) {
      if (at == 0 || at == 2 || at == 3 || at == 6 || at == 7 || at == 9) continue;  // they change the reading
      if ((protocol == 17 && (at == 24 || at == 25)) || (protocol == 6 && at == 32)) continue;
      Octets changed = packet;
      changed[at] ^= 0x10;
      const bool ignored = at == 1 || at == 8 || (at >= 10 && at < 20);  // class, TTL, checksum; addresses: the flow
      EXPECT_EQ(digest(changed) == want, ignored) << protocol << " " << at;
    }
  }
}

TEST(Digest, DatagramsOfEqualSizeDiffer) {
  // A thousand IPv6 datagrams of one flow that differ in a counter behind the header, checksum left to the card.
  std::vector<std::uint32_t> seen;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    Octets body;
    put32(body, 0x40000000);
    put32(body, i);
    put(body, Octets(900, 0));
    Octets datagram = udp_datagram(1, 2, body);
    datagram[6] = datagram[7] = 0;
    seen.push_back(digest(ipv6(17, datagram)));
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
}

TEST(Digest, WithoutAnIdentificationEveryOctetCounts) {
  const auto packets = [](const Octets& body) {
    Octets datagram = udp_datagram(5000, 5001, body);
    datagram[6] = datagram[7] = 0;
    return std::vector{ipv4(17, datagram, 0), ipv6(17, datagram), ipv4(200, body, 0), ipv6(200, body)};
  };
  for (const std::size_t size : {1U, 7U, 16U, 17U, 33U, 1200U}) {
    const Octets body(size, 'z');
    for (std::size_t at = 0; at < size; ++at) {
      Octets other = body;
      other[at] ^= 1;
      for (std::size_t i = 0; i < 4; ++i)
        ASSERT_NE(digest(packets(body)[i]), digest(packets(other)[i])) << size << " " << at << " " << i;
    }
  }
}

}  // namespace ip_test
}  // namespace uptake
