#pragma once

#include <cstddef>

#include "policy/privacy/public_figures.h"

namespace uptake {

/// What whoever has the table can know of one outcome's places: bounds propagated over the sums that add up, until
/// nothing moves.
[[nodiscard]] std::array<Range, PublicTable::kPlaces> bounds_of(const PublicTable& table,
                                                                const PublicTable::Places& places, const Unit& unit);

/// Hides further counts until what is known of every hidden one spans at least Gate::kEnough: each time the smallest
/// that binds it, and the total only where nothing else is left. Returns how many. Sums over measures that ask about
/// the same sightings are not looked at.
std::size_t hide_secondary(PublicTable& table, const Unit& unit);

}  // namespace uptake
