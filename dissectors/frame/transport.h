#pragma once

#include <algorithm>

#include "dissectors/frame/digest.h"
#include "dissectors/frame/tunnels.h"
#include "dissectors/frame/walk.h"

// Checksums are never checked: a capture on the sending host holds them unfinished, because the card computes them.

namespace uptake::frame {

inline void set_payload(const Walk& walk) noexcept {
  Segment& segment = *walk.segment;
  segment.payload = walk.at.here();
  segment.payload_captured = walk.captured();
  segment.payload_wire = walk.wire;
  segment.layers = walk.layers;
}

// RFC 9293 section 3.1: ports, sequence, acknowledgement, offset and flags, window, checksum, urgent, options.
[[nodiscard]] inline Layer tcp(Walk& walk) noexcept {
  if (!walk.has(20)) [[unlikely]]
    return walk.short_of(20);
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t length = (header[12] >> 4) * 4U;
  if (length < 20 || length > walk.wire) [[unlikely]]
    return Layer::malformed;
  walk.at.skip(std::min(length, walk.captured()));  // nobody asks for the options: they may be cut
  walk.wire -= length;
  Segment& segment = *walk.segment;
  segment.source_port = be16(header);
  segment.destination_port = be16(header + 2);
  segment.sequence = be32(header + 4);
  segment.acknowledgement = be32(header + 8);
  segment.tcp_flags = header[13];
  segment.tcp_options = static_cast<std::uint8_t>(length - 20);
  segment.window = be16(header + 14);
  segment.has_ports = true;
  segment.header_digest = digest_tcp(walk.ip_mix, header);
  set_payload(walk);
  return Layer::parsed;
}

/// Ends at a datagram that is no tunnel. Requires the walk behind its header, and the segment filled.
[[nodiscard]] inline Layer plain_udp(const Walk& walk) noexcept {
  Segment& segment = *walk.segment;
  const std::uint8_t* const header = walk.at.here() - 8;
  const std::uint32_t size =
      digested(segment.ip_id, segment.source_port, segment.destination_port, be16(header + 6), walk.captured());
  segment.header_digest = digest_udp(walk.ip_mix, header, walk.at.here(), size);
  return Layer::parsed;
}

// RFC 768: ports, length, checksum. Length 0: a jumbogram (RFC 2675 section 4) or a capture before segmentation.
[[nodiscard]] inline Layer udp(Walk& walk) noexcept {
  if (!walk.has(8)) [[unlikely]]
    return walk.short_of(8);
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t length = be16(header + 4);
  if (length != 0) {
    if (length < 8 || length > walk.wire) [[unlikely]]
      return Layer::malformed;
    walk.limit(length);
  }
  (void)walk.take(8);
  Segment& segment = *walk.segment;
  segment.source_port = be16(header);
  segment.destination_port = be16(header + 2);
  segment.has_ports = true;
  set_payload(walk);
  return tunnel_of(segment.source_port, segment.destination_port) == Tunnel::none ? plain_udp(walk) : Layer::tunnel;
}

/// Ends at an IP protocol that has no ports here: ICMP, ESP, SCTP, ...
[[nodiscard]] inline Layer other(Walk& walk) noexcept {
  const Segment& segment = *walk.segment;
  walk.segment->header_digest =
      digest_other(walk.ip_mix, walk.at.here(), digested(segment.ip_id, segment.protocol, walk.captured()));
  set_payload(walk);
  return Layer::parsed;
}

}  // namespace uptake::frame
