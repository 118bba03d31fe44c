#pragma once

#include "dissectors/frame/digest.h"
#include "dissectors/frame/transport.h"
#include "dissectors/frame/walk.h"

namespace uptake::frame {

namespace protocol {
inline constexpr std::uint8_t kHopByHop = 0;
inline constexpr std::uint8_t kIpv4 = 4;
inline constexpr std::uint8_t kIpv6 = 41;
inline constexpr std::uint8_t kRouting = 43;
inline constexpr std::uint8_t kFragment = 44;
inline constexpr std::uint8_t kGre = 47;
inline constexpr std::uint8_t kAuthentication = 51;
inline constexpr std::uint8_t kDestinationOptions = 60;
inline constexpr std::uint8_t kEtherIp = 97;
inline constexpr std::uint8_t kPim = 103;
inline constexpr std::uint8_t kL2tp = 115;
inline constexpr std::uint8_t kMpls = 137;
inline constexpr std::uint8_t kEthernet = 143;  // RFC 8986 section 4.9
inline constexpr std::uint8_t kNsh = 145;
}  // namespace protocol

/// The layer that walk.protocol leads to, within the packet or to another one.
[[nodiscard]] Layer layer_of_rare_protocol(Walk& walk) noexcept;
[[nodiscard]] inline Layer layer_of_protocol(Walk& walk) noexcept {
  if (walk.protocol == protocol::kTcp) [[likely]]
    return Layer::tcp;
  if (walk.protocol == protocol::kUdp) return Layer::udp;
  return layer_of_rare_protocol(walk);
}

/// How an IPv6 packet travelled. Its addresses decide before the tunnel does, because 6to4 travels in protocol 41
/// too.
[[nodiscard]] inline Path path_of(const std::uint8_t* source, const std::uint8_t* destination, Path under) noexcept {
  if (under == Path::teredo) return Path::teredo;
  const std::uint32_t from = be32(source);
  const std::uint32_t to = be32(destination);
  constexpr std::uint32_t kTeredo = 0x20010000;  // 2001:0::/32, RFC 4380 section 2.6
  if (from >> 16 == 0x2002 || to >> 16 == 0x2002) [[unlikely]]
    return Path::six_to_four;  // RFC 3056 section 2
  if (from == kTeredo || to == kTeredo) [[unlikely]]
    return Path::teredo;
  if ((from == kTranslatedFront && is_translated(source)) || (to == kTranslatedFront && is_translated(destination)))
      [[unlikely]]
    return Path::nat64;
  return under;
}

/// Overwrites the whole address: an outer header may have left an IPv6 one.
inline void set_ipv4(Address& address, const std::uint8_t* octets) noexcept {
  const std::uint64_t whole[2] = {load32(octets), 0};
  std::memcpy(address.octets.data(), whole, sizeof whole);
  address.family = Family::v4;
}

inline void set_ipv6(Address& address, const std::uint8_t* octets) noexcept {
  std::memcpy(address.octets.data(), octets, 16);
  address.family = Family::v6;
}

/// Ends the walk at an incomplete IP header: its family is known, and perhaps its length.
[[nodiscard]] Layer cut_ip(Walk& walk, Family family) noexcept;
/// The end within the options of an IPv4 header.
[[nodiscard]] Layer cut_options(Walk& walk) noexcept;
/// The length of a packet whose length field the network card was to fill in: its octets on the wire, up to the most
/// that segmentation offload puts together. Above that the record's wire length is wrong, and the captured octets
/// count.
[[nodiscard]] constexpr std::uint32_t offloaded(const Walk& walk) noexcept {
  constexpr std::uint32_t kMost = 1U << 20;
  return walk.wire <= kMost ? walk.wire : walk.captured();
}

// RFC 791 section 3.1: version and header length, class, total length, identification, flags and fragment offset,
// TTL, protocol, checksum, source, destination, options.
[[nodiscard]] inline Layer ipv4(Walk& walk) noexcept {
  if (!walk.has(20)) [[unlikely]]
    return cut_ip(walk, Family::v4);
  const std::uint8_t* header = walk.at.here();
  const std::uint32_t header_length = (header[0] & 15U) * 4;
  const std::uint32_t said = be16(header + 2);
  // 0: left for the card to fill in when it cuts a large segment. More than there is: the frame was cut.
  const std::uint32_t total = said == 0 ? offloaded(walk) : said;
  if (header[0] >> 4 != 4 || header_length < 20 || header_length > total) [[unlikely]]
    return Layer::malformed;
  walk.limit(total);
  walk.bounded = said != 0;

  const std::uint32_t fragment = be16(header + 6) & 0x3fff;
  Segment& segment = *walk.segment;
  segment.has_ip = true;
  set_ipv4(segment.source, header + 12);
  set_ipv4(segment.destination, header + 16);
  segment.ip_length = total;
  segment.ip_id = be16(header + 4);
  segment.hop_limit = header[8];
  segment.protocol = header[9];
  segment.path = Path::native;
  walk.protocol = header[9];
  walk.family = Family::v4;
  walk.under = Path::native;
  walk.ip_mix = mix_ip(total, segment.ip_id, fragment, header[9]);
  walk.packet_read = true;
  if (!walk.has(header_length)) [[unlikely]]
    return cut_options(walk);
  (void)walk.take(header_length);
  if (fragment == 0) [[likely]]
    return layer_of_protocol(walk);
  segment.fragment_offset = static_cast<std::uint16_t>(fragment << 3);
  segment.more_fragments = (fragment & 0x2000) != 0;
  return Layer::fragment;
}

// RFC 8200 section 3: version, class, flow label, payload length, next header, hop limit, source, destination.
[[nodiscard]] inline Layer ipv6(Walk& walk) noexcept {
  if (!walk.has(40)) [[unlikely]]
    return cut_ip(walk, Family::v6);
  const std::uint8_t* header = walk.take(40);
  const std::uint32_t length = be16(header + 4);
  if (header[0] >> 4 != 6) [[unlikely]]
    return Layer::malformed;
  walk.bounded = false;
  if (length != 0) [[likely]]
    walk.limit(length);
  else  // a jumbogram (RFC 2675), or left for the card to fill in
    walk.wire = offloaded(walk);

  Segment& segment = *walk.segment;
  segment.has_ip = true;
  set_ipv6(segment.source, header + 8);
  set_ipv6(segment.destination, header + 24);
  segment.ip_length = walk.wire + 40;
  segment.ip_id = 0;
  segment.hop_limit = header[7];
  segment.protocol = header[6];
  segment.path = path_of(header + 8, header + 24, walk.under);
  walk.protocol = header[6];
  walk.family = Family::v6;
  walk.under = Path::native;
  walk.ip_mix = mix_ip(segment.ip_length, 0, 0, header[6]);
  walk.packet_read = true;
  return layer_of_protocol(walk);
}

/// IPv4 or IPv6 by the version.
[[nodiscard]] Layer ip(Walk& walk) noexcept;
[[nodiscard]] Layer extension(Walk& walk) noexcept;
[[nodiscard]] Layer fragment_header(Walk& walk) noexcept;
[[nodiscard]] Layer authentication(Walk& walk) noexcept;
/// PIM: ends there; what a Register carries is not read.
[[nodiscard]] Layer pim(Walk& walk) noexcept;
/// Ends at a piece of a datagram.
[[nodiscard]] Layer fragment(Walk& walk) noexcept;

}  // namespace uptake::frame
