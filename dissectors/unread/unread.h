#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dissectors/cursor.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// Unread: what a packet carries that no dissector reads, as its protocol number, its ports or its first octets tell.
/// `none` is what was read, or carried nothing. A closed list; new kinds are appended before count_.
enum class Unread : std::uint8_t {
  none,
  // over UDP
  quic,           ///< a long header of RFC 8999, or UDP port 443
  dns_over_quic,  ///< UDP port 853, RFC 9250
  dtls,
  stun,
  ntp,
  ike,  ///< UDP port 500, and 4500 with the marker of RFC 3948
  esp_in_udp,
  wireguard,
  openvpn,
  dhcp,
  mdns,  ///< UDP port 5353, and 5355
  ssdp,
  snmp,
  syslog,
  radius,
  flow_export,  ///< NetFlow, IPFIX, sFlow
  netbios,
  tftp,
  ptp,
  rip,
  bfd,
  gtp_c,
  dht,  ///< BitTorrent's distributed hash table
  rtp,  ///< by its first octets; RTCP too
  // over TCP
  http,
  ssh,
  smtp,
  submission,
  imap,
  pop3,
  ftp,
  bgp,
  rtr,
  nts_ke,
  tls_port,  ///< a port of TLS, whatever ran there
  rdp,
  smb,
  xmpp,
  bittorrent,
  telnet,
  irc,
  mqtt,
  databases,
  rpc,
  // over both
  dns,  ///< port 53, what was no DNS there
  sip,
  ldap,
  kerberos,
  rtsp,
  other_udp,
  other_tcp,
  // IP protocols
  icmp,
  icmpv6,
  igmp,
  esp,
  ah,
  gre,
  sctp,
  ospf,
  pim,
  vrrp,
  other_ip,
  // tunnels and mirrors that are not read
  lisp,
  capwap,
  gue,
  pim_register,
  jmirror,
  aruba_erm,
  hp_erm,
  peekremote,
  gre_tunnel,
  erspan,
  gtp_u,
  l2tp,
  ppp,
  tzsp,
  nsh,
  other_tunnel,
  count_,
};
inline constexpr std::size_t kUnreads = static_cast<std::size_t>(Unread::count_);

/// Names as reports and JSON write them: lower case, words joined by underscores.
[[nodiscard]] std::string_view name_of(Unread kind) noexcept;

/// Of an IP protocol that has no ports, or whose ports were not read.
[[nodiscard]] Unread unread_protocol(std::uint8_t protocol) noexcept;
/// Of a frame that ended as unsupported behind an IP header.
[[nodiscard]] Unread unread_tunnel(UnreadTunnel tunnel) noexcept;
/// Of the first datagram of a conversation that no dissector claimed.
[[nodiscard]] Unread unread_datagram(Bytes payload, std::uint16_t source_port,
                                     std::uint16_t destination_port) noexcept;
/// Of some octets of a TCP connection that no dissector claimed; empty when none were met.
[[nodiscard]] Unread unread_stream(Bytes payload, std::uint16_t source_port, std::uint16_t destination_port) noexcept;

}  // namespace uptake
