#include "dissectors/rtr/records.h"

#include <algorithm>

#include "dissectors/rtr/pdu.h"

namespace uptake::rtr {
namespace {

// uint8 flags; uint8 prefix length; uint8 max length; uint8 zero; prefix; uint32 AS  RFC 8210 sections 5.6, 5.7
bool read_vrp(Cursor body, Family family, Record& record) noexcept {
  const std::size_t octets = family == Family::v4 ? 4 : 16;
  record.what = Record::What::vrp;
  record.announced = (body.u8() & 1) != 0;
  record.length = body.u8();
  record.max_length = body.u8();
  body.skip(1);
  const Bytes prefix = body.bytes(octets);
  record.as = body.u32();
  if (body.failed()) return false;
  record.prefix = {};
  record.prefix.family = family;
  std::ranges::copy(prefix, record.prefix.octets.begin());
  return record.length <= record.max_length && record.max_length <= octets * 8;
}

// in the head: uint8 flags; uint8 zero; then opaque ski[20]; uint32 AS; opaque key  RFC 8210 section 5.10
bool read_key(Cursor body, std::uint16_t flags, Record& record) noexcept {
  record.what = Record::What::router_key;
  record.announced = (flags >> 8 & 1) != 0;
  record.rest = body.rest();
  body.skip(20);
  record.as = body.u32();
  return body.ok();
}

// in the head: uint8 flags; uint8 zero; then uint32 customer; uint32 providers  draft-ietf-sidrops-8210bis
// section 5.12 Drafts up to the tenth had, behind a head of zero: uint8 flags; uint8 families; uint16 providers; then
// the same. Only a withdrawal of today has no flag in its head either, and it has no providers.
bool read_aspa(Cursor body, std::uint16_t flags, Record& record) noexcept {
  record.what = Record::What::aspa;
  record.announced = (flags >> 8 & 1) != 0;
  if (flags == 0 && body.left() > 4) {
    record.announced = (body.u8() & 1) != 0;
    body.skip(1);
    const std::size_t providers = body.u16();
    if (body.left() != 4 + 4 * providers) return false;
  }
  record.as = body.u32();
  record.rest = body.rest();
  return body.ok();
}

}  // namespace

bool read_record(Bytes pdu, Record& record) noexcept {
  if (pdu.size() < kHeadBytes) return false;
  const Head head = read_head(pdu.data());
  const Cursor body(pdu.subspan(kHeadBytes));
  record.rest = {};
  switch (head.type) {
    case kIpv4Prefix:
      return read_vrp(body, Family::v4, record);
    case kIpv6Prefix:
      return read_vrp(body, Family::v6, record);
    case kRouterKey:
      return read_key(body, head.field, record);
    case kAspa:
      return read_aspa(body, head.field, record);
    default:
      return false;
  }
}

bool next_record(Cursor& pdus, Record& record) noexcept {
  if (pdus.left() < kHeadBytes) return false;
  const Head head = read_head(pdus.here());
  const Bytes pdu = pdus.bytes(head.length);
  return is_sound(head) && pdu.size() == head.length && read_record(pdu, record);
}

}  // namespace uptake::rtr
