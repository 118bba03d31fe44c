#pragma once

#include <optional>

#include "dissectors/frame/frame.h"

namespace uptake::test {

/// The IP packet of an Ethernet frame with at most one VLAN tag as a frame of its own, which decode() walks header by
/// header; nothing when there is none.
[[nodiscard]] inline std::optional<Frame> without_ethernet(const Frame& frame) {
  if (frame.link != LinkType::ethernet) return std::nullopt;
  const auto type_at = [&](std::uint32_t at) {
    return at + 2 <= frame.captured ? frame.data[at] << 8 | frame.data[at + 1] : 0;
  };
  const std::uint32_t header = type_at(12) == 0x8100 ? 18 : 14;
  const int type = type_at(header - 2);
  if (type != 0x0800 && type != 0x86dd) return std::nullopt;
  Frame inner = frame;
  inner.data += header;
  inner.captured -= header;
  inner.wire = (frame.wire < frame.captured ? frame.captured : frame.wire) - header;
  inner.link = type == 0x0800 ? LinkType::ipv4 : LinkType::ipv6;
  return inner;
}

/// All that must not depend on the way by which decode() found it.
[[nodiscard]] inline bool same_but_layers(const Segment& a, const Segment& b) {
  return a.source == b.source && a.destination == b.destination && a.payload == b.payload &&
         a.payload_captured == b.payload_captured && a.payload_wire == b.payload_wire && a.ip_length == b.ip_length &&
         a.ip_id == b.ip_id && a.sequence == b.sequence && a.acknowledgement == b.acknowledgement &&
         a.header_digest == b.header_digest && a.source_port == b.source_port &&
         a.destination_port == b.destination_port && a.fragment_offset == b.fragment_offset && a.window == b.window &&
         a.protocol == b.protocol && a.tcp_flags == b.tcp_flags && a.path == b.path &&
         a.is_fragment == b.is_fragment && a.more_fragments == b.more_fragments && a.has_ip == b.has_ip &&
         a.has_ports == b.has_ports && a.inside == b.inside && a.tunnel == b.tunnel;
}

}  // namespace uptake::test
