// Tunnels, and mirrors of vendors, that are known by name alone. Their ports may be any client's: the payload tells.

#include "dissectors/frame/link.h"
#include "dissectors/frame/tunnels.h"

namespace uptake::frame {
namespace {

/// Whether all that stands behind `octets` is one IP packet.
bool carries_ip(const Walk& walk, std::uint32_t octets) noexcept {
  if (!walk.has(octets + 6) || walk.wire < octets + 20) return false;
  const std::uint8_t* p = walk.at.here() + octets;
  const std::uint32_t length = walk.wire - octets;
  if (p[0] >> 4 == 4) return (p[0] & 15) >= 5 && be16(p + 2) == length;
  return p[0] >> 4 == 6 && be16(p + 4) + 40U == length;
}

// RFC 5415 section 4.3: preamble (version 0; type 0, or 1: DTLS), length in 4 octets and radio, radio, kind of frame,
// flags (K: nothing but a sign of life), fragment, offset and reserved.
bool is_capwap(const Walk& walk) noexcept {
  if (!walk.has(8)) return false;
  const std::uint8_t* p = walk.at.here();
  if (p[0] == 1) return be32(p) == 0x01000000 && p[4] >= 20 && p[4] <= 26 && p[5] == 0xfe;
  const std::uint32_t octets = (p[1] >> 3) * 4U;
  const bool frame_of_802 = (p[2] >> 1 & 0x1f) <= 1;
  return p[0] == 0 && octets >= 8 && octets < walk.wire && frame_of_802 && (p[3] & 0x0f) == 0 && (p[7] & 7) == 0;
}

// draft-ietf-intarea-gue section 3: variant 0: control bit, length of the options in 4 octets, protocol, flags,
// options. Variant 1 (section 4) is an IP packet and nothing else.
bool is_gue(const Walk& walk) noexcept {
  if (!walk.has(4)) return false;
  const std::uint8_t* p = walk.at.here();
  if (p[0] >> 6 == 1) return carries_ip(walk, 0);
  if (p[0] >> 5 != 0) return false;
  const std::uint32_t octets = 4 + (p[0] & 0x1fU) * 4;
  if (p[1] == 4 || p[1] == 41) return carries_ip(walk, octets);
  const bool known = p[1] == 47 || p[1] == 97 || p[1] == 137 || p[1] == 143;
  return known && octets == 4 && be16(p + 2) == 0;
}

/// The header of a record as pcap has it before the frame: seconds, microseconds, octets captured, octets there were.
bool is_aruba(const Walk& walk) noexcept {
  if (!walk.has(16)) return false;
  const std::uint8_t* p = walk.at.here();
  return be32(p + 8) + 16 == walk.wire && be32(p + 12) >= be32(p + 8) && be32(p + 4) < 1'000'000;
}

bool is_framed_behind(const Walk& walk, std::uint32_t octets) noexcept {
  return walk.has(octets) && looks_like_ethernet(walk.at.here() + octets, walk.captured() - octets);
}

}  // namespace

Layer name_tunnel(Walk& walk, Tunnel tunnel) noexcept {
  const auto named_if = [&](bool looks, UnreadTunnel name) { return looks ? walk.unread(name) : Layer::parsed; };
  switch (tunnel) {
    case Tunnel::lisp:  // RFC 9300 section 5.1: flags, nonce, instance; then IP
      return named_if(carries_ip(walk, 8), UnreadTunnel::lisp);
    case Tunnel::capwap:
      return named_if(is_capwap(walk), UnreadTunnel::capwap);
    case Tunnel::gue:
      return named_if(is_gue(walk), UnreadTunnel::gue);
    case Tunnel::jmirror:  // intercept and session; then IP
      return named_if(carries_ip(walk, 8), UnreadTunnel::jmirror);
    case Tunnel::aruba_erm:
      return named_if(is_aruba(walk), UnreadTunnel::aruba_erm);
    case Tunnel::hp_erm:
      return named_if(is_framed_behind(walk, 12), UnreadTunnel::hp_erm);
    case Tunnel::peekremote:
      return named_if(walk.has(4) && be32(walk.at.here()) == 0x00ffabcd, UnreadTunnel::peekremote);
    default:
      return Layer::parsed;
  }
}

}  // namespace uptake::frame
