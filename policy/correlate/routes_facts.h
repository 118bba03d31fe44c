#pragma once

#include <cstdint>

namespace uptake::routes {

/// Fact: what the routes of sessions come to.
enum Fact : std::uint16_t {
  kRoute,  ///< a route that a session did not hold before, as it stands after the wait; value: bgp::UpdateBits
  kFactCount,
};

}  // namespace uptake::routes
