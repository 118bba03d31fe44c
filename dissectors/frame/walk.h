#pragma once

#include <cstdint>

#include "dissectors/big_endian.h"
#include "dissectors/frame/frame.h"

namespace uptake::frame {

/// Segment::outer with one more number of a wrapper in it.
[[nodiscard]] inline std::uint32_t mix_outer(std::uint32_t outer, std::uint32_t id) noexcept {
  const std::uint32_t kept = (outer & kInTunnel) != 0 ? outer & (kInTunnel | kMoves) : 0;
  return kept | ((outer << 2 ^ id) * 0x9e3779b1U) >> 2;
}

/// Layer: what stands next in a frame, or (from `parsed` on) how the walk over its headers ended.
enum class Layer : std::uint8_t {
  ethernet,
  null,
  loop,
  ppp,
  cisco_hdlc,
  linux_sll,
  linux_sll2,
  vlan,
  vn_tag,
  e_tag,
  cisco_metadata,
  provider_backbone,
  snap,
  mpls,
  pppoe,
  ip,  ///< IPv4 or IPv6 by the first four bits
  ipv4,
  ipv6,
  extension,        ///< IPv6 Hop-by-Hop Options, Routing or Destination Options
  fragment_header,  ///< IPv6
  authentication,   ///< AH
  gre,
  wccp,
  ether_ip,
  l2tp_v3,  ///< behind its session, over IP or UDP
  nsh,
  tcp,
  udp,
  pim,
  tunnel,    ///< a UDP payload whose ports promise a tunnel
  other,     ///< any other IP protocol
  fragment,  ///< a piece of an IP datagram
  parsed,
  no_interest,
  truncated,
  malformed,
  unsupported,
  too_deep,
};

/// Walk: where decode() stands in a frame that it reads header by header. `wire` is never less than what is captured.
struct Walk {
  Cursor at;               ///< captured octets from here on, cut at the innermost length known
  std::uint32_t wire = 0;  ///< the same on the wire, as far as that is known
  /// An IP header confirms `wire`. Before the first IP header a mirror or broker may have cut the frame, and no
  /// length says so.
  bool bounded = false;
  bool packet_read = false;  ///< the segment holds the IP header around what comes next
  Segment* segment = nullptr;
  std::uint64_t ip_mix = 0;  ///< what the innermost IP header gives to the digest
  std::uint8_t layers = 0;
  std::uint8_t protocol = 0;
  Family family = Family::v4;
  Path under = Path::native;  ///< what the next IPv6 header travels in

  [[nodiscard]] std::uint32_t captured() const noexcept { return static_cast<std::uint32_t>(at.left()); }
  [[nodiscard]] bool has(std::uint32_t octets) const noexcept { return at.left() >= octets; }
  /// How the walk ends when has(octets) is false.
  [[nodiscard]] Layer short_of(std::uint32_t octets) const noexcept {
    return bounded && wire < octets ? Layer::malformed : Layer::truncated;
  }
  /// Goes on behind `octets`. Requires has(octets).
  const std::uint8_t* take(std::uint32_t octets) noexcept {
    const std::uint8_t* start = at.here();
    wire -= octets;
    at.skip(octets);
    return start;
  }
  /// Bounds what is left to `octets`: cuts off padding and trailers, or learns that so much of it was not captured.
  void limit(std::uint32_t octets) noexcept {
    wire = octets;
    bounded = true;
    if (at.left() > octets) at = Cursor{at.rest().first(octets)};
  }
  /// Counts one more header; false when there are too many.
  [[nodiscard]] bool deeper() noexcept { return ++layers <= kMaxLayers; }

  /// Leaves the IP packet that the segment describes for another packet or frame inside it. `id` says in which
  /// tunnel; 0: in a wrapper of the mirror, about which the packet inside knows nothing.
  void enter(std::uint32_t id) noexcept {
    segment->has_ports = false;
    segment->source_port = 0;
    segment->destination_port = 0;
    segment->to_all = false;
    segment->outer = id == 0 ? 0 : mix_outer(0, id) | kInTunnel;
    under = Path::native;
    bounded = false;
  }
  /// One more tag or label, beside those passed.
  void tag(std::uint32_t id) noexcept { segment->outer = mix_outer(segment->outer, id); }
  /// Enters a tunnel that has no number: its two ends tell it from others.
  void enter_between_ends() noexcept { enter(ends_of(segment->source) + ends_of(segment->destination) + 1); }
  /// Says why the frame will end as unsupported.
  [[nodiscard]] Layer unread(UnreadTunnel tunnel) const noexcept {
    segment->tunnel = tunnel;
    return Layer::unsupported;
  }

 private:
  [[nodiscard]] static std::uint32_t ends_of(const Address& address) noexcept {
    std::uint64_t mixed = 0;
    for (std::size_t at = 0; at < address.octets.size(); at += 4)
      mixed = (mixed ^ be32(address.octets.data() + at)) * 0x9e3779b97f4a7c15;
    return static_cast<std::uint32_t>(mixed >> 32);
  }
};

}  // namespace uptake::frame
