#include "dissectors/unread/unread.h"

#include <algorithm>
#include <array>

namespace uptake {
namespace {

struct Port {
  std::uint16_t number;
  Unread kind;
};

/// Services by UDP port (IANA Service Name and Transport Protocol Port Number Registry).
constexpr auto kUdpPorts = std::to_array<Port>({
    {53, Unread::dns},           {67, Unread::dhcp},
    {68, Unread::dhcp},          {69, Unread::tftp},
    {88, Unread::kerberos},      {123, Unread::ntp},
    {137, Unread::netbios},      {138, Unread::netbios},
    {161, Unread::snmp},         {162, Unread::snmp},
    {319, Unread::ptp},          {320, Unread::ptp},
    {389, Unread::ldap},         {443, Unread::quic},
    {500, Unread::ike},          {514, Unread::syslog},
    {520, Unread::rip},          {521, Unread::rip},
    {546, Unread::dhcp},         {547, Unread::dhcp},
    {554, Unread::rtsp},         {853, Unread::dns_over_quic},
    {1194, Unread::openvpn},     {1812, Unread::radius},
    {1813, Unread::radius},      {1900, Unread::ssdp},
    {2055, Unread::flow_export}, {2123, Unread::gtp_c},
    {3478, Unread::stun},        {3784, Unread::bfd},
    {4739, Unread::flow_export}, {4784, Unread::bfd},
    {5060, Unread::sip},         {5353, Unread::mdns},
    {5355, Unread::mdns},        {6343, Unread::flow_export},
    {51820, Unread::wireguard},
});

/// Services by TCP port.
constexpr auto kTcpPorts = std::to_array<Port>({
    {21, Unread::ftp},          {22, Unread::ssh},       {23, Unread::telnet},      {25, Unread::smtp},
    {53, Unread::dns},          {80, Unread::http},      {88, Unread::kerberos},    {110, Unread::pop3},
    {111, Unread::rpc},         {135, Unread::rpc},      {139, Unread::smb},        {143, Unread::imap},
    {179, Unread::bgp},         {323, Unread::rtr},      {389, Unread::ldap},       {443, Unread::tls_port},
    {445, Unread::smb},         {465, Unread::tls_port}, {554, Unread::rtsp},       {587, Unread::submission},
    {636, Unread::tls_port},    {853, Unread::tls_port}, {989, Unread::tls_port},   {990, Unread::tls_port},
    {993, Unread::tls_port},    {995, Unread::tls_port}, {1194, Unread::openvpn},   {1433, Unread::databases},
    {1521, Unread::databases},  {1883, Unread::mqtt},    {2049, Unread::rpc},       {3306, Unread::databases},
    {3389, Unread::rdp},        {4460, Unread::nts_ke},  {5060, Unread::sip},       {5061, Unread::tls_port},
    {5222, Unread::xmpp},       {5269, Unread::xmpp},    {5432, Unread::databases}, {6379, Unread::databases},
    {6667, Unread::irc},        {8080, Unread::http},    {8282, Unread::rtr},       {8883, Unread::tls_port},
    {27017, Unread::databases},
});

/// Services: of the ports below 1024 in a table, of the few above in order.
template <const auto& kPorts>
class Services {
 public:
  /// The port of a service is mostly the lower one; a client's own may be anything.
  [[nodiscard]] static Unread of(std::uint16_t one, std::uint16_t other, Unread otherwise) noexcept {
    for (const std::uint16_t number : {std::min(one, other), std::max(one, other)}) {
      const Unread kind = number < kLow.size() ? kLow[number] : above(number);
      if (kind != Unread::none) return kind;
    }
    return otherwise;
  }

