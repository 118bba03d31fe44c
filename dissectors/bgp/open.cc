#include "dissectors/bgp/open.h"

namespace uptake::bgp {
namespace {

constexpr std::uint8_t kVersion = 4;
constexpr std::uint8_t kExtended = 255;        // RFC 9072 section 2
constexpr std::uint8_t kCapabilityOption = 2;  // RFC 5492 section 4

// uint16 AFI; uint8 reserved; uint8 SAFI  RFC 4760 section 8
bool read_multiprotocol(Cursor at, Speaker& speaker) noexcept {
  const std::uint16_t afi = at.u16();
  at.skip(1);
  const std::uint8_t safi = at.u8();
  if (at.failed() || !at.empty()) return false;
  speaker.families = static_cast<std::uint16_t>(speaker.families | 1U << family_of(afi, safi));
  return true;
}

// { uint16 AFI; uint8 SAFI; uint8 what: receives 1, sends 2, both 3 } ...  RFC 7911 section 4
bool read_add_path(Cursor at, Speaker& speaker) noexcept {
  while (!at.empty()) {
    const std::uint16_t afi = at.u16();
    const std::uint8_t safi = at.u8();
    const std::uint8_t what = at.u8();
    if (at.failed()) return false;
    const AddressFamily family = family_of(afi, safi);
    if (what < 1 || what > 3 || (family != kIpv4Unicast && family != kIpv6Unicast)) continue;
    speaker.add_path = static_cast<std::uint8_t>(speaker.add_path | what << (family == kIpv4Unicast ? 0 : 2));
  }
  return true;
}

// uint32 AS number  RFC 6793 section 3
bool read_as4(Cursor at, Speaker& speaker) noexcept {
  const std::uint32_t as = at.u32();
  if (at.failed() || !at.empty()) return false;
  speaker.as = as;
  return true;
}

// uint8 role  RFC 9234 section 4.1
bool read_role(Cursor at, Speaker& speaker) noexcept {
  const std::uint8_t role = at.u8();
  if (at.failed() || !at.empty()) return false;
  speaker.role = role;
  speaker.set(Speaker::kHasRole);
  return true;
}

bool read_value(Capability which, Cursor value, Speaker& speaker) noexcept {
  switch (which) {
    case kMultiprotocol:
      return read_multiprotocol(value, speaker);
    case kAddPath:
      return read_add_path(value, speaker);
    case kAs4:
      return read_as4(value, speaker);
    case kRole:
      return read_role(value, speaker);
    default:
      return true;
  }
}

// { uint8 code; uint8 length; value } ...  RFC 5492 section 4
void read_capabilities(Cursor at, Speaker& speaker) noexcept {
  while (!at.empty()) {
    const Capability which = capability_of(at.u8());
    const Cursor value = at.prefixed8();
    if (at.failed() || !read_value(which, value, speaker)) {
      speaker.set(Speaker::kBroken);
      continue;
    }
    speaker.capabilities |= 1U << which;
  }
}

}  // namespace

// uint8 version; uint16 AS; uint16 hold time; uint32 identifier; uint8 length; { uint8 type; uint8 length; value }
// ... Extended: uint8 255; uint8 type 255; uint16 length; { uint8 type; uint16 length; value } ...
bool read_open(Bytes body, Speaker& speaker) noexcept {
  Cursor at(body);
  const std::uint8_t version = at.u8();
  Speaker read = speaker;
  read.as = at.u16();
  read.hold_time = at.u16();
  at.skip(4);
  std::size_t length = at.u8();
  const bool is_extended = length != 0 && !at.empty() && *at.here() == kExtended;
  if (is_extended) {
    at.skip(1);
    length = at.u16();
  }
  Cursor options = at.sub(length);
  if (at.failed() || !at.empty() || version != kVersion) return false;
  while (!options.empty()) {
    const std::uint8_t type = options.u8();
    const Cursor value = is_extended ? options.prefixed16() : options.prefixed8();
    if (options.failed()) return false;
    if (type == kCapabilityOption) read_capabilities(value, read);
  }
  read.set(Speaker::kOpen);
  speaker = read;
  return true;
}

}  // namespace uptake::bgp
