#pragma once

#include <cstdint>

namespace uptake::routes {

/// Fact: what the routes of sessions come to.
enum Fact : std::uint16_t {
  kRoute,  ///< a route that a session announces for the first time, as announced last in the wait; value:
           ///< bgp::UpdateBits, and a rov::Validity above them
  kFactCount,
};

/// Kind: what the join of routes shows.
enum Kind : std::uint16_t {
  kJudged,  ///< such a route, where VRPs tell whether its origin is valid; value: as kRoute; bytes: rov::JudgedRoute
};

}  // namespace uptake::routes
