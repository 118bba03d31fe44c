#pragma once

#include "policy/correlate/dnssec/denial.h"
#include "policy/correlate/dnssec/known_zones.h"
#include "policy/correlate/dnssec/signatures.h"

namespace uptake::dnssec {

/// Evidence: verifies what a message shows of a zone, and puts down what is good. Each ruling is secure when that was
/// done, and bogus when the message is not what it claims.
class Evidence {
 public:
  /// Borrows all but the wait.
  Evidence(const Digests& digests, Signatures& signatures, KnownZones& zones, Wait wait) noexcept
      : digests_(digests), signatures_(signatures), zones_(zones), wait_(wait) {}

  /// The keys of `zone`: one that a DS names has signed the DNSKEY RRset (RFC 4035 §5.2). Requires a secure `up`.
  [[nodiscard]] Ruling show_keys(const Message& message, const Name& zone, const Above& up, const Lifetime& life,
                                 const At& at) noexcept;
  /// The DS RRset of `zone`, by the keys of the zone above, which are secure.
  [[nodiscard]] Ruling show_ds(const Message& message, const Name& zone, const Keys& keys, const Lifetime& life,
                               const At& at) noexcept;
  /// That `zone` has no DS, by the keys of the zone above, which are secure.
  [[nodiscard]] Ruling show_denial(const Message& message, const Name& zone, const Keys& keys, const Lifetime& life,
                                   const At& at) noexcept;

 private:
  /// Trust: by which digest a key is trusted, and for how long.
  struct Trust {
    std::uint8_t digest_type = 0;
    bool optional = false;
    Lifetime life;
  };

  void try_ds(const Message& message, const Rrset& set, const DsSet::Ds& ds, Bytes key_rdata, const At& at,
              Tried& tried, Trust& trust) noexcept;
  void put_keys(const Message& message, const Rrset& set, const Trust& trust, const At& at) noexcept;

  const Digests& digests_;
  Signatures& signatures_;
  KnownZones& zones_;
  Wait wait_;
};

}  // namespace uptake::dnssec