 private:
  [[nodiscard]] static Unread above(std::uint16_t number) noexcept {
    const auto found = std::ranges::lower_bound(kPorts, number, {}, &Port::number);
    return found != kPorts.end() && found->number == number ? found->kind : Unread::none;
  }
  static constexpr auto kLow = [] {
    std::array<Unread, 1024> kinds{};
    for (const Port& port : kPorts)
      if (port.number < kinds.size()) kinds[port.number] = port.kind;
    return kinds;
  }();
};

[[nodiscard]] std::uint32_t be32(Bytes bytes, std::size_t at) noexcept { return Cursor(bytes.subspan(at)).u32(); }

// 1 (long header), 1 (fixed bit), type and packet number bits; uint32 version  RFC 8999 section 5.1
[[nodiscard]] bool is_quic_long(Bytes bytes) noexcept {
  if (bytes.size() < 7 || (bytes[0] & 0x80) == 0) return false;
  const std::uint32_t version = be32(bytes, 1);
  const bool known = version == 1 || version == 0x6b3343cf || version >> 8 == 0xff0000 ||
                     (version & 0x0f0f0f0f) == 0x0a0a0a0a || (version == 0 && bytes[5] <= 20) || version >> 24 == 'Q';
  return known && bytes[5] <= 20;  // octets of the destination connection id
}

// uint8 type 1..4; uint8 zero[3]; the lengths of initiation, response and cookie are fixed
[[nodiscard]] bool is_wireguard(Bytes bytes) noexcept {
  if (bytes.size() < 32 || bytes[1] != 0 || bytes[2] != 0 || bytes[3] != 0) return false;
  return (bytes[0] == 1 && bytes.size() == 148) || (bytes[0] == 2 && bytes.size() == 92) ||
         (bytes[0] == 3 && bytes.size() == 64) || (bytes[0] == 4 && bytes.size() % 16 == 0);
}

// ContentType type; ProtocolVersion version (of DTLS: 254.255 and below)  RFC 6347 section 4.1
[[nodiscard]] bool is_dtls(Bytes bytes) noexcept {
  return bytes.size() >= 13 && bytes[0] >= 20 && bytes[0] <= 26 && bytes[1] == 0xfe && bytes[2] >= 0xfc;
}

// version 2 in two bits, then padding, extension and count; a dynamic payload type or one of RTCP  RFC 3550
[[nodiscard]] bool is_rtp(Bytes bytes, std::uint16_t source_port, std::uint16_t destination_port) noexcept {
  if (bytes.size() < 12 || bytes[0] >> 6 != 2 || source_port < 1024 || destination_port < 1024) return false;
  const unsigned type = bytes[1] & 0x7fU;
  return (bytes[0] & 0x0f) == 0 ? type <= 34 || type >= 96 : bytes[1] >= 200 && bytes[1] <= 207;
}

[[nodiscard]] bool is_http(Bytes bytes) noexcept {
  constexpr auto kStarts = std::to_array<std::string_view>(
      {"GET ", "POST ", "HEAD ", "PUT ", "HTTP/", "OPTIONS ", "CONNECT ", "DELETE ", "PATCH ", "PRI * HTTP/2"});
  return std::ranges::any_of(kStarts, [bytes](std::string_view start) { return starts_with(bytes, start); });
}

[[nodiscard]] bool is_sip(Bytes bytes) noexcept {
  constexpr auto kStarts = std::to_array<std::string_view>({"SIP/2.0 ", "INVITE ", "REGISTER ", "OPTIONS sip:"});
  return std::ranges::any_of(kStarts, [bytes](std::string_view start) { return starts_with(bytes, start); });
}

}  // namespace

Unread unread_datagram(Bytes payload, std::uint16_t source_port, std::uint16_t destination_port) noexcept {
  constexpr std::uint16_t kNatTraversal = 4500;  // RFC 3948
  if (source_port == kNatTraversal || destination_port == kNatTraversal)
    return payload.size() >= 4 && be32(payload, 0) == 0 ? Unread::ike : Unread::esp_in_udp;
  const Unread port = Services<kUdpPorts>::of(source_port, destination_port, Unread::other_udp);
  if (is_quic_long(payload)) return port == Unread::dns_over_quic ? port : Unread::quic;
  constexpr std::uint32_t kStunCookie = 0x2112a442;  // RFC 8489 section 5
  if (payload.size() >= 20 && payload[0] < 4 && be32(payload, 4) == kStunCookie) return Unread::stun;
  if (is_dtls(payload)) return Unread::dtls;
  if (port != Unread::other_udp) return port;
  if (is_wireguard(payload)) return Unread::wireguard;
  if (is_sip(payload)) return Unread::sip;
  if (starts_with(payload, "d1:a") || starts_with(payload, "d1:r")) return Unread::dht;
  return is_rtp(payload, source_port, destination_port) ? Unread::rtp : port;
}

Unread unread_stream(Bytes payload, std::uint16_t source_port, std::uint16_t destination_port) noexcept {
  const Unread port = Services<kTcpPorts>::of(source_port, destination_port, Unread::other_tcp);
  // What is encrypted begins like none of these more often than not.
  const bool plain =
      !payload.empty() && (payload[0] == 0xff || payload[0] == 0x13 || (payload[0] >= '*' && payload[0] <= 'Z'));
  if (!plain) return port;
  constexpr std::string_view kBgpMarker("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                                        16);  // RFC 4271 section 4.1
  if (starts_with(payload, kBgpMarker)) return Unread::bgp;
  if (starts_with(payload, "SSH-")) return Unread::ssh;
  if (is_sip(payload)) return Unread::sip;
  if (is_http(payload)) return Unread::http;
  if (starts_with(payload,
                  "\x13"
                  "BitTorrent protocol"))
    return Unread::bittorrent;
  if (port != Unread::other_tcp) return port;
  if (starts_with(payload, "EHLO ") || starts_with(payload, "HELO ")) return Unread::smtp;
  if (starts_with(payload, "* OK")) return Unread::imap;
  if (starts_with(payload, "+OK")) return Unread::pop3;
  if (starts_with(payload, "<?xml") || starts_with(payload, "<stream:stream")) return Unread::xmpp;
  return port;
}

Unread unread_protocol(std::uint8_t protocol) noexcept {
  switch (protocol) {
    case 1:
      return Unread::icmp;
    case 2:
      return Unread::igmp;
    case 6:
      return Unread::other_tcp;
    case 17:
      return Unread::other_udp;
    case 47:
      return Unread::gre;
    case 50:
      return Unread::esp;
    case 51:
      return Unread::ah;
    case 58:
      return Unread::icmpv6;
    case 89:
      return Unread::ospf;
    case 103:
      return Unread::pim;
    case 112:
      return Unread::vrrp;
    case 132:
      return Unread::sctp;
    default:
      return Unread::other_ip;
  }
}

Unread unread_tunnel(UnreadTunnel tunnel) noexcept {
  static_assert(kUnreads - static_cast<std::size_t>(Unread::lisp) == kUnreadTunnels - 1);
  if (tunnel == UnreadTunnel::none) return Unread::other_tunnel;
  return static_cast<Unread>(static_cast<unsigned>(Unread::lisp) + static_cast<unsigned>(tunnel) - 1);
}

std::string_view name_of(Unread kind) noexcept {
  constexpr auto kNames = std::to_array<std::string_view>({
      "none",        "quic",    "dns_over_quic", "dtls",      "stun",       "ntp",    "ike",          "esp_in_udp",
      "wireguard",   "openvpn", "dhcp",          "mdns",      "ssdp",       "snmp",   "syslog",       "radius",
      "flow_export", "netbios", "tftp",          "ptp",       "rip",        "bfd",    "gtp_c",        "dht",
      "rtp",         "http",    "ssh",           "smtp",      "submission", "imap",   "pop3",         "ftp",
      "bgp",         "rtr",     "nts_ke",        "tls_port",  "rdp",        "smb",    "xmpp",         "bittorrent",
      "telnet",      "irc",     "mqtt",          "databases", "rpc",        "dns",    "sip",          "ldap",
      "kerberos",    "rtsp",    "other_udp",     "other_tcp", "icmp",       "icmpv6", "igmp",         "esp",
      "ah",          "gre",     "sctp",          "ospf",      "pim",        "vrrp",   "other_ip",     "lisp",
      "capwap",      "gue",     "pim_register",  "jmirror",   "aruba_erm",  "hp_erm", "peekremote",   "gre_tunnel",
      "erspan",      "gtp_u",   "l2tp",          "ppp",       "tzsp",       "nsh",    "other_tunnel",
  });
  static_assert(kNames.size() == kUnreads);
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace uptake
