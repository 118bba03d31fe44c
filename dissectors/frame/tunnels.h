#pragma once

#include <algorithm>
#include <cstdint>

#include "dissectors/frame/walk.h"

namespace uptake::frame {

/// Tunnel: what the UDP ports promise. Whether the payload keeps the promise, open_tunnel() finds out.
enum class Tunnel : std::uint8_t { none, vxlan, vxlan_gpe, geneve, gtp_u, teredo, l2tp, gre };

/// The tunnel of a UDP port; with `either_end` also when it is the source port.
struct TunnelPort {
  std::uint16_t port;
  Tunnel tunnel;
  bool either_end;
};
inline constexpr TunnelPort kTunnelPorts[] = {
    {4789, Tunnel::vxlan, false},                                     // RFC 7348 section 5
    {8472, Tunnel::vxlan, false},                                     // Linux before the port was assigned
    {4790, Tunnel::vxlan_gpe, false}, {6081, Tunnel::geneve, false},  // RFC 8926 section 3.3
    {2152, Tunnel::gtp_u, true},                                      // 3GPP TS 29.281 section 4.4.2
    {3544, Tunnel::teredo, true},                                     // RFC 4380 section 2.7
    {1701, Tunnel::l2tp, true},                                       // RFC 2661 section 8.1
    {4754, Tunnel::gre, false},                                       // RFC 8086 section 3.1
};

// A well-known port at the other end wins: an answer from port 53 may go to any of these ports by chance.
inline constexpr std::uint16_t kFirstRegisteredPort = 1024;

[[nodiscard]] inline Tunnel tunnel_of(std::uint16_t source, std::uint16_t destination) noexcept {
  if (std::min(source, destination) < kFirstRegisteredPort) return Tunnel::none;
  Tunnel tunnel = Tunnel::none;
  for (const TunnelPort& row : kTunnelPorts)
    if (row.port == destination || (row.either_end && row.port == source)) tunnel = row.tunnel;
  return tunnel;
}

/// Reads the tunnel header at `walk` and returns what it carries. The UDP segment is filled before: when the payload
/// does not look like the tunnel that its ports promise, the answer is `parsed` and the segment stands.
[[nodiscard]] Layer open_tunnel(Walk& walk) noexcept;

// Tunnels with an IP protocol of their own.
[[nodiscard]] Layer gre(Walk& walk) noexcept;
[[nodiscard]] Layer ether_ip(Walk& walk) noexcept;

}  // namespace uptake::frame
