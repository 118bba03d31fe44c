#include "policy/correlate/routes/rov/vrp_table.h"

#include <algorithm>
#include <bit>

#include "dissectors/big_endian.h"
#include "policy/correlate/routes/fold.h"

namespace uptake::rov {
namespace {

constexpr std::uint16_t bit_of(unsigned table) noexcept { return static_cast<std::uint16_t>(1U << table); }

/// The first bits of a word, of which there may be more than it has.
constexpr std::uint64_t first_bits(std::uint64_t word, unsigned bits) noexcept {
  if (bits == 0) return 0;
  return bits >= 64 ? word : word & ~std::uint64_t{0} << (64 - bits);
}

}  // namespace

VrpTable::VrpTable(std::size_t places, std::uint64_t seed)
    : places_(places), heads_(std::bit_ceil(places)), listed_(kTables), seed_(seed) {
  places_.prefer_huge();
  heads_.prefer_huge();
}

VrpTable::Key VrpTable::key_of(const Address& prefix, unsigned length) noexcept {
  const std::uint8_t* const octets = prefix.octets.data();
  return {first_bits(be64(octets), length), length > 64 ? first_bits(be64(octets + 8), length - 64) : 0,
          static_cast<std::uint8_t>(length), prefix.family};
}

std::size_t VrpTable::index_of(const Key& key) const noexcept {
  const std::uint64_t rest = std::uint64_t{key.length} << 1 | static_cast<std::uint64_t>(key.family);
  const std::uint64_t mixed = fold(key.high ^ seed_, rest ^ 0x9e3779b97f4a7c15);
  return static_cast<std::size_t>(fold(mixed ^ key.low, seed_ ^ 0xa0761d6478bd642f)) & (heads_.size() - 1);
}

bool VrpTable::add(unsigned table, const Vrp& vrp) noexcept {
  const Key key = key_of(vrp.prefix, vrp.length);
  std::uint32_t& head = head_of(key);
  std::uint32_t number = head;
  unsigned passed = 0;
  while (number != 0 && !places_[number - 1].is(key, vrp)) {
    number = places_[number - 1].next;
    if (++passed == kMostOfChain) return false;
  }
  if (number == 0) number = take(head, key, vrp);
  if (number == 0) return false;
  Place& place = places_[number - 1];
  if ((place.tables & bit_of(table)) != 0) return true;
  place.tables = static_cast<std::uint16_t>(place.tables | bit_of(table));
  Listed& listed = listed_[table];
  if (listed.count < kListed) listed.places[listed.count] = number;
  ++listed.count;
  return true;
}

std::uint32_t VrpTable::take(std::uint32_t& head, const Key& key, const Vrp& vrp) noexcept {
  std::uint32_t number = free_;
  if (number != 0) {
    free_ = places_[number - 1].next;
  } else if (used_ < places_.size()) {
    number = ++used_;
  } else {
    return 0;
  }
  places_[number - 1] = {.high = key.high,
                         .low = key.low,
                         .as = vrp.as,
                         .next = head,
                         .tables = 0,
                         .length = key.length,
                         .max_length = vrp.max_length,
                         .family = key.family};
  head = number;
  ++of_length_[static_cast<std::size_t>(key.family)][key.length];
  return number;
}

void VrpTable::remove(unsigned table, const Vrp& vrp) noexcept {
  const Key key = key_of(vrp.prefix, vrp.length);
  std::uint32_t number = head_of(key);
  while (number != 0 && !places_[number - 1].is(key, vrp)) number = places_[number - 1].next;
  if (number != 0) release(table, number);
}

/// The table does not hold it any more, if it did. What no table holds is free.
void VrpTable::release(unsigned table, std::uint32_t number) noexcept {
  Place& place = places_[number - 1];
  if ((place.tables & bit_of(table)) == 0) return;
  place.tables = static_cast<std::uint16_t>(place.tables & ~bit_of(table));
  if (place.tables != 0) return;
  std::uint32_t* link = &head_of({place.high, place.low, place.length, place.family});
  while (*link != number) link = &places_[*link - 1].next;
  *link = place.next;
  place.next = free_;
  free_ = number;
  --of_length_[static_cast<std::size_t>(place.family)][place.length];
}

void VrpTable::clear(unsigned table) noexcept {
  Listed& listed = listed_[table];
  if (listed.count <= kListed)
    for (std::size_t i = 0; i < listed.count; ++i) release(table, listed.places[i]);
  else
    for (std::uint32_t number = 1; number <= used_; ++number) release(table, number);
  listed.count = 0;
}

VrpTable::Matches VrpTable::match(const bgp::Prefix& route, const Origin& origin) const noexcept {
  const auto& of_length = of_length_[static_cast<std::size_t>(route.address.family)];
  Matches found;
  for (unsigned length = 0; length <= route.length; ++length) {
    if (of_length[length] == 0) continue;
    const Key key = key_of(route.address, length);
    for (std::uint32_t number = heads_[index_of(key)]; number != 0; number = places_[number - 1].next) {
      const Place& place = places_[number - 1];
      if (!place.is(key)) continue;
      found.cover |= place.tables;
      // AS 0 originates nothing (RFC 6483 section 4).
      if (origin.kind != Origin::Kind::as || place.as != origin.as || place.as == 0) continue;
      found.agree |= place.tables;
      if (place.max_length >= route.length) found.allow |= place.tables;
    }
  }
  return found;
}

Validity VrpTable::judge(std::uint16_t tables, const bgp::Prefix& route, const Origin& origin) const noexcept {
  if (origin.kind == Origin::Kind::unknown) return Validity::no_origin;
  const Matches found = match(route, origin);
  const auto all = [tables](unsigned those) { return (those & tables) == tables; };
  const auto none = [tables](unsigned those) { return (those & tables) == 0; };
  if (all(found.allow)) return Validity::valid;
  if (none(found.cover)) return Validity::not_found;
  if (!none(found.allow) || !all(found.cover)) return Validity::disputed;
  if (all(found.agree)) return Validity::invalid_length;
  return none(found.agree) ? Validity::invalid_origin : Validity::disputed;
}

// More VRPs only ever change not found to invalid, another origin to another length, and each to valid: what none of
// `perhaps` changes and all of them together do not, no choice among them does.
Validity VrpTable::judge_united(std::uint16_t tables, std::uint16_t perhaps, const bgp::Prefix& route,
                                const Origin& origin) const noexcept {
  if (origin.kind == Origin::Kind::unknown) return Validity::no_origin;
  const Matches found = match(route, origin);
  const auto by = [&found](unsigned those) {
    if ((found.allow & those) != 0) return Validity::valid;
    if ((found.agree & those) != 0) return Validity::invalid_length;
    return (found.cover & those) != 0 ? Validity::invalid_origin : Validity::not_found;
  };
  const Validity least = by(tables);
  return least == by(unsigned{tables} | perhaps) ? least : Validity::disputed;
}

}  // namespace uptake::rov
