#pragma once

#include <cstdint>

#include "policy/correlate/dnssec/types.h"

// What NSEC and NSEC3 records have in common.
namespace uptake::dnssec {

/// Proof: what records that deny come to.
enum class Proof : std::uint8_t {
  proved,
  insecure,  ///< not proved, and need not be: an opt-out span (RFC 5155 §9.2), or more iterations than are made
  none,      ///< they do not prove it
  limit,     ///< more hashes would be needed than are made
};

/// Cut: what stands at a name in the zone above.
enum class Cut : std::uint8_t {
  unsigned_zone,  ///< a delegation without DS, or a name in an opt-out span
  no_cut,         ///< no delegation
  unknown,
  limit,
};

/// A record at a name proves that the name has no such type: NODATA (RFC 4035 §5.4, RFC 5155 §8.5, RFC 6840 §4).
[[nodiscard]] bool denies_type(const TypeBitmap& types, std::uint16_t type, bool at_root) noexcept;
/// The record stands in the zone above a cut, or at a DNAME: it proves nothing of names below (RFC 6840 §4.1).
[[nodiscard]] bool ends_zone(const TypeBitmap& types) noexcept;

}  // namespace uptake::dnssec
