#pragma once

#include <cstdint>

#include "dissectors/bgp/facts.h"
#include "dissectors/cursor.h"

namespace uptake::bgp {

/// Flaw: what becomes of an UPDATE with a broken attribute (RFC 7606 section 2).
enum class Flaw : std::uint8_t {
  none,
  discard,   ///< the attribute goes, the rest stays
  withdraw,  ///< its routes count as withdrawn
  reset,     ///< where its routes stand is not known any more
};

/// Reach: NLRI of one family (RFC 4760). Borrowed.
struct Reach {
  std::uint16_t afi = 0;
  std::uint8_t safi = 0;
  bool present = false;
  Bytes routes;

  static constexpr std::uint16_t kIpv4 = 1;
  static constexpr std::uint16_t kIpv6 = 2;
  static constexpr std::uint8_t kUnicast = 1;
  [[nodiscard]] constexpr bool is(std::uint16_t family) const noexcept {
    return present && afi == family && safi == kUnicast;
  }
  /// Of a family whose routes are not read.
  [[nodiscard]] constexpr bool other() const noexcept { return present && !is(kIpv4) && !is(kIpv6); }
};

/// Attributes: what is read of the path attributes of one UPDATE. Borrowed from it.
struct Attributes {
  std::uint64_t seen = 0;  ///< bit set over the type codes below 64
  Octets as_octets = Octets::unknown;
  Bytes as_path;
  Bytes as4_path;
  Bytes communities;
  Bytes extended;
  Bytes large;
  std::uint32_t only_to_customer = 0;
  Reach reach;
  Reach unreach;

  [[nodiscard]] constexpr bool has(std::uint8_t code) const noexcept { return code < 64 && (seen >> code & 1) != 0; }
};

/// Attribute: one path attribute: its type code, its bits Optional (0x80) and Transitive (0x40), what becomes of an
/// UPDATE in which those are wrong, how its value is read, and whether only peers of the own AS may send it.
struct Attribute {
  std::uint8_t code;
  std::uint8_t flags;
  Flaw wrong_flags;
  Flaw (*read)(Bytes value, Attributes& into) noexcept;
  bool internal = false;  ///< from an external peer it goes, whatever it says (RFC 7606 sections 7.5, 7.9, 7.10)
};

inline constexpr std::uint8_t kOptional = 0x80;
inline constexpr std::uint8_t kTransitive = 0x40;

/// Of attributes whose value nobody asks about: only its length is checked.
template <std::size_t kSize, Flaw kFlaw>
[[nodiscard]] Flaw of_size(Bytes value, Attributes&) noexcept {
  return value.size() == kSize ? Flaw::none : kFlaw;
}

}  // namespace uptake::bgp
