#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "dissectors/frame/digest.h"
#include "dissectors/frame/frame.h"
#include "dissectors/frame/ip.h"
#include "dissectors/frame/link.h"
#include "dissectors/frame/transport.h"
#include "dissectors/frame/tunnels.h"

namespace uptake {
namespace frame {

/// Clears a segment in a few wide stores; compilers make a slow string instruction of `= Segment{}`.
/// All octets zero is what Segment{} is: null pointer, IPv4, native path.
inline void clear(Segment& segment) noexcept {
  using Wide [[gnu::vector_size(32)]] = std::uint64_t;
  static_assert(std::is_trivially_copyable_v<Segment> && sizeof(Segment) % sizeof(Wide) == 0);
  constexpr Wide kZero{};
  for (std::size_t at = 0; at < sizeof segment; at += sizeof kZero)
    std::memcpy(reinterpret_cast<std::uint8_t*>(&segment) + at, &kZero, sizeof kZero);
}

/// Sets an address from the octets at `from`. Requires 16 readable octets there, whatever the family.
inline void set_address(Address& address, const std::uint8_t* from, bool v6) noexcept {
  const std::uint64_t high = v6 ? ~std::uint64_t{0} : 0xffffffffU;
  const std::uint64_t whole[2] = {load64(from) & high, v6 ? load64(from + 8) : 0};
  std::memcpy(address.octets.data(), whole, sizeof whole);
  address.family = v6 ? Family::v6 : Family::v4;
}

/// Octets of Ethernet, a VLAN tag and IPv6. A frame with fewer is left to the walk.
inline constexpr std::uint32_t kGlance = 14 + 4 + 40;

/// Reads what most frames hold behind the link layer, without the walk: a native IP header without options,
/// extensions or fragmentation, then TCP or UDP to no tunnel's port, all consistent. False: it is something else, and
/// the walk must read it; it overwrites what was written here.
template <Family kFamily>
[[gnu::always_inline]] inline bool plain(const std::uint8_t* ip, std::uint32_t captured, std::uint32_t wire,
                                         Segment& segment) noexcept {
  constexpr bool kV6 = kFamily == Family::v6;
  constexpr std::uint32_t kHeader = kV6 ? 40 : 20;
  constexpr std::uint32_t kWithUdp = kHeader + 8;
  const std::uint32_t total = kV6 ? be16(ip + 4) + kHeader : be16(ip + 2);
  const bool usual = kV6 ? ip[0] >> 4 == 6 : ip[0] == 0x45 && (be16(ip + 6) & 0x3fff) == 0;
  // One comparison for both bounds: a value below the lower one wraps round to a large one.
  if (!usual || total - kWithUdp > wire - kWithUdp) [[unlikely]]
    return false;
  if (kV6 && path_of(ip + 8, ip + 24, Path::native) != Path::native) [[unlikely]]
    return false;
  set_address(segment.source, ip + (kV6 ? 8 : 12), kV6);
  set_address(segment.destination, ip + (kV6 ? 24 : 16), kV6);
  const std::uint8_t next = ip[kV6 ? 6 : 9];
  segment.ip_length = total;
  segment.ip_id = kV6 ? 0 : be16(ip + 4);
  segment.protocol = next;
  const std::uint8_t* const header = ip + kHeader;
  segment.source_port = be16(header);
  segment.destination_port = be16(header + 2);
  const std::uint64_t ip_mix = mix_ip(total, segment.ip_id, 0, next);
  const std::uint32_t behind = std::min(total, captured) - kHeader;  // captured octets behind the IP header
  if (next == protocol::kUdp) {
    const std::uint32_t length = be16(header + 4);
    if (length - 8 > total - kWithUdp) [[unlikely]]
      return false;
    segment.payload = header + 8;
    segment.payload_wire = length - 8;
    segment.payload_captured = std::min(length, behind) - 8;
    const std::uint32_t size = digested(segment.ip_id, segment.source_port, segment.destination_port,
                                        be16(header + 6), segment.payload_captured);
    segment.header_digest = digest_udp(ip_mix, header, header + 8, size);
    return tunnel_of(segment.source_port, segment.destination_port) == Tunnel::none;
  }
  if (next != protocol::kTcp || behind < 20) [[unlikely]]
    return false;
  const std::uint32_t octets = (header[12] >> 4) * 4U;
  if (octets - 20 > behind - 20) [[unlikely]]
    return false;
  segment.payload = header + octets;
  segment.payload_wire = total - kHeader - octets;
  segment.payload_captured = behind - octets;
  segment.sequence = be32(header + 4);
  segment.acknowledgement = be32(header + 8);
  segment.tcp_flags = header[13];
  segment.hop_limit = ip[kV6 ? 7 : 8];
  segment.tcp_options = static_cast<std::uint8_t>(octets - 20);
  segment.window = be16(header + 14);
  segment.header_digest = digest_tcp(ip_mix, header);
  return true;
}

/// The same from the link layer on: Ethernet with at most one VLAN tag.
[[gnu::always_inline]] inline bool plain(const Frame& frame, Segment& segment) noexcept {
  if (frame.link != LinkType::ethernet || frame.captured < kGlance) [[unlikely]]
    return false;
  const std::uint32_t tag = be16(frame.data + 12) == kVlan ? 1 : 0;
  const std::uint32_t link = 14 + tag * 4;
  const std::uint8_t* const ip = frame.data + link;
  const std::uint32_t captured = frame.captured - link;
  const std::uint32_t wire = std::max(frame.wire, frame.captured) - link;
  segment.to_all = is_broadcast(frame.data);
  if (tag != 0) segment.outer = outer_of_vlan(0, frame.data + 14);
  segment.layers = static_cast<std::uint8_t>(2 + tag);
  segment.has_ip = true;
  segment.has_ports = true;
  const std::uint16_t ethertype = be16(ip - 2);
  if (ethertype == kIpv4) return plain<Family::v4>(ip, captured, wire, segment);
  return ethertype == kIpv6 && captured >= 48 && plain<Family::v6>(ip, captured, wire, segment);
}

/// Reads a frame header by header.
[[nodiscard]] Disposition walk_from_link(const Frame& frame, Segment& segment) noexcept;

}  // namespace frame

/// Reads the headers of `frame` down to the innermost IP packet and its TCP or UDP header.
/// Returns `parsed` when `segment` is filled (a fragment and non-TCP/UDP IP included; then the caller decides),
/// `no_interest` for link-local chatter without IP, else why the frame ended.
/// Inlined, because it runs for every frame and a call would save registers each time.
[[nodiscard, gnu::always_inline]] inline Disposition decode(const Frame& frame, Segment& segment) noexcept {
  frame::clear(segment);
  if (frame::plain(frame, segment)) [[likely]]
    return Disposition::parsed;
  return frame::walk_from_link(frame, segment);
}

}  // namespace uptake
