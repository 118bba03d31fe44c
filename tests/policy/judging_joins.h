#pragma once

#include "policy/correlate/correlators.h"
#include "tests/policy/judging.h"

namespace uptake {

/// The whole catalogue: with the measures of correlators.
inline const Catalogue& measures_with_joins() {
  static const Registry kRegistry(dissectors(), fact_rows(correlators()));
  static const Catalogue kCatalogue = standard_catalogue(kRegistry);
  return kCatalogue;
}

/// What the measure (id, unit) makes of a value, in the whole catalogue.
inline std::string judged_with_joins(std::string_view id, const Unit& unit, std::uint64_t value,
                                     const Profile& profile = default_profile()) {
  return judged_by(measures_with_joins(), id, unit, value, profile);
}

}  // namespace uptake
