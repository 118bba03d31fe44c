#include "dissectors/frame/ip.h"

namespace uptake::frame {
namespace {

constexpr std::uint32_t kLargestDatagram = 65535;

Layer go_on(Walk& walk, std::uint8_t next_header) noexcept {
  walk.protocol = next_header;
  walk.segment->protocol = next_header;
  return layer_of_protocol(walk);
}

}  // namespace

Layer ip(Walk& walk) noexcept {
  if (!walk.has(1)) return walk.short_of(1);
  const std::uint8_t version = walk.at.here()[0] >> 4;
  if (version == 4) return Layer::ipv4;
  return version == 6 ? Layer::ipv6 : Layer::unsupported;
}

// RFC 8200 sections 4.3 to 4.6: next header, length in 8 octets without the first 8, data.
Layer extension(Walk& walk) noexcept {
  if (!walk.has(8)) return walk.short_of(8);
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t length = (header[1] + 1U) * 8;
  if (!walk.has(length)) return walk.short_of(length);
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
  if (!walk.has(8)) return walk.short_of(8);
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t length = (header[1] + 2U) * 4;
  if (length < 8) return Layer::malformed;
  if (!walk.has(length)) return walk.short_of(length);
  (void)walk.take(length);
  return go_on(walk, header[0]);
}

Layer fragment(Walk& walk) noexcept {
  Segment& segment = *walk.segment;
  // RFC 8200 section 4.5: all but the last are whole multiples of 8, and the datagram keeps to its largest size.
  if (segment.more_fragments && walk.wire % 8 != 0) return Layer::malformed;
  if (segment.fragment_offset + walk.wire > kLargestDatagram) return Layer::malformed;
  segment.is_fragment = true;
  return other(walk);
}

}  // namespace uptake::frame
