#include "dissectors/rtr/pdu.h"

namespace uptake::rtr {
namespace {

/// Whether a PDU of this version and type may have this length (RFC 6810 §5, RFC 8210 §5).
bool fits(std::uint8_t version, std::uint8_t type, std::uint32_t length) noexcept {
  switch (type) {
    case kSerialNotify:
    case kSerialQuery:
      return length == 12;
    case kResetQuery:
    case kCacheResponse:
    case kCacheReset:
      return length == 8;
    case kIpv4Prefix:
      return length == 20;
    case kIpv6Prefix:
      return length == 32;
    case kEndOfData:
      return length == (version == 0 ? 12 : 24);
    case kRouterKey:
      return version >= 1 && length >= 32 && length <= kLongest;
    case kErrorReport:
      return length >= 16 && length <= kLongest;
    case kAspa:
      return version >= 2 && length >= 12 && length % 4 == 0 && length <= kLongest;
    default:
      return false;
  }
}

/// Whether what stands in the third and fourth octet may stand there.
bool fits_field(std::uint8_t type, std::uint16_t field) noexcept {
  switch (type) {
    case kSerialNotify:
    case kSerialQuery:
    case kCacheResponse:
    case kEndOfData:
      return true;  // a session id
    case kRouterKey:
    case kAspa:
      return field == 0 || field == 0x0100;  // flags, zero
    case kErrorReport:
      return field <= 0xff;
    default:
      return field == 0;
  }
}

}  // namespace

bool is_sound(const Head& head) noexcept {
  return head.version < kVersions && fits(head.version, head.type, head.length);
}

bool is_strict(const Head& head) noexcept { return is_sound(head) && fits_field(head.type, head.field); }

bool may_be_head(Bytes bytes) noexcept {
  if (!bytes.empty() && bytes[0] >= kVersions) return false;
  if (bytes.size() > 1 && (bytes[1] > kAspa || bytes[1] == 5)) return false;
  if (bytes.size() > 3 && !fits_field(bytes[1], be16(bytes.data() + 2))) return false;
  return (bytes.size() <= 4 || bytes[4] == 0) && (bytes.size() <= 5 || bytes[5] == 0);
}

}  // namespace uptake::rtr
