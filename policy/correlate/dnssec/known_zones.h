#pragma once

#include <cstdint>

#include "policy/correlate/dnssec/known.h"
#include "policy/correlate/dnssec/lifetime.h"
#include "policy/correlate/dnssec/zone_table.h"
#include "policy/digests.h"

namespace uptake::dnssec {

/// KnownZones: the keys and the delegations of zones that were verified. Memory is taken at start.
class KnownZones {
 public:
  /// The digests are borrowed.
  KnownZones(const Digests& digests, std::size_t key_sets, std::size_t delegations, Wait wait)
      : digests_(digests), wait_(wait), key_sets_(key_sets), delegations_(delegations) {}

  /// Puts down a KeySet or a delegation, or makes the life of an equal one longer.
  void put(const KeySet& made, const At& at) noexcept;
  void put(const Name& zone, Delegation::What what, const DsSet& ds, const Lifetime& life, const At& at) noexcept;

  /// Calls take(const KeySet&) for each of a zone that serves `at`.
  template <class Take>
  void each_key_set(const Name& zone, const At& at, Take take) noexcept {
    key_sets_.each(zone, digests_.octets(zone.wire()), at.ns, [&](const KeySet& set) {
      if (set.life.serves(at.ns)) take(set);
    });
  }
  /// Calls take(const Delegation&) for each of a name that serves `at`.
  template <class Take>
  void each_delegation(const Name& name, const At& at, Take take) noexcept {
    delegations_.each(name, digests_.octets(name.wire()), at.ns, [&](const Delegation& one) {
      if (one.life.serves(at.ns)) take(one);
    });
  }
  /// Whether there may be a delegation of the name with that digest.
  [[nodiscard]] bool may_have(std::uint64_t digest) const noexcept { return delegations_.may_have(digest); }
  /// No keys were ever put.
  [[nodiscard]] bool has_no_keys() const noexcept { return key_sets_.is_empty(); }
  [[nodiscard]] Wait wait() const noexcept { return wait_; }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return key_sets_.forgotten() + delegations_.forgotten(); }

 private:
  const Digests& digests_;
  Wait wait_;
  ZoneTable<KeySet> key_sets_;
  ZoneTable<Delegation> delegations_;
};

}  // namespace uptake::dnssec
