#pragma once

#include <cstdint>

#include "dissectors/bgp/facts.h"
#include "dissectors/bgp/prefix.h"

namespace uptake::rov {

/// Validity: what VRPs say of a route's origin (RFC 6811 section 2), or why there are none to ask.
enum class Validity : std::uint8_t {
  no_table,        ///< of no table of VRPs that its receiver may hold is it known what is in it
  limit,           ///< there was no room for all of that table
  disputed,        ///< of tables of which nobody knows whether the receiver holds them, not all say the same
  no_origin,       ///< the AS path does not tell who originates the route
  valid,           ///< a VRP covers it, and has its origin and its length
  not_found,       ///< no VRP covers it
  invalid_origin,  ///< VRPs cover it, and none has its origin
  invalid_length,  ///< one that covers it has its origin, but none allows the length
  count_
};

/// The value of routes::kRoute has a Validity above the bits of bgp::UpdateBits.
inline constexpr unsigned kValidityShift = 29;
static_assert(bgp::UpdateFields::kUsed >> kValidityShift == 0);
static_assert(static_cast<unsigned>(Validity::count_) <= 8);

[[nodiscard]] constexpr Validity validity_of(std::uint64_t route) noexcept {
  return static_cast<Validity>(route >> kValidityShift & 7);
}
[[nodiscard]] constexpr bool is_judged(Validity validity) noexcept { return validity >= Validity::valid; }
[[nodiscard]] constexpr bool is_invalid(Validity validity) noexcept { return validity >= Validity::invalid_origin; }

/// Origin: the AS that originates a route (RFC 6811 section 2).
struct Origin {
  enum class Kind : std::uint8_t {
    unknown,  ///< the path cannot be read, or its end is the sender's own AS
    none,     ///< it ends in an AS_SET: no VRP matches
    as,
  };
  Kind kind = Kind::unknown;
  std::uint32_t as = 0;
};

/// JudgedRoute: what is shown of a route that was judged, as it lies in memory.
struct JudgedRoute {
  bgp::Prefix prefix;
  Origin origin;
  bool from_server = false;
};

}  // namespace uptake::rov
