#pragma once

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
  if (!walk.has(length)) [[unlikely]]
    return Layer::truncated;
  (void)walk.take(length);
  Segment& segment = *walk.segment;
  segment.source_port = be16(header);
  segment.destination_port = be16(header + 2);
  segment.sequence = be32(header + 4);
  segment.acknowledgement = be32(header + 8);
  segment.tcp_flags = header[13];
  segment.window = be16(header + 14);
  segment.has_ports = true;
  segment.header_digest = digest_tcp(walk.ip_mix, header);
  set_payload(walk);
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
  segment.header_digest = digest_udp(walk.ip_mix, header, walk.at.here(), walk.captured());
  set_payload(walk);
  return tunnel_of(segment.source_port, segment.destination_port) == Tunnel::none ? Layer::parsed : Layer::tunnel;
}

/// Ends at an IP protocol that has no ports here: ICMP, ESP, SCTP, ...
[[nodiscard]] inline Layer other(Walk& walk) noexcept {
  walk.segment->header_digest = digest_other(walk.ip_mix, walk.at.here(), walk.captured());
  set_payload(walk);
  return Layer::parsed;
}

}  // namespace uptake::frame
