#pragma once

#include <array>
#include <cstdint>

#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/dnssec/key.h"
#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/octet_ring.h"
#include "policy/correlate/dnssec/zone_table.h"

// What is known of zones: the entries of ZoneTables.
namespace uptake::dnssec {

/// KeySet: the usable keys of a DNSKEY RRset that was verified.
struct KeySet {
  static constexpr std::size_t kKeys = 16;
  static constexpr std::size_t kOctets = 3072;
  struct Key {
    Sha256 identity;
    std::uint16_t at;
    std::uint16_t size;
    std::uint16_t tag;
    std::uint8_t algorithm;
  };

  Name name;
  Lifetime life;
  std::uint64_t id = 0;
  std::uint8_t count = 0;
  bool more = false;             ///< it has keys for which there was no room
  bool optional = false;         ///< whoever validates may take the zone for insecure
  std::uint8_t digest_type = 0;  ///< of the DS that it is trusted by
  std::array<Key, kKeys> keys{};
  std::array<std::uint8_t, kOctets> octets{};

  [[nodiscard]] KeyView key(std::size_t which) const noexcept {
    return key_of({octets.data() + keys[which].at, keys[which].size});
  }
  /// Takes a key; false: there is no room.
  [[nodiscard]] bool add(const KeyView& added, const Sha256& identity) noexcept;
};

/// DsSet: the DS records of an RRset whose algorithms and digests are known.
struct DsSet {
  static constexpr std::size_t kMost = 8;
  struct Ds {
    std::uint16_t tag;
    std::uint8_t algorithm;
    std::uint8_t digest_type;
    std::uint8_t size;
    std::array<std::uint8_t, 48> digest;

    [[nodiscard]] DsView view() const noexcept { return {tag, algorithm, digest_type, {digest.data(), size}}; }
  };

  std::uint8_t count = 0;       ///< 0: all algorithms or digests are unknown, as if there were none (RFC 6840 §5.2)
  bool more = false;            ///< there were more than have room
  bool below_optional = false;  ///< whoever validates may take the zone above for insecure
  std::array<Ds, kMost> all{};

  /// Takes a DS if it is of use.
  void add(Bytes rdata) noexcept;
  /// A digest by SHA-1 does not count beside a better one.
  [[nodiscard]] bool counts(const Ds& ds) const noexcept;
  /// Whoever validates may take the zone for insecure: these, or what stands above them, go by SHA-1 (RFC 9905).
  [[nodiscard]] bool is_optional() const noexcept;
};

/// Delegation: what was verified of a name in the zone above.
struct Delegation {
  enum class What : std::uint8_t { signed_zone, unsigned_zone, no_cut };

  Name name;
  Lifetime life;
  std::uint64_t id = 0;
  What what = What::no_cut;
  DsSet ds;
};

/// Candidate: a message that shows something of a name, which could not be verified yet.
struct Candidate {
  enum class Shows : std::uint8_t { keys, ds, denial };

  Name name;
  Lifetime life;
  std::uint64_t id = 0;
  Name signer;
  OctetRing::Kept octets;
  Shows shows = Shows::keys;
  bool of_authority = false;
  bool refused = false;  ///< held against `refused_by`, it is not what it claims, because of `fault`
  Fault fault = Fault::none;
  std::uint64_t refused_by = 0;  ///< ids of keys or DS sets
};

}  // namespace uptake::dnssec
