#include "policy/correlate/dnssec/message.h"

#include <algorithm>

#include "policy/correlate/dnssec/rdata.h"
#include "policy/correlate/filed.h"

namespace uptake::dnssec {

const Rrset* Message::find(Section section, const Name& owner, std::uint16_t type) const noexcept {
  for (const Rrset& set : rrsets())
    if (set.type == type && set.section == section && set.count != 0 && set.owner == owner) return &set;
  return nullptr;
}

/// ID(2) flags(2) QDCOUNT(2) ANCOUNT(2) NSCOUNT(2) ARCOUNT(2), then QNAME QTYPE(2) QCLASS(2) (RFC 1035 §4.1).
Message::Reading Message::read(Bytes octets) noexcept {
  octets_ = octets;
  rrset_count_ = record_count_ = signature_count_ = copied_count_ = 0;
  Cursor at(octets);
  at.skip(2);
  flags_ = at.u16();
  const unsigned questions = at.u16();
  const unsigned answers = at.u16();
  const unsigned authorities = at.u16();
  at.skip(2);
  if (at.failed() || questions != 1 || !read_name(octets, at, question_.name)) return Reading::malformed;
  question_.name.to_lower();
  question_.type = at.u16();
  at.skip(2);
  if (at.failed()) return Reading::malformed;
  for (unsigned i = 0; i < answers + authorities; ++i) {
    const Reading reading = read_record(at, i < answers ? Section::answer : Section::authority);
    if (reading != Reading::read) return reading;
  }
  return Reading::read;
}

/// NAME TYPE(2) CLASS(2) TTL(4) RDLENGTH(2) RDATA (RFC 1035 §4.1.3)
Message::Reading Message::read_record(Cursor& at, Section section) noexcept {
  constexpr unsigned kClassIn = 1;
  constexpr unsigned kPointerToQuestion = 0xc00c;  // as most records have it
  Name other;
  const Name* owner = &question_.name;
  if (Cursor ahead = at; ahead.u16() == kPointerToQuestion) {
    at = ahead;
  } else {
    if (!read_name(octets_, at, other)) return Reading::malformed;
    other.to_lower();
    owner = &other;
  }
  const std::uint16_t type = at.u16();
  const unsigned klass = at.u16();
  const std::uint32_t ttl = at.u32();
  const Cursor rdata = at.prefixed16();
  if (at.failed() || rdata.failed()) return Reading::malformed;
  if (klass != kClassIn) return Reading::read;
  if (type == kTypeRrsig) return add_signature(*owner, section, rdata);
  return add_record(*owner, type, ttl, section, rdata);
}

/// type covered(2) algorithm(1) labels(1) TTL(4) expiration(4) inception(4) key tag(2) signer signature (RFC 4034
/// §3.1)
Message::Reading Message::add_signature(const Name& owner, Section section, Cursor rdata) noexcept {
  if (signature_count_ == kSignatures) return Reading::limit;
  Signature& signature = signatures_[signature_count_];
  const std::uint8_t* const start = rdata.here();
  signature.covered = rdata.u16();
  signature.algorithm = rdata.u8();
  signature.labels = rdata.u8();
  signature.original_ttl = rdata.u32();
  signature.expiration = rdata.u32();
  signature.inception = rdata.u32();
  signature.tag = rdata.u16();
  if (rdata.failed()) return Reading::malformed;
  signature.front = {start, static_cast<std::size_t>(rdata.here() - start)};
  const auto end = static_cast<std::size_t>(rdata.here() + rdata.left() - octets_.data());
  if (!read_name(octets_.first(end), rdata, signature.signer)) return Reading::malformed;
  signature.signer.to_lower();
  signature.octets = rdata.rest();
  signature.next = 0;
  Rrset* const set = place_of(owner, signature.covered, section);
  if (set == nullptr) return Reading::limit;
  const auto number = static_cast<std::uint16_t>(signature_count_++);
  if (set->signatures++ == 0) {
    set->first_signature = number;
    return Reading::read;
  }
  std::uint16_t last = set->first_signature;
  for (std::uint16_t i = 2; i < set->signatures; ++i) last = signatures_[last].next;
  signatures_[last].next = number;
  return Reading::read;
}

Message::Reading Message::add_record(const Name& owner, std::uint16_t type, std::uint32_t ttl, Section section,
                                     Cursor rdata) noexcept {
  if (record_count_ == kRecords) return Reading::limit;
  const Rdata made = canonical_rdata(type, octets_, rdata, std::span(copied_).subspan(copied_count_));
  if (made.how == Rdata::How::malformed) return Reading::malformed;
  if (made.how == Rdata::How::no_room) return Reading::limit;
  Rrset* const set = place_of(owner, type, section);
  if (set == nullptr) return Reading::limit;
  copied_count_ += made.taken;
  const auto number = static_cast<std::uint16_t>(record_count_++);
  // In front of the others: their order does not count.
  records_[number] = {made.bytes, set->first};
  set->first = number;
  set->ttl = set->count == 0 ? ttl : std::min(set->ttl, ttl);
  ++set->count;
  return Reading::read;
}

/// The RRset of that owner, type and section, or a new one; nullptr when there is no room.
Rrset* Message::place_of(const Name& owner, std::uint16_t type, Section section) noexcept {
  for (Rrset& set : std::span(rrsets_).first(rrset_count_))
    if (set.type == type && set.section == section && set.owner == owner) return &set;
  if (rrset_count_ == kRrsets) return nullptr;
  Rrset& set = rrsets_[rrset_count_++];
  set.owner = owner;
  set.type = type;
  set.section = section;
  set.ttl = 0;
  set.count = set.first = set.signatures = set.first_signature = 0;
  return &set;
}

const Message* message_of(const Filed& filed, Message& room) noexcept {
  if (filed.message != nullptr) return filed.message;
  return room.read(filed.bytes) == Message::Reading::read ? &room : nullptr;
}

}  // namespace uptake::dnssec
