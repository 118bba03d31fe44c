#include "dissectors/frame/decode.h"

#include <algorithm>

#include "dissectors/frame/ip.h"
#include "dissectors/frame/link.h"
#include "dissectors/frame/transport.h"
#include "dissectors/frame/tunnels.h"
#include "dissectors/frame/walk.h"

namespace uptake {
namespace frame {
namespace {

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

/// Reads the one header `layer` and returns what stands behind it.
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
    case Layer::vn_tag:
      return vn_tag(walk);
    case Layer::e_tag:
      return e_tag(walk);
    case Layer::cisco_metadata:
      return cisco_metadata(walk);
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
    case Layer::wccp:
      return wccp(walk);
    case Layer::ether_ip:
      return ether_ip(walk);
    case Layer::l2tp_v3:
      return l2tp_v3(walk);
    case Layer::nsh:
      return nsh(walk);
    case Layer::tcp:
      return tcp(walk);
    case Layer::udp:
      return udp(walk);
    case Layer::pim:
      return pim(walk);
    case Layer::tunnel:
      return open_tunnel(walk);
    case Layer::fragment:
      return fragment(walk);
    default:
      return other(walk);
  }
}

/// Whether a layer counts against kMaxLayers: headers do, ends of a walk and mere choices between headers do not.
constexpr bool counts(Layer layer) noexcept { return layer < Layer::tcp && layer != Layer::ip; }

/// Whether a header belongs to the IP packet that was read last; the others lead to another packet, or to none.
constexpr bool within_packet(Layer layer) noexcept {
  return layer == Layer::extension || layer == Layer::fragment_header || layer == Layer::authentication ||
         (layer >= Layer::tcp && layer != Layer::tunnel && layer != Layer::pim);
}

Inside inside_at(Layer end) noexcept {
  switch (end) {
    case Layer::truncated:
      return Inside::cut;
    case Layer::malformed:
      return Inside::broken;
    case Layer::too_deep:
      return Inside::too_deep;
    case Layer::unsupported:
      return Inside::unread;
    default:
      return Inside::read;
  }
}

/// The walk over whatever plain() does not read, from the header `next` on.
Disposition walk_on(Walk& walk, Layer next) noexcept {
  while (next < Layer::parsed) {
    if (!within_packet(next)) walk.packet_read = false;
    if (counts(next) && !walk.deeper()) {
      next = Layer::too_deep;
      break;
    }
    next = step(walk, next);
  }
  Segment& segment = *walk.segment;
  segment.layers = std::min(walk.layers, kMaxLayers);
  if (segment.has_ip && !walk.packet_read) segment.inside = inside_at(next);
  if (segment.inside == Inside::unread && segment.tunnel == UnreadTunnel::none) segment.tunnel = UnreadTunnel::other;
  return disposition_of(next);
}

}  // namespace

Disposition walk_from_link(const Frame& frame, Segment& segment) noexcept {
  clear(segment);
  Walk walk;
  walk.at = Cursor{Bytes{frame.data, frame.captured}};
  walk.wire = std::max(frame.wire, frame.captured);
  walk.segment = &segment;
  return walk_on(walk, layer_of_link(frame.link));
}

}  // namespace frame

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
  constexpr std::uint16_t kFragment = 0x3fff;  // more fragments, and the offset
  const std::uint8_t next = ip[v6 ? 6 : 9];
  if (!v6 && (be16(ip + 6) & kFragment) != 0) [[unlikely]]
    return false;
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
  segment.inside = Inside::read;
  segment.more_fragments = false;
  segment.fragment_offset = 0;
  segment.ip_length = header_length + static_cast<std::uint32_t>(payload.size());
  frame::Walk walk;
  walk.at = Cursor{payload};
  walk.wire = static_cast<std::uint32_t>(payload.size());
  walk.bounded = true;
  walk.packet_read = true;
  walk.segment = &segment;
  walk.layers = first.layers;
  walk.protocol = first.protocol;
  walk.family = first.source.family;
  walk.ip_mix = frame::mix_ip(segment.ip_length, segment.ip_id, 0, first.protocol);
  const frame::Layer next = frame::layer_of_protocol(walk);  // changes the walk
  return frame::walk_on(walk, next);
}

}  // namespace uptake
