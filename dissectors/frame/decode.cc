#include <algorithm>
#include <type_traits>

#include "dissectors/frame/frame.h"
#include "dissectors/frame/ip.h"
#include "dissectors/frame/link.h"
#include "dissectors/frame/transport.h"
#include "dissectors/frame/tunnels.h"
#include "dissectors/frame/walk.h"

namespace uptake {
namespace frame {
namespace {

/// Clears a segment in a few wide stores; compilers make a slow string instruction of `= Segment{}`.
/// All octets zero is what Segment{} is: null pointer, IPv4, native path.
inline void clear(Segment& segment) noexcept {
  using Wide [[gnu::vector_size(32)]] = std::uint64_t;
  static_assert(std::is_trivially_copyable_v<Segment> && sizeof(Segment) % sizeof(Wide) == 0);
  constexpr Wide kZero{};
  for (std::size_t at = 0; at < sizeof segment; at += sizeof kZero)
    std::memcpy(reinterpret_cast<std::uint8_t*>(&segment) + at, &kZero, sizeof kZero);
}

/// Sets an address from the octets at `from`; 16 of them are there, whatever the family.
inline void set_address(Address& address, const std::uint8_t* from, bool v6) noexcept {
  const std::uint64_t high = v6 ? ~std::uint64_t{0} : 0xffffffffU;
  const std::uint64_t whole[2] = {load64(from) & high, v6 ? load64(from + 8) : 0};
  std::memcpy(address.octets.data(), whole, sizeof whole);
  address.family = v6 ? Family::v6 : Family::v4;
}

/// Ethernet, a VLAN tag and IPv6: less than that is left to the walk.
constexpr std::uint32_t kGlance = 14 + 4 + 40;

/// Reads what most frames hold behind the link layer in a straight line: an IP header without options and extensions,
/// native and not of a fragment, then TCP or UDP to no tunnel's port, all of it consistent. False: it is something
/// else, of which the walk knows more; what was written then does no harm.
template <Family kFamily>
[[gnu::always_inline]] inline bool plain(const std::uint8_t* ip, std::uint32_t captured, std::uint32_t wire,
                                         Segment& segment) noexcept {
  constexpr bool kV6 = kFamily == Family::v6;
  constexpr std::uint32_t kHeader = kV6 ? 40 : 20;
  constexpr std::uint32_t kWithUdp = kHeader + 8;
  const std::uint32_t total = kV6 ? be16(ip + 4) + kHeader : be16(ip + 2);
  const bool usual = kV6 ? ip[0] >> 4 == 6 : ip[0] == 0x45 && (be16(ip + 6) & 0x3fff) == 0;
  // One comparison for both bounds: what is below the first wraps round.
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
    segment.header_digest = digest_udp(ip_mix, header, header + 8, segment.payload_captured);
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
  segment.layers = static_cast<std::uint8_t>(2 + tag);
  segment.has_ip = true;
  segment.has_ports = true;
  const std::uint16_t ethertype = be16(ip - 2);
  if (ethertype == kIpv4) return plain<Family::v4>(ip, captured, wire, segment);
  return ethertype == kIpv6 && captured >= 48 && plain<Family::v6>(ip, captured, wire, segment);
}

Layer layer_of_link(LinkType link) noexcept {
  switch (link) {
    case LinkType::ethernet:
      return Layer::ethernet;
    case LinkType::null:
      return Layer::null;
    case LinkType::loop:
      return Layer::loop;
    case LinkType::ppp:
    case LinkType::ppp_hdlc:
      return Layer::ppp;
    case LinkType::cisco_hdlc:
      return Layer::cisco_hdlc;
    case LinkType::raw_ip:
    case LinkType::raw_ip_openbsd:
      return Layer::ip;
    case LinkType::ipv4:
      return Layer::ipv4;
    case LinkType::ipv6:
      return Layer::ipv6;
    case LinkType::linux_sll:
      return Layer::linux_sll;
    case LinkType::linux_sll2:
      return Layer::linux_sll2;
    case LinkType::unsupported:
      break;
  }
  return Layer::unsupported;
}

Disposition disposition_of(Layer end) noexcept {
  switch (end) {
    case Layer::parsed:
      return Disposition::parsed;
    case Layer::no_interest:
      return Disposition::no_interest;
    case Layer::truncated:
      return Disposition::truncated;
    case Layer::too_deep:
      return Disposition::too_deep;
    case Layer::malformed:
      return Disposition::malformed;
    default:
      return Disposition::unsupported;
  }
}

/// Reads the one header `layer`; what stands behind it.
Layer step(Walk& walk, Layer layer) noexcept {
  switch (layer) {
    case Layer::ethernet:
      return ethernet(walk);
    case Layer::null:
      return null(walk, false);
    case Layer::loop:
      return null(walk, true);
    case Layer::ppp:
      return ppp(walk);
    case Layer::cisco_hdlc:
      return cisco_hdlc(walk);
    case Layer::linux_sll:
      return linux_sll(walk);
    case Layer::linux_sll2:
      return linux_sll2(walk);
    case Layer::vlan:
      return vlan(walk);
    case Layer::provider_backbone:
      return provider_backbone(walk);
    case Layer::snap:
      return snap(walk);
    case Layer::mpls:
      return mpls(walk);
    case Layer::pppoe:
      return pppoe(walk);
    case Layer::ip:
      return ip(walk);
    case Layer::ipv4:
      return ipv4(walk);
    case Layer::ipv6:
      return ipv6(walk);
    case Layer::extension:
      return extension(walk);
    case Layer::fragment_header:
      return fragment_header(walk);
    case Layer::authentication:
      return authentication(walk);
    case Layer::gre:
      return gre(walk);
    case Layer::ether_ip:
      return ether_ip(walk);
    case Layer::tcp:
      return tcp(walk);
    case Layer::udp:
      return udp(walk);
    case Layer::tunnel:
      return open_tunnel(walk);
    case Layer::fragment:
      return fragment(walk);
    default:
      return other(walk);
  }
}

/// Whether a layer counts against the depth: headers that lead on, not those that end a walk or only choose.
constexpr bool counts(Layer layer) noexcept { return layer < Layer::tcp && layer != Layer::ip; }

/// The walk over whatever plain() does not read, from the header `next` on.
Disposition walk_on(Walk& walk, Layer next) noexcept {
  while (next < Layer::parsed) {
    if (counts(next) && !walk.deeper()) {
      next = Layer::too_deep;
      break;
    }
    next = step(walk, next);
  }
  walk.segment->layers = std::min(walk.layers, kMaxLayers);
  return disposition_of(next);
}

[[gnu::noinline]] Disposition walk_from_link(const Frame& frame, Segment& segment) noexcept {
  clear(segment);
  Walk walk;
  walk.at = Cursor{Bytes{frame.data, frame.captured}};
  walk.wire = std::max(frame.wire, frame.captured);
  walk.segment = &segment;
  return walk_on(walk, layer_of_link(frame.link));
}

}  // namespace
}  // namespace frame

Disposition decode(const Frame& frame, Segment& segment) noexcept {
  frame::clear(segment);
  if (frame::plain(frame, segment)) [[likely]]
    return Disposition::parsed;
  return frame::walk_from_link(frame, segment);
}

bool glance(const Frame& frame, Address& source, Address& destination) noexcept {
  using namespace frame;
  if (frame.link != LinkType::ethernet || frame.captured < kGlance) [[unlikely]]
    return false;
  const std::uint8_t* const ip = frame.data + 14 + (be16(frame.data + 12) == kVlan ? 4 : 0);
  const std::uint16_t ethertype = be16(ip - 2);
  const bool v6 = ethertype == kIpv6;
  if (!v6 && ethertype != kIpv4) [[unlikely]]
    return false;
  set_address(source, ip + (v6 ? 8 : 12), v6);
  set_address(destination, ip + (v6 ? 24 : 16), v6);
  const std::uint8_t next = ip[v6 ? 6 : 9];
  if (next != protocol::kTcp && next != protocol::kUdp) [[unlikely]]
    return false;
  const std::uint8_t* const ports = ip + (v6 ? 40U : (ip[0] & 15U) * 4);
  if (ports + 4 > frame.data + frame.captured) [[unlikely]]
    return false;
  return next == protocol::kTcp || tunnel_of(be16(ports), be16(ports + 2)) == Tunnel::none;
}

Disposition decode_reassembled(const Segment& first, Bytes payload, Segment& segment) noexcept {
  const std::uint32_t header_length = first.ip_length - std::min(first.ip_length, first.payload_wire);
  segment = first;
  segment.is_fragment = false;
  segment.more_fragments = false;
  segment.fragment_offset = 0;
  segment.ip_length = header_length + static_cast<std::uint32_t>(payload.size());
  frame::Walk walk;
  walk.at = Cursor{payload};
  walk.wire = static_cast<std::uint32_t>(payload.size());
  walk.segment = &segment;
  walk.layers = first.layers;
  walk.protocol = first.protocol;
  walk.family = first.source.family;
  walk.ip_mix = frame::mix_ip(segment.ip_length, segment.ip_id, 0, first.protocol);
  const frame::Layer next = frame::layer_of_protocol(walk);  // changes the walk
  return frame::walk_on(walk, next);
}

}  // namespace uptake
