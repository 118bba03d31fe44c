#include "dissectors/frame/tunnels.h"

#include "dissectors/frame/link.h"

namespace uptake::frame {
namespace {

constexpr Layer kPlainUdp = Layer::parsed;

/// Goes on inside a tunnel whose header takes `octets`.
Layer enter(Walk& walk, std::uint32_t octets, Layer inner) noexcept {
  if (!walk.deeper()) return Layer::too_deep;
  (void)walk.take(octets);
  Segment& segment = *walk.segment;
  segment.has_ports = false;
  segment.source_port = 0;
  segment.destination_port = 0;
  return inner;
}

/// What a header that is not there means: cut by the snaplen, or no tunnel at all.
Layer cut_or_plain(const Walk& walk, std::uint32_t octets) noexcept {
  return walk.wire < octets ? kPlainUdp : Layer::truncated;
}

/// Goes on with the IP packet behind `octets`, when there is one.
Layer enter_ip(Walk& walk, std::uint32_t octets) noexcept {
  if (!walk.has(octets + 1)) return cut_or_plain(walk, octets + 1);
  const std::uint8_t version = walk.at.here()[octets] >> 4;
  if (version == 4) return enter(walk, octets, Layer::ipv4);
  return version == 6 ? enter(walk, octets, Layer::ipv6) : kPlainUdp;
}

// RFC 7348 section 5: flags (I), 3 reserved, network identifier, reserved. Extensions use the reserved ones: then the
// inner frame has to be known.
Layer vxlan(Walk& walk) noexcept {
  if (!walk.has(8)) return cut_or_plain(walk, 8);
  const std::uint8_t* header = walk.at.here();
  const bool plain = header[0] == 0x08 && header[1] == 0 && be16(header + 2) == 0;
  if (plain) return enter(walk, 8, Layer::ethernet);
  if ((header[0] & 0x08) == 0) return kPlainUdp;
  if (!walk.has(23)) return cut_or_plain(walk, 23);
  if (!looks_like_ethernet(header + 8, walk.captured() - 8)) return kPlainUdp;
  return enter(walk, 8, Layer::ethernet);
}

// draft-ietf-nvo3-vxlan-gpe section 3: flags (I, P), reserved, next protocol, network identifier, reserved.
Layer vxlan_gpe(Walk& walk) noexcept {
  if (!walk.has(8)) return cut_or_plain(walk, 8);
  const std::uint8_t* header = walk.at.here();
  if ((header[0] & 0xf8) != 0x08 || be16(header + 1) != 0) return kPlainUdp;
  if ((header[0] & 0x04) == 0) return enter(walk, 8, Layer::ethernet);
  switch (header[3]) {
    case 1:
      return enter(walk, 8, Layer::ipv4);
    case 2:
      return enter(walk, 8, Layer::ipv6);
    case 3:
      return enter(walk, 8, Layer::ethernet);
    case 5:
      return enter(walk, 8, Layer::mpls);
    default:
      return kPlainUdp;
  }
}

// RFC 8926 section 3.4: version and length of options in 4 octets, flags (O: a control message), EtherType, network
// identifier, reserved, options.
Layer geneve(Walk& walk) noexcept {
  if (!walk.has(8)) return cut_or_plain(walk, 8);
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t octets = 8 + (header[0] & 0x3fU) * 4;
  if (header[0] >> 6 != 0 || (header[1] & 0xbf) != 0) return kPlainUdp;
  const std::uint16_t type = be16(header + 2);
  const Layer inner = layer_of_ethertype(type);
  if (inner != Layer::ethernet && inner != Layer::ipv4 && inner != Layer::ipv6 && inner != Layer::mpls)
    return kPlainUdp;
  if (!walk.has(octets)) return cut_or_plain(walk, octets);
  return enter(walk, octets, inner);
}

// 3GPP TS 29.281 section 5: flags, type (255: T-PDU), length of what follows the first 8 octets, tunnel endpoint;
// with any flag: sequence, N-PDU number, type of the first extension header. Each of those ends with the next's type.
Layer gtp_u(Walk& walk) noexcept {
  constexpr int kMaxExtensions = 8;
  if (!walk.has(8)) return cut_or_plain(walk, 8);
  const std::uint8_t* header = walk.at.here();
  if ((header[0] & 0xf8) != 0x30 || header[1] != 255 || be16(header + 2) + 8U > walk.wire) return kPlainUdp;
  if ((header[0] & 7) == 0) return enter_ip(walk, 8);
  if (!walk.has(12)) return cut_or_plain(walk, 12);
  std::uint32_t octets = 12;
  std::uint8_t next = (header[0] & 4) != 0 ? header[11] : std::uint8_t{0};
  for (int i = 0; next != 0; ++i) {
    if (!walk.has(octets + 1)) return cut_or_plain(walk, octets + 1);
    const std::uint32_t length = header[octets] * 4U;
    if (length == 0 || i == kMaxExtensions) return kPlainUdp;
    octets += length;
    if (!walk.has(octets)) return cut_or_plain(walk, octets);
    next = header[octets - 1];
  }
  return enter_ip(walk, octets);
}

// RFC 4380 section 5.1.1: authentication (00 01, lengths of identifier and value, both, nonce, confirmation) and
// origin (00 00, port, address), either or both or none, then IPv6.
Layer teredo(Walk& walk) noexcept {
  std::uint32_t octets = 0;
  if (!walk.has(4)) return cut_or_plain(walk, 40);
  const std::uint8_t* start = walk.at.here();
  if (be16(start) == 1) octets = 4U + start[2] + start[3] + 9;
  if (!walk.has(octets + 2)) return cut_or_plain(walk, octets + 40);
  if (be16(start + octets) == 0) octets += 8;
  if (!walk.has(octets + 1)) return cut_or_plain(walk, octets + 40);
  if (start[octets] >> 4 != 6 || walk.wire < octets + 40) return kPlainUdp;
  walk.under = Path::teredo;
  return enter(walk, octets, Layer::ipv6);
}

// RFC 2661 section 3.1: flags (T: control, L, S, O) and version 2, [length], tunnel, session, [sequence numbers],
// [offset size and padding], then PPP.
Layer l2tp(Walk& walk) noexcept {
  constexpr std::uint16_t kControl = 0x8000;
  constexpr std::uint16_t kLength = 0x4000;
  constexpr std::uint16_t kSequence = 0x0800;
  constexpr std::uint16_t kOffset = 0x0200;
  constexpr std::uint16_t kReserved = 0x34f0;
  if (!walk.has(2)) return cut_or_plain(walk, 6);
  const std::uint8_t* header = walk.at.here();
  const std::uint16_t flags = be16(header);
  if ((flags & (kControl | kReserved | 0x000f)) != 2) return kPlainUdp;
  std::uint32_t octets = 6;
  if ((flags & kLength) != 0) octets += 2;
  if ((flags & kSequence) != 0) octets += 4;
  if ((flags & kOffset) != 0) octets += 2;
  if (!walk.has(octets)) return cut_or_plain(walk, octets);
  if ((flags & kLength) != 0 && be16(header + 2) > walk.wire) return kPlainUdp;
  if ((flags & kOffset) != 0) octets += be16(header + octets - 2);
  if (!walk.has(octets)) return cut_or_plain(walk, octets);
  Walk inside = walk;
  (void)inside.take(octets);
  std::uint16_t protocol = 0;
  std::uint32_t ppp_octets = 0;
  if (!peek_ppp(inside, protocol, ppp_octets)) return cut_or_plain(inside, ppp_octets);
  return layer_of_ppp(protocol) == Layer::unsupported ? kPlainUdp : enter(walk, octets, Layer::ppp);
}

// RFC 8086 section 3: a GRE header without routing, version 0.
Layer gre_in_udp(Walk& walk) noexcept {
  if (!walk.has(4)) return cut_or_plain(walk, 4);
  const std::uint8_t* header = walk.at.here();
  const Layer inner = layer_of_ethertype(be16(header + 2));
  const bool carries =
      inner == Layer::ethernet || inner == Layer::ipv4 || inner == Layer::ipv6 || inner == Layer::mpls;
  return carries && (be16(header) & 0x4fff) == 0 ? enter(walk, 0, Layer::gre) : kPlainUdp;
}

// draft-foschiano-erspan section 4.2: version 1, VLAN, class, encapsulation, T (cut by the mirror), session, index.
// Section 4.3, type III: version 2, the same, timestamp, group, flags (frame type, O: 8 octets more).
Layer erspan(Walk& walk, std::uint32_t version, std::uint32_t octets) noexcept {
  if (!walk.has(octets)) return walk.short_of(octets);
  const std::uint8_t* header = walk.at.here();
  if (header[0] >> 4U != version) return Layer::unsupported;
  const bool cut = (be16(header + 2) & 0x0400) != 0;
  const bool third = version == 2;
  if (third && (header[11] & 1) != 0) octets += 8;
  if (!walk.has(octets)) return walk.short_of(octets);
  const std::uint32_t frame_type = third ? header[10] >> 2 & 0x1fU : 0;
  (void)walk.take(octets);
  // The mirror sent less than the frame held: only the inner IP length says how much.
  if (cut) walk.wire += 0x10000;
  if (frame_type == 2) return Layer::ip;
  return frame_type == 0 ? Layer::ethernet : Layer::unsupported;
}

// RFC 2637 section 4.1: GRE version 1: key (payload length, call), [sequence], [acknowledgement], then PPP.
Layer gre_ppp(Walk& walk, std::uint16_t flags) noexcept {
  constexpr std::uint16_t kSequence = 0x1000;
  constexpr std::uint16_t kAcknowledgement = 0x0080;
  std::uint32_t octets = 8;
  if ((flags & kSequence) != 0) octets += 4;
  if ((flags & kAcknowledgement) != 0) octets += 4;
  if (!walk.has(octets)) return walk.short_of(octets);
  const std::uint8_t* header = walk.take(octets);
  if (be16(header + 2) != 0x880b) return Layer::unsupported;
  if ((flags & kSequence) == 0) return Layer::no_interest;
  const std::uint32_t length = be16(header + 4);
  if (length > walk.wire) return Layer::malformed;
  walk.limit(length);
  return length == 0 ? Layer::no_interest : Layer::ppp;
}

}  // namespace

Layer open_tunnel(Walk& walk) noexcept {
  switch (tunnel_of(walk.segment->source_port, walk.segment->destination_port)) {
    case Tunnel::vxlan:
      return vxlan(walk);
    case Tunnel::vxlan_gpe:
      return vxlan_gpe(walk);
    case Tunnel::geneve:
      return geneve(walk);
    case Tunnel::gtp_u:
      return gtp_u(walk);
    case Tunnel::teredo:
      return teredo(walk);
    case Tunnel::l2tp:
      return l2tp(walk);
    case Tunnel::gre:
      return gre_in_udp(walk);
    case Tunnel::none:
      break;
  }
  return kPlainUdp;
}

// RFC 2784 section 2.1, RFC 2890 section 2: flags and version, EtherType, [checksum], [key], [sequence].
Layer gre(Walk& walk) noexcept {
  constexpr std::uint16_t kChecksum = 0x8000;
  constexpr std::uint16_t kRouting = 0x4000;
  constexpr std::uint16_t kKey = 0x2000;
  constexpr std::uint16_t kSequence = 0x1000;
  if (!walk.has(4)) return walk.short_of(4);
  const std::uint16_t flags = be16(walk.at.here());
  if ((flags & 7) == 1) return gre_ppp(walk, flags);
  if ((flags & 7) != 0 || (flags & kRouting) != 0) return Layer::unsupported;
  std::uint32_t octets = 4;
  if ((flags & kChecksum) != 0) octets += 4;
  if ((flags & kKey) != 0) octets += 4;
  if ((flags & kSequence) != 0) octets += 4;
  if (!walk.has(octets)) return walk.short_of(octets);
  const std::uint16_t type = be16(walk.take(octets) + 2);
  if (type == 0) return Layer::no_interest;  // keepalive
  if (type == 0x88be) return (flags & kSequence) != 0 ? erspan(walk, 1, 8) : Layer::ethernet;
  if (type == 0x22eb) return erspan(walk, 2, 12);
  const Layer inner = layer_of_ethertype(type);
  return inner == Layer::snap ? Layer::unsupported : inner;
}

// RFC 3378 section 3: version 3, reserved, then Ethernet.
Layer ether_ip(Walk& walk) noexcept {
  if (!walk.has(2)) return walk.short_of(2);
  return be16(walk.take(2)) == 0x3000 ? Layer::ethernet : Layer::unsupported;
}

}  // namespace uptake::frame
