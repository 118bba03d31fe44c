#pragma once

#include <cstdint>

#include "dissectors/big_endian.h"
#include "dissectors/frame/frame.h"

namespace uptake::frame {

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
  ether_ip,
  tcp,
  udp,
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
  std::uint32_t wire = 0;  ///< the same on the wire
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
    return wire < octets ? Layer::malformed : Layer::truncated;
  }
  /// Goes on behind `octets`, which has() has approved.
  const std::uint8_t* take(std::uint32_t octets) noexcept {
    const std::uint8_t* start = at.here();
    wire -= octets;
    at.skip(octets);
    return start;
  }
  /// Leaves out what stands behind `octets` (padding, trailers).
  void limit(std::uint32_t octets) noexcept {
    wire = octets;
    if (at.left() > octets) at = Cursor{at.rest().first(octets)};
  }
  /// Counts one more header; false when there are too many.
  [[nodiscard]] bool deeper() noexcept { return ++layers <= kMaxLayers; }
};

}  // namespace uptake::frame
