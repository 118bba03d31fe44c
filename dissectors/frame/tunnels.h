#pragma once

#include <array>
#include <cstdint>

#include "dissectors/frame/walk.h"

namespace uptake::frame {

/// A datagram that is none of a tunnel's, whatever its port promised.
inline constexpr Layer kPlainUdp = Layer::parsed;

/// Tunnel: what the UDP ports promise. Whether the payload keeps the promise, open_tunnel() finds out.
enum class Tunnel : std::uint8_t {
  none,
  vxlan,
  vxlan_gpe,
  geneve,
  gtp_u,
  teredo,
  l2tp,
  gre,
  mpls,
  tzsp,
  // known by name alone
  lisp,
  capwap,
  gue,
  jmirror,
  aruba_erm,
  hp_erm,
  peekremote,
};

/// TunnelPort: the tunnel of a UDP port, from whatever port; with `either_end` also when it is the source port.
struct TunnelPort {
  std::uint16_t port;
  Tunnel tunnel;
  bool either_end;
};
inline constexpr TunnelPort kTunnelPorts[] = {
    {4789, Tunnel::vxlan, false},       // RFC 7348 section 5
    {8472, Tunnel::vxlan, false},       // Linux before the port was assigned
    {4790, Tunnel::vxlan_gpe, false},   // draft-ietf-nvo3-vxlan-gpe
    {6081, Tunnel::geneve, false},      // RFC 8926 section 3.3
    {2152, Tunnel::gtp_u, true},        // 3GPP TS 29.281 section 4.4.2
    {3544, Tunnel::teredo, true},       // RFC 4380 section 2.7
    {1701, Tunnel::l2tp, true},         // RFC 2661 section 8.1, RFC 3931 section 4.1.2
    {4754, Tunnel::gre, false},         // RFC 8086 section 3.1
    {6635, Tunnel::mpls, false},        // RFC 7510 section 3
    {37008, Tunnel::tzsp, false},       // TaZmen Sniffer Protocol
    {4341, Tunnel::lisp, false},        // RFC 9300 section 5.3
    {5247, Tunnel::capwap, true},       // RFC 5415 section 3.1
    {6080, Tunnel::gue, false},         // draft-ietf-intarea-gue
    {30030, Tunnel::jmirror, false},    // Juniper
    {5555, Tunnel::aruba_erm, false},   // Aruba
    {7932, Tunnel::hp_erm, false},      // HP ProCurve
    {5000, Tunnel::peekremote, false},  // WildPackets, Cisco access points
};

// What goes from a tunnel's port to a well-known port is a client's request to that service, not a tunnel.
inline constexpr std::uint16_t kFirstRegisteredPort = 1024;

/// A bit for the low octet of each port in the table: most ports are none of them.
inline constexpr std::array<std::uint64_t, 4> kTunnelOctets = [] {
  std::array<std::uint64_t, 4> bits{};
  for (const TunnelPort& row : kTunnelPorts) bits[row.port >> 6 & 3] |= std::uint64_t{1} << (row.port & 63);
  return bits;
}();

[[nodiscard]] inline Tunnel tunnel_in_table(std::uint16_t source, std::uint16_t destination) noexcept {
  Tunnel tunnel = Tunnel::none;
  for (const TunnelPort& row : kTunnelPorts) {
    if (row.port == destination) return row.tunnel;
    if (row.either_end && row.port == source && destination >= kFirstRegisteredPort) tunnel = row.tunnel;
  }
  return tunnel;
}

[[nodiscard]] inline Tunnel tunnel_of(std::uint16_t source, std::uint16_t destination) noexcept {
  const auto may_be = [](std::uint16_t port) noexcept { return kTunnelOctets[port >> 6 & 3] >> (port & 63) & 1; };
  if ((may_be(source) | may_be(destination)) == 0) [[likely]]
    return Tunnel::none;
  return tunnel_in_table(source, destination);
}

/// Reads the tunnel header at `walk` and returns what it carries. The UDP segment is filled before: when the payload
/// does not look like the tunnel that its ports promise, the answer is `parsed` and the segment stands.
[[nodiscard]] Layer open_tunnel(Walk& walk) noexcept;
/// The same for those that are not read: `unsupported` when the payload looks like one.
[[nodiscard]] Layer name_tunnel(Walk& walk, Tunnel tunnel) noexcept;

// Tunnels with an IP protocol or EtherType of their own.
[[nodiscard]] Layer gre(Walk& walk) noexcept;
[[nodiscard]] Layer wccp(Walk& walk) noexcept;
[[nodiscard]] Layer ether_ip(Walk& walk) noexcept;
[[nodiscard]] Layer l2tp_v3(Walk& walk) noexcept;
[[nodiscard]] Layer nsh(Walk& walk) noexcept;

/// How the walk ends when the tunnel's header is not all there: cut by the snaplen, or no tunnel at all.
[[nodiscard]] inline Layer cut_or_plain(const Walk& walk, std::uint32_t octets) noexcept {
  return walk.bounded && walk.wire < octets ? Layer::parsed : Layer::truncated;
}
/// Goes on inside the tunnel `id` whose header takes `octets`.
[[nodiscard]] inline Layer enter(Walk& walk, std::uint32_t octets, Layer inner, std::uint32_t id) noexcept {
  if (!walk.deeper()) return Layer::too_deep;
  (void)walk.take(octets);
  walk.enter(id);
  return inner;
}

}  // namespace uptake::frame
