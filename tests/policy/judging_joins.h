#pragma once

#include "policy/correlate/correlators.h"
#include "tests/policy/judging.h"

namespace uptake {

/// What the measure (id, unit) makes of a value, in a catalogue that has the facts of correlators, too.
inline std::string judged_with_joins(std::string_view id, const Unit& unit, std::uint64_t value,
                                     const Profile& profile = default_profile()) {
  static const Registry kRegistry(dissectors(), fact_rows(correlators()));
  static const Catalogue kCatalogue = standard_catalogue(kRegistry);
  return judged_by(kCatalogue, id, unit, value, profile);
}

}  // namespace uptake
