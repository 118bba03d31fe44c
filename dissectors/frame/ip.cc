#include "dissectors/frame/ip.h"

namespace uptake::frame {
namespace {

constexpr std::uint32_t kLargestDatagram = 65535;

/// The layer of an IP protocol that carries another packet or frame; `other` for the rest.
constexpr Layer layer_of_carried(std::uint8_t number) noexcept {
  switch (number) {
    case protocol::kIpv4:
      return Layer::ipv4;
    case protocol::kIpv6:
      return Layer::ipv6;
    case protocol::kEtherIp:
      return Layer::ether_ip;
    case protocol::kL2tp:
      return Layer::l2tp_v3;
    case protocol::kMpls:
      return Layer::mpls;
    case protocol::kEthernet:
      return Layer::ethernet;
    case protocol::kNsh:
      return Layer::nsh;
    default:
      return Layer::other;
  }
}

/// Whether another packet or frame stands behind this next header. Until that is read, the innermost family is not
/// known.
constexpr bool carries(std::uint8_t next_header) noexcept {
  return next_header == protocol::kGre || layer_of_carried(next_header) != Layer::other;
}

/// Ends the walk within an extension header; its next header may be known.
Layer cut_extension(Walk& walk, std::uint32_t octets, bool known) noexcept {
  if (known && carries(walk.at.here()[0])) walk.packet_read = false;
  return walk.short_of(octets);
}

Layer go_on(Walk& walk, std::uint8_t next_header) noexcept {
  walk.protocol = next_header;
  walk.segment->protocol = next_header;
  return layer_of_protocol(walk);
}

}  // namespace

Layer layer_of_rare_protocol(Walk& walk) noexcept {
  switch (walk.protocol) {
    case protocol::kHopByHop:
    case protocol::kRouting:
    case protocol::kDestinationOptions:
      return walk.family == Family::v6 ? Layer::extension : Layer::other;
    case protocol::kFragment:
      return walk.family == Family::v6 ? Layer::fragment_header : Layer::other;
    case protocol::kAuthentication:
      return Layer::authentication;
    case protocol::kGre:
      return Layer::gre;
    case protocol::kPim:
      return Layer::pim;
    default:
      break;
  }
  const Layer inner = layer_of_carried(walk.protocol);
  if (inner == Layer::other) return inner;
  const bool in_v4 = walk.family == Family::v4;
  walk.enter_between_ends();
  if (inner == Layer::ipv6 && in_v4) walk.under = Path::six_in_four;
  return inner;
}

/// The IP header stands in a frame or a tunnel that ends before it does: the mirror cut it.
Layer cut_ip(Walk& walk, Family family) noexcept {
  const std::uint8_t* p = walk.at.here();
  const bool v6 = family == Family::v6;
  if (walk.has(1) && p[0] >> 4 != (v6 ? 6 : 4)) return Layer::malformed;
  Segment& segment = *walk.segment;
  segment.has_ip = true;
  segment.source = Address{{}, family};
  segment.destination = segment.source;
  segment.ip_length = walk.wire;
  if (!v6 && walk.has(4) && be16(p + 2) != 0) segment.ip_length = be16(p + 2);
  if (v6 && walk.has(6) && be16(p + 4) != 0) segment.ip_length = be16(p + 4) + 40U;
  segment.ip_id = 0;
  segment.protocol = 0;
  segment.path = v6 ? Path::unknown : Path::native;
  walk.packet_read = true;
  return Layer::truncated;
}

Layer cut_options(Walk& walk) noexcept {
  if (carries(walk.protocol)) walk.packet_read = false;
  return Layer::truncated;
}

Layer ip(Walk& walk) noexcept {
  if (!walk.has(1)) return walk.short_of(1);
  const std::uint8_t version = walk.at.here()[0] >> 4;
  if (version == 4) return Layer::ipv4;
  return version == 6 ? Layer::ipv6 : Layer::unsupported;
}

// RFC 8200 sections 4.3 to 4.6: next header, length in 8 octets without the first 8, data.
Layer extension(Walk& walk) noexcept {
  if (!walk.has(8)) return cut_extension(walk, 8, walk.has(1));
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t length = (header[1] + 1U) * 8;
  if (!walk.has(length)) return cut_extension(walk, length, true);
  (void)walk.take(length);
  return go_on(walk, header[0]);
}

// RFC 8200 section 4.5: next header, reserved, offset and M, identification.
Layer fragment_header(Walk& walk) noexcept {
  if (!walk.has(8)) return walk.short_of(8);
  const std::uint8_t* header = walk.take(8);
  const std::uint16_t place = be16(header + 2);
  Segment& segment = *walk.segment;
  segment.ip_id = be32(header + 4);
  walk.ip_mix = mix_ip(segment.ip_length, segment.ip_id, place & 0xfff9U, header[0]);
  if ((place & 0xfff9) == 0) return go_on(walk, header[0]);  // an atomic fragment, RFC 6946
  segment.protocol = header[0];
  segment.fragment_offset = place & 0xfff8;
  segment.more_fragments = (place & 1) != 0;
  return Layer::fragment;
}

// RFC 4302 section 2: next header, length in 4 octets without the first 8, data.
Layer authentication(Walk& walk) noexcept {
  if (!walk.has(8)) return cut_extension(walk, 8, walk.has(1));
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t length = (header[1] + 2U) * 4;
  if (length < 8) return Layer::malformed;
  if (!walk.has(length)) return cut_extension(walk, length, true);
  (void)walk.take(length);
  return go_on(walk, header[0]);
}

// RFC 7761 section 4.9.3: version 2 and type 1, reserved, checksum, flags (N: of nothing), an IP packet.
Layer pim(Walk& walk) noexcept {
  if (!walk.has(8)) return walk.wire < 8 ? other(walk) : walk.short_of(8);
  const std::uint8_t* p = walk.at.here();
  const bool carries = p[0] == 0x21 && (p[4] & 0x40) == 0 && walk.wire > 8;
  return carries ? walk.unread(UnreadTunnel::pim_register) : other(walk);
}

Layer fragment(Walk& walk) noexcept {
  Segment& segment = *walk.segment;
  // RFC 8200 section 4.5: all but the last are whole multiples of 8, and the datagram keeps to its largest size.
  if (segment.more_fragments && walk.wire % 8 != 0) return Layer::malformed;
  if (segment.fragment_offset + walk.wire > kLargestDatagram) return Layer::malformed;
  segment.is_fragment = true;
  if (carries(segment.protocol)) segment.inside = Inside::cut;  // until all of it is there
  return other(walk);
}

}  // namespace uptake::frame
