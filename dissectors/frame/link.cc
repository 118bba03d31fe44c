#include "dissectors/frame/link.h"

#include <algorithm>

namespace uptake::frame {
namespace {

// Protocols of the link itself, and network layers that nobody measures here.
constexpr std::uint16_t kChatter[] = {
    0x00fe,  // OSI in GRE
    0x0806,  // ARP
    0x0842,  // Wake-on-LAN
    0x2000,  // CDP
    0x2001,  // NHRP
    0x2004,  // DTP
    0x22ea,  // SRP
    0x6002,  // DEC MOP remote console
    0x6003,  // DECnet
    0x6004,  // DEC LAT
    0x8035,  // RARP; SLARP on Cisco HDLC
    0x809b,  // AppleTalk
    0x80f3,  // AARP
    0x8137,  // IPX
    0x872d,  // Cisco OWL
    0x8808,  // pause
    0x8809,  // slow protocols (LACP)
    0x8863,  // PPPoE discovery
    0x886f,  // network load balancing
    0x887b,  // HomePlug
    0x888e,  // EAPOL
    0x8892,  // PROFINET
    0x8899,  // RRCP
    0x88b8,  // GOOSE
    0x88c7,  // 802.11i pre-authentication
    0x88cc,  // LLDP
    0x88e1,  // HomePlug AV
    0x88f5,  // MVRP
    0x88f6,  // MMRP
    0x88f7,  // PTP
    0x8902,  // CFM
    0x8906,  // FCoE
    0x8912,  // HomePlug
    0x8914,  // FIP
    0x893a,  // IEEE 1905.1
    0x9000,  // loop test
};
static_assert(std::is_sorted(std::begin(kChatter), std::end(kChatter)));

constexpr std::uint16_t kLargestLength = 1500;  // above it the field is an EtherType

/// What stands below the bottom label: MPLS does not say (RFC 4928 section 3, RFC 4385 section 3).
Layer below_labels(Walk& walk) noexcept {
  if (!walk.has(1)) return walk.short_of(1);
  const std::uint8_t* p = walk.at.here();
  const std::uint8_t nibble = p[0] >> 4;
  const bool ethernet_known = looks_like_ethernet(p, walk.captured());
  const bool ip_known = looks_like_ip(p, walk.captured(), walk.wire);
  if (nibble == 4 && (ip_known || !ethernet_known)) return Layer::ipv4;
  if (nibble == 6 && (ip_known || !ethernet_known)) return Layer::ipv6;
  if (nibble == 1 && !ethernet_known) return Layer::no_interest;  // associated channel
  if (nibble != 0) return Layer::ethernet;
  // A control word, or a MAC address that begins with zeros.
  if (!walk.has(4)) return walk.short_of(4);
  if (ethernet_known && !looks_like_ethernet(p + 4, walk.captured() - 4)) return Layer::ethernet;
  (void)walk.take(4);
  return Layer::ethernet;
}

/// The layer of an address family as the BSDs number them.
Layer layer_of_family(std::uint32_t family) noexcept {
  switch (family) {
    case 2:
      return Layer::ipv4;
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // macOS
      return Layer::ipv6;
    default:
      return Layer::unsupported;
  }
}

}  // namespace

bool looks_like_ethernet(const std::uint8_t* p, std::uint32_t size) noexcept {
  if (size < 15) return false;
  const std::uint16_t type = be16(p + 12);
  if (type == kIpv4) return p[14] >> 4 == 4;
  if (type == kIpv6) return p[14] >> 4 == 6;
  if (type <= kLargestLength) return size >= 17 && type + 14U <= size && p[16] == 3;  // LLC, unnumbered information
  // These are met in GRE and SNAP alone, and the second is how every other IPv6 address begins.
  const bool of_gre = type == 0x00fe || (type >= 0x2000 && type <= 0x2004);
  return !of_gre && layer_of_ethertype(type) != Layer::unsupported;
}

bool looks_like_ip(const std::uint8_t* p, std::uint32_t size, std::uint32_t wire) noexcept {
  if (size == 0) return false;
  if (p[0] >> 4 == 4) {
    if (size < 4) return wire >= 20;
    return (p[0] & 15) >= 5 && be16(p + 2) >= 20 && be16(p + 2) <= wire;
  }
  if (p[0] >> 4 != 6) return false;
  return size < 6 ? wire >= 40 : std::uint32_t{be16(p + 4)} + 40 <= wire;
}

Layer layer_of_rare_ethertype(std::uint16_t ethertype) noexcept {
  if (ethertype <= kLargestLength) return Layer::snap;
  switch (ethertype) {
    case kIpv4:
      return Layer::ipv4;
    case kIpv6:
      return Layer::ipv6;
    case kVlan:
    case 0x88a8:  // IEEE 802.1ad
    case 0x9100:  // the same before it was assigned
    case 0x9200:
      return Layer::vlan;
    case 0x8926:
      return Layer::vn_tag;
    case 0x893f:
      return Layer::e_tag;
    case 0x8909:
      return Layer::cisco_metadata;
    case 0x894f:
      return Layer::nsh;
    case 0x8847:
    case 0x8848:
      return Layer::mpls;
    case 0x8864:
      return Layer::pppoe;
    case 0x880b:
      return Layer::ppp;
    case 0x88e7:
      return Layer::provider_backbone;
    case kTransparentEthernet:
      return Layer::ethernet;
    default:
      return std::binary_search(std::begin(kChatter), std::end(kChatter), ethertype) ? Layer::no_interest
                                                                                     : Layer::unsupported;
  }
}

Layer layer_of_ppp(std::uint16_t protocol) noexcept {
  switch (protocol) {
    case 0x0021:
      return Layer::ipv4;
    case 0x0057:
      return Layer::ipv6;
    case 0x0281:
    case 0x0283:
      return Layer::mpls;
    default:
      // RFC 1661 section 2: 8xxx are network control protocols, cxxx link control (LCP, PAP, CHAP).
      return (protocol & 0x8100) == 0x8000 && (protocol & 1) != 0 ? Layer::no_interest : Layer::unsupported;
  }
}

bool peek_ppp(const Walk& walk, std::uint16_t& protocol, std::uint32_t& octets) noexcept {
  // RFC 1661 section 2, RFC 1662 section 3.1: [ff 03] protocol, of one octet when that is odd.
  const std::uint8_t* p = walk.at.here();
  const bool framed = walk.has(1) && p[0] == 0xff && (!walk.has(2) || p[1] == 0x03);
  octets = 2;
  if (framed && !walk.has(2)) return false;
  const std::uint32_t start = framed ? 2 : 0;
  if (walk.has(start + 1) && (p[start] & 1) != 0) {
    protocol = p[start];
    octets = start + 1;
    return true;
  }
  octets = start + 2;
  if (!walk.has(octets)) return false;
  protocol = be16(p + start);
  return true;
}

// RFC 1547 section 4.3.1: address, control, EtherType.
Layer cisco_hdlc(Walk& walk) noexcept {
  if (!walk.has(4)) return walk.short_of(4);
  return layer_of_ethertype(be16(walk.take(4) + 2));
}

Layer ppp(Walk& walk) noexcept {
  // Cisco HDLC begins with 0f (unicast) or 8f (multicast), 00. As PPP both would be unassigned protocols.
  const std::uint8_t* p = walk.at.here();
  if (walk.has(1) && (p[0] & 0x7f) == 0x0f && (!walk.has(2) || p[1] == 0)) return cisco_hdlc(walk);
  std::uint16_t protocol = 0;
  std::uint32_t octets = 0;
  if (!peek_ppp(walk, protocol, octets)) return walk.short_of(octets);
  (void)walk.take(octets);
  const Layer inner = layer_of_ppp(protocol);
  return inner == Layer::unsupported ? walk.unread(UnreadTunnel::ppp) : inner;
}

// RFC 2516 section 4: version and type 0x11, code (0 in the session stage), session, length, PPP protocol.
Layer pppoe(Walk& walk) noexcept {
  if (!walk.has(6)) return walk.short_of(6);
  const std::uint8_t* header = walk.take(6);
  if (header[0] != 0x11) return Layer::malformed;
  if (header[1] != 0) return Layer::no_interest;
  walk.tag(be16(header + 2));
  // Some devices put a length here that is too small for the IP packet behind it, whose own length is to be trusted.
  // One that is too large says that the frame was cut, as does that of the packet.
  return ppp(walk);
}

// IEEE 802.2 with SNAP: aa aa 03, organisation, EtherType. Every other LLC is bridges talking. The length of all of
// it stands in front, in the place of an EtherType.
Layer snap(Walk& walk) noexcept {
  if (!walk.has(8)) return be16(walk.at.here() - 2) < 8 ? Layer::no_interest : Layer::truncated;
  const std::uint8_t* p = walk.at.here();
  const bool routed =
      p[0] == 0xaa && p[1] == 0xaa && p[2] == 3 && p[3] == 0 && p[4] == 0 && (p[5] == 0 || p[5] == 0xf8);
  if (!routed || be16(p + 6) <= kLargestLength) return Layer::no_interest;
  return layer_of_ethertype(be16(walk.take(8) + 6));
}

// RFC 3032 section 2.1: label, class, bottom of stack, TTL.
Layer mpls(Walk& walk) noexcept {
  if (!walk.has(4)) return walk.short_of(4);
  const std::uint8_t* header = walk.take(4);
  if ((header[2] & 1) == 0) return Layer::mpls;
  walk.tag(be32(header) >> 12);  // the bottom label names the network; those above it only the path
  return below_labels(walk);
}

// IEEE 802.1ah: flags and service identifier, then the customer's own frame.
Layer provider_backbone(Walk& walk) noexcept {
  if (!walk.has(4)) return walk.short_of(4);
  walk.tag(be32(walk.take(4)) & 0xffffff);
  return Layer::ethernet;
}

/// A tag of `octets` between the addresses and an EtherType that ends it. It names a port of the switch.
Layer port_tag(Walk& walk, std::uint32_t octets) noexcept {
  if (!walk.has(octets)) return walk.short_of(octets);
  return layer_of_ethertype(be16(walk.take(octets) + octets - 2));
}

// Cisco VN-Tag: direction, pointer, destination, looped, version, source: 4 octets, EtherType.
Layer vn_tag(Walk& walk) noexcept { return port_tag(walk, 6); }

// IEEE 802.1BR section 7.5: priority, ingress and group identifiers, E-channel: 6 octets, EtherType.
Layer e_tag(Walk& walk) noexcept { return port_tag(walk, 8); }

// Cisco metadata: version, length of the options in 4 octets, options (one: type, security group), EtherType.
Layer cisco_metadata(Walk& walk) noexcept {
  if (!walk.has(2)) return walk.short_of(2);
  return port_tag(walk, 4U + walk.at.here()[1] * 4U);
}

// LINKTYPE_NULL holds the family in the byte order of the capturing machine, LINKTYPE_LOOP in network order.
Layer null(Walk& walk, bool network_order) noexcept {
  if (!walk.has(4)) return walk.short_of(4);
  std::uint32_t family = be32(walk.take(4));
  if (!network_order && family > 0xffff) family = __builtin_bswap32(family);
  return layer_of_family(family);
}

/// Packet types of Linux: 0 to this host, 1 broadcast, 2 multicast, 3 to another host, 4 from this one.
constexpr bool is_to_all(unsigned packet_type) noexcept { return packet_type == 1; }

// LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address (8), protocol.
Layer linux_sll(Walk& walk) noexcept {
  if (!walk.has(16)) return walk.short_of(16);
  const std::uint8_t* header = walk.take(16);
  walk.segment->to_all = is_to_all(be16(header));
  return layer_of_ethertype(be16(header + 14));
}

// LINKTYPE_LINUX_SLL2: protocol, reserved, interface, ARPHRD, packet type, address length, address (8).
Layer linux_sll2(Walk& walk) noexcept {
  if (!walk.has(20)) return walk.short_of(20);
  const std::uint8_t* header = walk.take(20);
  walk.segment->to_all = is_to_all(header[10]);
  return layer_of_ethertype(be16(header));
}

}  // namespace uptake::frame
