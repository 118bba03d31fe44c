#include "dissectors/bgp/update.h"

#include <algorithm>
#include <bitset>

#include "dissectors/bgp/attributes/table.h"

namespace uptake::bgp {
namespace {

constexpr std::uint8_t kWithLength16 = 0x10;  // Extended Length

/// AS numbers that nobody may use in the global routing system (IANA registries; RFC 5398, 6996, 7300).
constexpr bool is_reserved(std::uint32_t as) noexcept {
  constexpr std::uint32_t kTrans = 23456;  // RFC 6793
  if (as < 64496) return as == kTrans;
  return as <= 131071 || as >= 4200000000U;
}

/// Notes a flaw; the worst of all decides.
void judge(Flaw flaw, UpdateBits& bits) noexcept {
  bits.discarded = bits.discarded || flaw == Flaw::discard;
  bits.withdrawn = bits.withdrawn || flaw >= Flaw::withdraw;
  bits.broken_routes = bits.broken_routes || flaw == Flaw::reset;
}

/// Reads the attributes. Returns the worst flaw of those that only peers of the own AS may send: what it means
/// depends on who sent them.
// uint8 flags; uint8 type code; uint8 or uint16 length; value  RFC 4271 section 4.3
Flaw read_attributes(Cursor at, Update& update) noexcept {
  Flaw internal = Flaw::none;
  std::bitset<256> seen;
  while (!at.empty()) {
    const std::uint8_t flags = at.u8();
    const std::uint8_t code = at.u8();
    const Bytes value = at.bytes((flags & kWithLength16) != 0 ? at.u16() : at.u8());
    // The routes in front and behind are known: RFC 7606 section 4.
    if (at.failed()) {
      judge(Flaw::withdraw, update.bits);
      break;
    }
    const bool is_known = code < kAttributes.size() && kAttributes[code].read != nullptr;
    // Of all but those that carry routes the first counts: RFC 7606 section 3 (g).
    if (seen[code]) {
      judge(is_known && kAttributes[code].wrong_flags == Flaw::reset ? Flaw::reset : Flaw::discard, update.bits);
      continue;
    }
    seen[code] = true;
    if (!is_known) {
      // A well-known one that nobody knows ends the session: RFC 4271 section 6.3.
      if ((flags & kOptional) == 0) judge(Flaw::reset, update.bits);
      continue;
    }
    const Attribute& attribute = kAttributes[code];
    update.attributes.seen |= std::uint64_t{1} << code;
    const bool flags_fit = (flags & (kOptional | kTransitive)) == attribute.flags;
    const Flaw flaw = flags_fit ? attribute.read(value, update.attributes) : attribute.wrong_flags;
    if (attribute.internal)
      internal = std::max(internal, flaw);
    else
      judge(flaw, update.bits);
  }
  return internal;
}

/// What an UPDATE tells about who sent it, where no OPEN did. LOCAL_PREF is sent to peers of the own AS, and to no
/// others: RFC 4271 section 5.1.5.
Scope scope_of(const Update& update) noexcept {
  if (!update.bits.announces) return Scope::unknown;
  return update.attributes.has(kLocalPref.code) ? Scope::internal : Scope::external;
}

/// Whether the path begins within a confederation: then its ASes are as one to each other (RFC 5065 section 5).
bool is_of_confederation(const Attributes& attributes) noexcept {
  AsPath path(attributes.as_path, attributes.as_octets);
  PathSegment first;
  return path.next(first) && first.is_confederation();
}

/// Judges what only peers of the own AS may send.
void judge_internal(Flaw flaw, Update& update) noexcept {
  const Attributes& attributes = update.attributes;
  const bool sent =
      attributes.has(kLocalPref.code) || attributes.has(kOriginatorId.code) || attributes.has(kClusterList.code);
  const bool external = update.bits.scope == Scope::external && !is_of_confederation(attributes);
  judge(sent && external ? Flaw::discard : flaw, update.bits);
}

/// Attributes that must be there with routes: RFC 4271 section 5, RFC 7606 section 3 (d).
bool lacks_one(const Update& update) noexcept {
  const Attributes& attributes = update.attributes;
  const bool plain = !update.announced.empty();
  if (!plain && !attributes.reach.present) return false;
  return !attributes.has(kOrigin.code) || !attributes.has(kAsPath.code) || (plain && !attributes.has(kNextHop.code));
}

void look_at_path(Bytes path, Octets octets, UpdateBits& bits) noexcept {
  AsPath read(path, octets);
  for (PathSegment segment; read.next(segment);) {
    bits.as_set = bits.as_set || segment.is_set();
    if (segment.is_confederation()) continue;
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const bool stands_for_another = octets == Octets::two && segment[i] == 23456;
      bits.reserved_as = bits.reserved_as || (is_reserved(segment[i]) && !stands_for_another);
    }
  }
}

void look_at_communities(const Attributes& attributes, UpdateBits& bits) noexcept {
  for (Cursor at(attributes.communities); !at.empty();) {
    const std::uint32_t community = at.u32();
    bits.blackhole = bits.blackhole || community == kBlackhole;
    bits.graceful_shutdown = bits.graceful_shutdown || community == kGracefulShutdown;
  }
  bits.communities = !attributes.communities.empty();
  bits.extended = !attributes.extended.empty();
  bits.large = !attributes.large.empty();
  if (bits.extended) bits.origin_state = origin_state_of(attributes.extended);
}

/// How the lists of prefixes are to be read, where no OPENs told it.
void guess_path_ids(const Update& update, UpdateBits& bits) noexcept {
  const Attributes& attributes = update.attributes;
  bits.add_path_v4 = has_path_ids(update.withdrawn, Family::v4) || has_path_ids(update.announced, Family::v4);
  for (const Reach* const reach : {&attributes.reach, &attributes.unreach}) {
    if (reach->is(Reach::kIpv4)) bits.add_path_v4 = bits.add_path_v4 || has_path_ids(reach->routes, Family::v4);
    if (reach->is(Reach::kIpv6)) bits.add_path_v6 = bits.add_path_v6 || has_path_ids(reach->routes, Family::v6);
  }
}

bool is_broken(const Update& update) noexcept {
  const auto breaks = [&](const Reach& reach) {
    return (reach.is(Reach::kIpv4) && !is_whole(reach.routes, Family::v4, update.bits.add_path_v4)) ||
           (reach.is(Reach::kIpv6) && !is_whole(reach.routes, Family::v6, update.bits.add_path_v6));
  };
  return !is_whole(update.withdrawn, Family::v4, update.bits.add_path_v4) ||
         !is_whole(update.announced, Family::v4, update.bits.add_path_v4) || breaks(update.attributes.reach) ||
         breaks(update.attributes.unreach);
}

void look_at_routes(const Reading& reading, Update& update) noexcept {
  const Attributes& attributes = update.attributes;
  UpdateBits& bits = update.bits;
  bits.add_path_v4 = reading.add_path_v4;
  bits.add_path_v6 = reading.add_path_v6;
  if (!reading.opens) guess_path_ids(update, bits);
  bits.withdraws = !update.withdrawn.empty() || !attributes.unreach.routes.empty();
  bits.other_family = attributes.reach.other() || attributes.unreach.other();
  bits.broken_routes = bits.broken_routes || is_broken(update);
}

}  // namespace

