#include "dissectors/frame/tunnels.h"

#include "dissectors/frame/link.h"
#include "dissectors/frame/transport.h"

namespace uptake::frame {
namespace {

/// A number that is not 0, which would be a wrapper of the mirror.
constexpr std::uint32_t id_of(std::uint32_t number) noexcept { return number | 0x80000000U; }

/// Goes on with the IP packet behind `octets`, or with an Ethernet frame when there is no IP packet.
Layer enter_ip(Walk& walk, std::uint32_t octets, std::uint32_t id) noexcept {
  if (!walk.has(octets + 1)) return cut_or_plain(walk, octets + 1);
  const std::uint8_t* p = walk.at.here() + octets;
  if (p[0] >> 4 != 4 && p[0] >> 4 != 6) {
    if (looks_like_ethernet(p, walk.captured() - octets)) return enter(walk, octets, Layer::ethernet, id);
    return walk.unread(UnreadTunnel::gtp_u);
  }
  const Layer inner = enter(walk, octets, p[0] >> 4 == 4 ? Layer::ipv4 : Layer::ipv6, id);
  walk.segment->outer |= kMoves;
  return inner;
}

// RFC 7348 section 5: flags (I), 3 reserved, network identifier, reserved. Extensions use the reserved ones: then the
// inner frame has to be known.
Layer vxlan(Walk& walk) noexcept {
  if (!walk.has(8)) return cut_or_plain(walk, 8);
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t id = id_of(be32(header + 4) >> 8);
  const bool plain = header[0] == 0x08 && header[1] == 0 && be16(header + 2) == 0;
  if (plain) return enter(walk, 8, Layer::ethernet, id);
  if ((header[0] & 0x08) == 0) return kPlainUdp;
  if (!walk.has(23)) return cut_or_plain(walk, 23);
  if (!looks_like_ethernet(header + 8, walk.captured() - 8)) return kPlainUdp;
  return enter(walk, 8, Layer::ethernet, id);
}

// draft-ietf-nvo3-vxlan-gpe section 3: flags (I, P), reserved, next protocol, network identifier, reserved.
Layer vxlan_gpe(Walk& walk) noexcept {
  if (!walk.has(8)) return cut_or_plain(walk, 8);
  const std::uint8_t* header = walk.at.here();
  if ((header[0] & 0xf8) != 0x08 || be16(header + 1) != 0) return kPlainUdp;
  const std::uint32_t id = id_of(be32(header + 4) >> 8);
  if ((header[0] & 0x04) == 0) return enter(walk, 8, Layer::ethernet, id);
  switch (header[3]) {
    case 1:
      return enter(walk, 8, Layer::ipv4, id);
    case 2:
      return enter(walk, 8, Layer::ipv6, id);
    case 3:
      return enter(walk, 8, Layer::ethernet, id);
    case 4:
      return enter(walk, 8, Layer::nsh, id);
    case 5:
      return enter(walk, 8, Layer::mpls, id);
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
  const Layer inner = layer_of_ethertype(be16(header + 2));
  const bool carries = inner == Layer::ethernet || inner == Layer::ipv4 || inner == Layer::ipv6 ||
                       inner == Layer::mpls || inner == Layer::nsh;
  if (!carries) return kPlainUdp;
  if (!walk.has(octets)) return cut_or_plain(walk, octets);
  return enter(walk, octets, inner, id_of(be32(header + 4) >> 8));
}

// 3GPP TS 29.281 section 5: flags, type (255: T-PDU), length of what follows the first 8 octets, tunnel endpoint;
// with any flag: sequence, N-PDU number, type of the first extension header. Each of those ends with the next's type.
Layer gtp_u(Walk& walk) noexcept {
  constexpr int kMaxExtensions = 8;
  if (!walk.has(8)) return cut_or_plain(walk, 8);
  const std::uint8_t* header = walk.at.here();
  if ((header[0] & 0xf8) != 0x30 || header[1] != 255 || be16(header + 2) + 8U > walk.wire) return kPlainUdp;
  const std::uint32_t id = id_of(be32(header + 4));
  if ((header[0] & 7) == 0) return enter_ip(walk, 8, id);
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
  return enter_ip(walk, octets, id);
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
  const std::uint8_t* packet = start + octets;
  if (packet[0] >> 4 != 6 || walk.wire < octets + 40) return kPlainUdp;
  if (!walk.has(octets + 6)) return cut_or_plain(walk, octets + 40);
  // Nothing stands behind the packet but trailers (RFC 6081), and those only where an address is of Teredo.
  constexpr std::uint32_t kPrefix = 0x20010000;
  const bool of_teredo = walk.has(octets + 40) && (be32(packet + 8) == kPrefix || be32(packet + 24) == kPrefix);
  if (be16(packet + 4) + octets + 40 != walk.wire && !of_teredo) return kPlainUdp;
  const Layer inner = enter(walk, octets, Layer::ipv6, id_of(0));
  walk.under = Path::teredo;
  return inner;
}

// RFC 2661 section 3.1: flags (T: control, L, S, O) and version 2, [length], tunnel, session, [sequence numbers],
// [offset size and padding], then PPP. Version 3 (RFC 3931 section 4.1.2.1): flags and version, reserved, session.
Layer l2tp(Walk& walk) noexcept {
  constexpr std::uint16_t kControl = 0x8000;
  constexpr std::uint16_t kLength = 0x4000;
  constexpr std::uint16_t kNumbered = 0x0800;
  constexpr std::uint16_t kOffset = 0x0200;
  constexpr std::uint16_t kReserved = 0x34f0;
  if (!walk.has(2)) return cut_or_plain(walk, 6);
  const std::uint8_t* header = walk.at.here();
  const std::uint16_t flags = be16(header);
  if (flags == 3) {
    if (!walk.has(4)) return cut_or_plain(walk, 4);
    if (be16(header + 2) != 0) return kPlainUdp;
    (void)walk.take(4);
    return Layer::l2tp_v3;
  }
  if ((flags & (kControl | kReserved | 0x000f)) != 2) return kPlainUdp;
  std::uint32_t octets = 6;
  if ((flags & kLength) != 0) octets += 2;
  if ((flags & kNumbered) != 0) octets += 4;
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
  if (layer_of_ppp(protocol) == Layer::unsupported) {
    const bool certain = (flags & kLength) != 0 && be16(header + 2) == walk.wire;
    return certain ? walk.unread(UnreadTunnel::l2tp) : kPlainUdp;
  }
  const std::uint32_t id = id_of(be32(header + ((flags & kLength) != 0 ? 4 : 2)));
  const bool over_v4 = walk.family == Family::v4;
  const Layer inner = enter(walk, octets, Layer::ppp, id);
  if (over_v4) walk.under = Path::tunnel;
  return inner;
}

// RFC 8086 section 3: a GRE header without routing, version 0.
Layer gre_in_udp(Walk& walk) noexcept {
  if (!walk.has(4)) return cut_or_plain(walk, 4);
  const std::uint8_t* header = walk.at.here();
  const Layer inner = layer_of_ethertype(be16(header + 2));
  const bool carries =
      inner == Layer::ethernet || inner == Layer::ipv4 || inner == Layer::ipv6 || inner == Layer::mpls;
  return carries && (be16(header) & 0x4fff) == 0 ? Layer::gre : kPlainUdp;
}

// RFC 7510 section 3: a stack of labels, which says nothing of itself: what stands below it has to be known.
Layer mpls_in_udp(Walk& walk) noexcept {
  std::uint32_t octets = 0;
  do {
    if (octets == kMaxLayers * 4) return kPlainUdp;
    octets += 4;
    if (!walk.has(octets)) return cut_or_plain(walk, octets);
  } while ((walk.at.here()[octets - 2] & 1) == 0);
  if (!walk.has(octets + 20)) return cut_or_plain(walk, octets + 20);
  const std::uint8_t* p = walk.at.here() + octets;
  const std::uint32_t size = walk.captured() - octets;
  const bool known = looks_like_ip(p, size, walk.wire - octets) || looks_like_ethernet(p, size) ||
                     (be32(p) >> 28 == 0 && looks_like_ethernet(p + 4, size - 4));
  if (!known) return kPlainUdp;
  walk.enter_between_ends();
  return Layer::mpls;
}

// TZSP: version 1, type (0 received, 1 to be sent), encapsulated protocol (1 Ethernet), tagged fields, of which 0
// pads and 1 ends the list, then the frame.
Layer tzsp(Walk& walk) noexcept {
  constexpr std::uint16_t kEthernet = 1;
  constexpr std::uint16_t kRadio = 18;  // 802.11, alone or behind what a receiver says of it
  constexpr std::uint16_t kPrism = 119;
  constexpr std::uint16_t kAvs = 127;
  if (!walk.has(4)) return cut_or_plain(walk, 5);
  const std::uint8_t* p = walk.at.here();
  if (p[0] != 1 || p[1] > 1) return kPlainUdp;
  std::uint32_t octets = 4;
  for (;;) {
    if (!walk.has(octets + 1)) return cut_or_plain(walk, octets + 1);
    const std::uint8_t tag = p[octets++];
    if (tag == 1) break;
    if (tag == 0) continue;
    if (!walk.has(octets + 1)) return cut_or_plain(walk, octets + 1);
    octets += 1U + p[octets];
  }
  const std::uint16_t protocol = be16(p + 2);
  if (protocol == kRadio || protocol == kPrism || protocol == kAvs) return walk.unread(UnreadTunnel::tzsp);
  if (protocol != kEthernet) return kPlainUdp;
  return enter(walk, octets, Layer::ethernet, 0);
}

Layer layer_of_tunnel(Walk& walk, Tunnel tunnel) noexcept {
  switch (tunnel) {
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
    case Tunnel::mpls:
      return mpls_in_udp(walk);
    case Tunnel::tzsp:
      return tzsp(walk);
    default:
      return name_tunnel(walk, tunnel);
  }
}

}  // namespace

Layer open_tunnel(Walk& walk) noexcept {
  const Layer inner = layer_of_tunnel(walk, tunnel_of(walk.segment->source_port, walk.segment->destination_port));
  return inner == kPlainUdp ? plain_udp(walk) : inner;
}

// RFC 3378 section 3: version 3, reserved, then Ethernet.
Layer ether_ip(Walk& walk) noexcept {
  if (!walk.has(2)) return walk.short_of(2);
  return be16(walk.take(2)) == 0x3000 ? Layer::ethernet : Layer::unsupported;
}

// RFC 3931 sections 4.1.1 and 4.4: session (0: a control message), cookie of 0, 4 or 8 octets, a sublayer of 0 or 4.
// Only the two ends know which: what is carried has to be known.
Layer l2tp_v3(Walk& walk) noexcept {
  if (!walk.has(4)) return walk.short_of(4);
  const std::uint32_t session = be32(walk.take(4));
  if (session == 0) return Layer::no_interest;
  const bool over_v4 = walk.family == Family::v4;
  for (std::uint32_t octets = 0; octets <= 12; octets += 4) {
    if (!walk.has(octets + 20))
      return walk.wire < octets + 20 && walk.bounded ? walk.unread(UnreadTunnel::l2tp) : Layer::truncated;
    const std::uint8_t* p = walk.at.here() + octets;
    const std::uint32_t size = walk.captured() - octets;
    const std::uint32_t framed = be16(p) == 0xff03 ? 2 : 0;
    const std::uint16_t protocol = be16(p + framed);
    const bool ppp = (protocol == 0x0021 || protocol == 0x0057) &&
                     looks_like_ip(p + framed + 2, size - framed - 2, walk.wire - octets - framed - 2);
    if (!ppp && !looks_like_ethernet(p, size)) continue;
    (void)walk.take(octets);
    walk.enter(id_of(session));
    if (!ppp) return Layer::ethernet;
    if (over_v4) walk.under = Path::tunnel;
    return Layer::ppp;
  }
  return walk.unread(UnreadTunnel::l2tp);
}

// RFC 8300 section 2.2: version, O, TTL, length in 4 octets, type of metadata, next protocol, service path, context.
Layer nsh(Walk& walk) noexcept {
  if (!walk.has(8)) return walk.short_of(8);
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t octets = (header[1] & 0x3fU) * 4;
  if (header[0] >> 6 != 0 || octets < 8) return walk.unread(UnreadTunnel::nsh);
  if (!walk.has(octets)) return walk.short_of(octets);
  (void)walk.take(octets);
  walk.bounded = false;
  switch (header[3]) {
    case 1:
      return Layer::ipv4;
    case 2:
      return Layer::ipv6;
    case 3:
      return Layer::ethernet;
    case 4:
      return Layer::nsh;
    case 5:
      return Layer::mpls;
    default:
      return walk.unread(UnreadTunnel::nsh);
  }
}

}  // namespace uptake::frame
