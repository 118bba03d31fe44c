#include "policy/correlate/dnssec/known_zones.h"

#include <algorithm>

namespace uptake::dnssec {

void KnownZones::put(const KeySet& made, const At& at) noexcept {
  bool is_new = false;
  KeySet& place = key_sets_.put(made.name, digests_.octets(made.name.wire()), made.id, wait_.oldest(at), is_new);
  const Lifetime before = place.life;
  place = made;
  if (is_new) return;
  place.life.from_ns = std::min(before.from_ns, made.life.from_ns);
  place.life.until_ns = std::max(before.until_ns, made.life.until_ns);
}

void KnownZones::put(const Name& zone, Delegation::What what, const DsSet& ds, const Lifetime& life,
                     const At& at) noexcept {
  std::uint64_t id = 1 + static_cast<std::uint64_t>(what);
  for (std::size_t i = 0; i < ds.count; ++i) {
    const DsSet::Ds& one = ds.all[i];
    id += digests_.octets({one.digest.data(), one.size}) * (one.tag + 257ULL * one.digest_type);
  }
  bool is_new = false;
  Delegation& place = delegations_.put(zone, digests_.octets(zone.wire()), id, wait_.oldest(at), is_new);
  if (is_new) {
    place = {.name = zone, .life = life, .id = id, .what = what, .ds = ds};
    return;
  }
  place.life.from_ns = std::min(place.life.from_ns, life.from_ns);
  place.life.until_ns = std::max(place.life.until_ns, life.until_ns);
}

}  // namespace uptake::dnssec
