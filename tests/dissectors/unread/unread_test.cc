#include "dissectors/unread/unread.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uptake {
namespace unread_test {

using namespace std::string_view_literals;

Bytes bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Unread datagram(std::string_view payload, std::uint16_t from = 50000, std::uint16_t to = 60000) {
  const Unread there = unread_datagram(bytes_of(payload), from, to);
  EXPECT_EQ(there, unread_datagram(bytes_of(payload), to, from));
  return there;
}
Unread stream(std::string_view payload, std::uint16_t from = 50000, std::uint16_t to = 60000) {
  const Unread there = unread_stream(bytes_of(payload), from, to);
  EXPECT_EQ(there, unread_stream(bytes_of(payload), to, from));
  return there;
}

/// A long header with this version, and a connection id of eight octets.
std::string quic(std::string_view version) {
  return "\xc0" + std::string(version) + "\x08" + std::string(8, 'i') + std::string(1200, '\0');
}

TEST(UnreadTest, QuicIsKnownByItsLongHeaderOnAnyPortAndByPort443) {
  for (const std::string_view version :
       {"\0\0\0\1"sv, "\x6b\x33\x43\xcf"sv, "\xff\0\0\x1d"sv, "\x1a\x2a\x3a\x4a"sv, "\0\0\0\0"sv, "Q046"sv}) {
    EXPECT_EQ(datagram(quic(version)), Unread::quic);
    EXPECT_EQ(datagram(quic(version), 50000, 8443), Unread::quic);
    EXPECT_EQ(datagram(quic(version), 50000, 853), Unread::dns_over_quic);
  }
  EXPECT_EQ(datagram(quic("\x12\x34\x56\x78"sv)), Unread::other_udp);
  EXPECT_EQ(datagram("\x40short", 50000, 443), Unread::quic);
  EXPECT_EQ(datagram({}, 50000, 443), Unread::quic);
}

TEST(UnreadTest, DatagramsByTheirFirstOctets) {
  EXPECT_EQ(datagram("\0\1\0\0\x21\x12\xa4\x42"sv), Unread::other_udp);
  EXPECT_EQ(datagram("\0\1\0\0\x21\x12\xa4\x42 transaction"sv), Unread::stun);
  EXPECT_EQ(datagram("\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x40 hello"sv), Unread::dtls);
  EXPECT_EQ(datagram("\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x40 hello"sv, 40000, 4433), Unread::dtls);
  EXPECT_EQ(datagram("\1\0\0\0"sv), Unread::other_udp);
  EXPECT_EQ(datagram(std::string("\1\0\0\0", 4) + std::string(144, 'w')), Unread::wireguard);
  EXPECT_EQ(datagram(std::string("\4\0\0\0", 4) + std::string(28, 'w')), Unread::wireguard);
  EXPECT_EQ(datagram(std::string("\1\0\0\0", 4) + std::string(100, 'w')), Unread::other_udp);
  EXPECT_EQ(datagram("INVITE sip:a@example.org SIP/2.0\r\n"), Unread::sip);
  EXPECT_EQ(datagram("d1:ad2:id20:"), Unread::dht);
  EXPECT_EQ(datagram("\x80\x60sequence and time"), Unread::rtp);
  EXPECT_EQ(datagram("\0\0\0\0 key exchange"sv, 4500, 4500), Unread::ike);
  EXPECT_EQ(datagram("\0\0\0\1 sealed"sv, 4500, 61000), Unread::esp_in_udp);
  EXPECT_EQ(datagram("\xff", 4500, 61000), Unread::esp_in_udp);
}

TEST(UnreadTest, PortsTellWhatOctetsDoNot) {
  for (const auto& [port, kind] : {std::pair{123, Unread::ntp},
                                   {500, Unread::ike},
                                   {853, Unread::dns_over_quic},
                                   {5353, Unread::mdns},
                                   {51820, Unread::wireguard},
                                   {161, Unread::snmp}})
    EXPECT_EQ(datagram("xxxx", 50000, static_cast<std::uint16_t>(port)), kind) << port;
  for (const auto& [port, kind] : {std::pair{25, Unread::smtp},
                                   {587, Unread::submission},
                                   {143, Unread::imap},
                                   {110, Unread::pop3},
                                   {179, Unread::bgp},
                                   {323, Unread::rtr},
                                   {22, Unread::ssh},
                                   {443, Unread::tls_port},
                                   {3389, Unread::rdp},
                                   {4460, Unread::nts_ke},
                                   {80, Unread::http},
                                   {27017, Unread::databases}})
    EXPECT_EQ(stream("xxxx", 50000, static_cast<std::uint16_t>(port)), kind) << port;
  EXPECT_EQ(stream({}, 50000, 60000), Unread::other_tcp);
}

TEST(UnreadTest, StreamsByTheirFirstOctets) {
  EXPECT_EQ(stream(std::string(16, '\xff') + "\0\x1d"), Unread::bgp);
  EXPECT_EQ(stream("SSH-2.0-OpenSSH\r\n"), Unread::ssh);
  EXPECT_EQ(stream("GET / HTTP/1.1\r\n"), Unread::http);
  EXPECT_EQ(stream("HTTP/1.1 200 OK\r\n", 50000, 443), Unread::http);
  EXPECT_EQ(stream("EHLO example.org\r\n"), Unread::smtp);
  EXPECT_EQ(stream("* OK ready\r\n"), Unread::imap);
  EXPECT_EQ(stream("+OK ready\r\n"), Unread::pop3);
  EXPECT_EQ(stream("\x13"
                   "BitTorrent protocol"),
            Unread::bittorrent);
}

TEST(UnreadTest, EveryPrefixOfEverythingIsSafeAndEveryKindHasItsOwnName) {
  for (const std::string& whole : {quic("\0\0\0\1"sv), std::string(40, '\xff'), std::string(40, '\0'),
                                   std::string("SSH-2.0-OpenSSH\r\n"), std::string("\1\0\0\0 key", 8)}) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      // In memory of its own, so that a read behind the end is one behind the allocation.
      const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      (void)unread_datagram(cut, 50000, 60000);
      (void)unread_datagram(cut, 4500, 60000);
      (void)unread_stream(cut, 50000, 60000);
    }
  }
  std::set<std::string_view> names;
  for (std::size_t kind = 0; kind < kUnreads; ++kind) names.insert(name_of(static_cast<Unread>(kind)));
  EXPECT_EQ(names.size(), kUnreads);
  for (unsigned protocol = 0; protocol < 256; ++protocol)
    EXPECT_NE(unread_protocol(static_cast<std::uint8_t>(protocol)), Unread::none);
  EXPECT_EQ(unread_protocol(58), Unread::icmpv6);
  EXPECT_EQ(unread_protocol(50), Unread::esp);
  EXPECT_EQ(unread_protocol(253), Unread::other_ip);
}

}  // namespace unread_test
}  // namespace uptake