// uint16 length; withdrawn routes; uint16 length; path attributes; NLRI  RFC 4271 section 4.3
bool read_update(Bytes body, const Reading& reading, Update& update) noexcept {
  Cursor at(body);
  update = {};
  UpdateBits& bits = update.bits;
  Attributes& attributes = update.attributes;
  update.withdrawn = at.bytes(at.u16());
  const Cursor list = at.prefixed16();
  if (at.failed()) return false;
  update.announced = at.rest();
  attributes.as_octets = reading.as_octets;
  const Flaw internal = read_attributes(list, update);
  bits.announces = !update.announced.empty() || attributes.reach.present;
  bits.scope = reading.scope != Scope::unknown ? reading.scope : scope_of(update);
  judge_internal(internal, update);
  if (lacks_one(update)) judge(Flaw::withdraw, bits);
  bits.from_server = reading.from_server;
  bits.as_octets = attributes.as_octets;
  bits.path = attributes.has(kAsPath.code) && !bits.withdrawn &&
              (attributes.as_octets != Octets::unknown || attributes.as_path.empty());
  if (bits.path) look_at_path(attributes.as_path, attributes.as_octets, bits);
  if (bits.path && attributes.as_octets == Octets::two) look_at_path(attributes.as4_path, Octets::four, bits);
  look_at_communities(attributes, bits);
  bits.otc = attributes.has(kOnlyToCustomer.code);
  bits.has_role = reading.has_role;
  bits.leak =
      bits.otc && (reading.from_below || (reading.from_peer && attributes.only_to_customer != reading.sender_as));
  look_at_routes(reading, update);
  bits.end_of_rib =
      !bits.announces && !bits.withdraws && !bits.withdrawn && (list.empty() || attributes.unreach.present);
  return true;
}

}  // namespace uptake::bgp
