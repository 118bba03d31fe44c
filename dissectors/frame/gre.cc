#include "dissectors/frame/link.h"
#include "dissectors/frame/tunnels.h"

namespace uptake::frame {
namespace {

constexpr std::uint16_t kChecksum = 0x8000;
constexpr std::uint16_t kRouting = 0x4000;
constexpr std::uint16_t kKey = 0x2000;
constexpr std::uint16_t kSequence = 0x1000;
constexpr std::uint16_t kAcknowledgement = 0x0080;

constexpr std::uint16_t kErspan = 0x88be;
constexpr std::uint16_t kErspan3 = 0x22eb;
constexpr std::uint16_t kWccp = 0x883e;
constexpr std::uint16_t kCiscoMetadata = 0x8909;  // built otherwise than behind Ethernet addresses

// draft-foschiano-erspan section 4.2: version 1, VLAN, class, encapsulation, T (cut by the mirror), session, index.
// Section 4.3, type III: version 2, the same, timestamp, group, flags (frame type, O: 8 octets more).
Layer erspan(Walk& walk, std::uint32_t version, std::uint32_t octets) noexcept {
  if (!walk.has(octets)) return walk.short_of(octets);
  const std::uint8_t* header = walk.at.here();
  if (header[0] >> 4U != version) return walk.unread(UnreadTunnel::erspan);
  const bool third = version == 2;
  if (third && (header[11] & 1) != 0) octets += 8;
  if (!walk.has(octets)) return walk.short_of(octets);
  const std::uint32_t frame_type = third ? header[10] >> 2 & 0x1fU : 0;
  (void)walk.take(octets);
  walk.enter(0);
  if (frame_type == 2) return Layer::ip;
  return frame_type == 0 ? Layer::ethernet : walk.unread(UnreadTunnel::erspan);
}

// RFC 2637 section 4.1: GRE version 1: key (payload length, call), [sequence], [acknowledgement], then PPP.
Layer gre_ppp(Walk& walk, std::uint16_t flags) noexcept {
  std::uint32_t octets = 8;
  if ((flags & kSequence) != 0) octets += 4;
  if ((flags & kAcknowledgement) != 0) octets += 4;
  if (!walk.has(octets)) return walk.short_of(octets);
  const std::uint8_t* header = walk.take(octets);
  if (be16(header + 2) != 0x880b) return walk.unread(UnreadTunnel::gre);
  if ((flags & kSequence) == 0) return Layer::no_interest;
  const std::uint32_t length = be16(header + 4);
  if (length > walk.wire) return Layer::malformed;
  walk.limit(length);
  if (length == 0) return Layer::no_interest;
  const bool over_v4 = walk.family == Family::v4;
  walk.enter_between_ends();
  if (over_v4) walk.under = Path::tunnel;
  return Layer::ppp;
}

/// RFC 1701: the source routes behind the fixed part, each: address family, offset, length, addresses; family and
/// length 0 end them. Adds what they take to `octets`; false when they are not all there.
bool skip_routes(const Walk& walk, std::uint32_t& octets) noexcept {
  for (;;) {
    if (!walk.has(octets + 4)) {
      octets += 4;
      return false;
    }
    const std::uint8_t* route = walk.at.here() + octets;
    octets += 4U + route[3];
    if (be16(route) == 0 && route[3] == 0) return true;
  }
}

}  // namespace

// RFC 2784 section 2.1, RFC 2890 section 2, RFC 1701: flags and version, EtherType, [checksum and offset, with either
// of C and R], [key], [sequence], [routes].
Layer gre(Walk& walk) noexcept {
  if (!walk.has(4)) return walk.short_of(4);
  const std::uint16_t flags = be16(walk.at.here());
  if ((flags & 7) == 1) return gre_ppp(walk, flags);
  if ((flags & 7) != 0) return walk.unread(UnreadTunnel::gre);
  std::uint32_t octets = 4;
  if ((flags & (kChecksum | kRouting)) != 0) octets += 4;
  const std::uint32_t key_at = octets;
  if ((flags & kKey) != 0) octets += 4;
  if ((flags & kSequence) != 0) octets += 4;
  if ((flags & kRouting) != 0 && !skip_routes(walk, octets)) return walk.short_of(octets);
  if (!walk.has(octets)) return walk.short_of(octets);
  const std::uint8_t* header = walk.take(octets);
  const std::uint16_t type = be16(header + 2);
  if (type == 0) return Layer::no_interest;  // keepalive
  if (type == kErspan && (flags & kSequence) != 0) return erspan(walk, 1, 8);
  if (type == kErspan3) return erspan(walk, 2, 12);
  const Layer inner = type == kErspan ? Layer::ethernet : type == kWccp ? Layer::wccp : layer_of_ethertype(type);
  if (inner == Layer::snap || inner == Layer::unsupported || type == kCiscoMetadata)
    return walk.unread(UnreadTunnel::gre);
  if (inner == Layer::no_interest) return inner;
  const bool over_v4 = walk.family == Family::v4;
  if (type == kErspan) {
    walk.enter(0);
  } else if ((flags & kKey) != 0) {
    walk.enter(be32(header + key_at) | 0x80000000U);
  } else {
    walk.enter_between_ends();
  }
  if ((inner == Layer::ipv6 || inner == Layer::ppp) && over_v4) walk.under = Path::tunnel;  // RFC 7676
  return inner;
}

// draft-param-wccp-v2rev1 section 4.12.3: a redirect header of 4 octets, which older ones leave out, then IPv4.
Layer wccp(Walk& walk) noexcept {
  if (!walk.has(5)) return walk.short_of(5);
  if (walk.at.here()[0] >> 4 != 4) (void)walk.take(4);
  return Layer::ip;
}

}  // namespace uptake::frame
