#pragma once

#include <cstdint>

namespace uptake::routes {

/// Fact: what the routes of sessions come to.
enum Fact : std::uint16_t {
  kRoute,  ///< a route that a session announces for the first time, as announced last in the wait; value:
           ///< bgp::UpdateBits
  kFactCount,
};

}  // namespace uptake::routes
