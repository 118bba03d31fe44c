// Tunnels, and mirrors of vendors, that are known by name alone. Their ports may be any client's: the payload tells.

#include "dissectors/frame/link.h"
#include "dissectors/frame/tunnels.h"

namespace uptake::frame {
namespace {

Layer named_if(const Walk& walk, bool looks, UnreadTunnel name) noexcept {
  return looks ? walk.unread(name) : kPlainUdp;
}

/// Named when all that stands behind `octets` is one IP packet.
Layer named_if_ip(const Walk& walk, std::uint32_t octets, UnreadTunnel name) noexcept {
  if (!walk.has(octets + 6)) return cut_or_plain(walk, octets + 6);
  if (walk.wire < octets + 20) return kPlainUdp;
  const std::uint8_t* p = walk.at.here() + octets;
  const std::uint32_t length = walk.wire - octets;
  if (p[0] >> 4 == 4) return named_if(walk, (p[0] & 15) >= 5 && be16(p + 2) == length, name);
  return named_if(walk, p[0] >> 4 == 6 && be16(p + 4) + 40U == length, name);
}

// RFC 5415 section 4.3: preamble (version 0; type 0, or 1: DTLS), length in 4 octets and radio, radio, kind of frame,
// flags (K: nothing but a sign of life), fragment, offset and reserved.
Layer capwap(const Walk& walk) noexcept {
  if (!walk.has(8)) return cut_or_plain(walk, 8);
  const std::uint8_t* p = walk.at.here();
  if (p[0] == 1) {
    const bool dtls = be32(p) == 0x01000000 && p[4] >= 20 && p[4] <= 26 && p[5] == 0xfe;
    return named_if(walk, dtls, UnreadTunnel::capwap);
  }
  const std::uint32_t octets = (p[1] >> 3) * 4U;
  const bool frame_of_802 = (p[2] >> 1 & 0x1f) <= 1;
  const bool data =
      p[0] == 0 && octets >= 8 && octets < walk.wire && frame_of_802 && (p[3] & 0x0f) == 0 && (p[7] & 7) == 0;
  return named_if(walk, data, UnreadTunnel::capwap);
}

// draft-ietf-intarea-gue section 3: variant 0: control bit, length of the options in 4 octets, protocol, flags,
// options. Variant 1 (section 4) is an IP packet and nothing else.
Layer gue(const Walk& walk) noexcept {
  if (!walk.has(4)) return cut_or_plain(walk, 4);
  const std::uint8_t* p = walk.at.here();
  if (p[0] >> 6 == 1) return named_if_ip(walk, 0, UnreadTunnel::gue);
  if (p[0] >> 5 != 0) return kPlainUdp;
  const std::uint32_t octets = 4 + (p[0] & 0x1fU) * 4;
  if (p[1] == 4 || p[1] == 41) return named_if_ip(walk, octets, UnreadTunnel::gue);
  const bool known = p[1] == 47 || p[1] == 97 || p[1] == 137 || p[1] == 143;
  return named_if(walk, known && octets == 4 && be16(p + 2) == 0, UnreadTunnel::gue);
}

/// The header of a record as pcap has it before the frame: seconds, microseconds, octets captured, octets there were.
Layer aruba(const Walk& walk) noexcept {
  if (!walk.has(16)) return cut_or_plain(walk, 16);
  const std::uint8_t* p = walk.at.here();
  const bool record = be32(p + 8) + 16 == walk.wire && be32(p + 12) >= be32(p + 8) && be32(p + 4) < 1'000'000;
  return named_if(walk, record, UnreadTunnel::aruba_erm);
}

/// Behind 12 octets an Ethernet frame, of which 15 tell.
Layer hp(const Walk& walk) noexcept {
  if (!walk.has(12 + 15)) return cut_or_plain(walk, 12 + 15);
  return named_if(walk, looks_like_ethernet(walk.at.here() + 12, walk.captured() - 12), UnreadTunnel::hp_erm);
}

Layer peekremote(const Walk& walk) noexcept {
  if (!walk.has(4)) return cut_or_plain(walk, 4);
  return named_if(walk, be32(walk.at.here()) == 0x00ffabcd, UnreadTunnel::peekremote);
}

}  // namespace

Layer name_tunnel(Walk& walk, Tunnel tunnel) noexcept {
  switch (tunnel) {
    case Tunnel::lisp:  // RFC 9300 section 5.1: flags, nonce, instance; then IP
      return named_if_ip(walk, 8, UnreadTunnel::lisp);
    case Tunnel::capwap:
      return capwap(walk);
    case Tunnel::gue:
      return gue(walk);
    case Tunnel::jmirror:  // intercept and session; then IP
      return named_if_ip(walk, 8, UnreadTunnel::jmirror);
    case Tunnel::aruba_erm:
      return aruba(walk);
    case Tunnel::hp_erm:
      return hp(walk);
    case Tunnel::peekremote:
      return peekremote(walk);
    default:
      return kPlainUdp;
  }
}

}  // namespace uptake::frame
