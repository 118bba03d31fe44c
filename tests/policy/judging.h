#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "policy/catalogue/catalogue.h"

namespace uptake {

inline const Catalogue& all_measures() {
  static const Registry kRegistry(dissectors());
  static const Catalogue kCatalogue = standard_catalogue(kRegistry);
  return kCatalogue;
}

/// What the measure (id, unit) makes of a value: "pass", "fail", "not_applicable", "ignored", or the reason.
inline std::string judged_by(const Catalogue& catalogue, std::string_view id, const Unit& unit, std::uint64_t value,
                             const Profile& profile) {
  const std::size_t index = catalogue.find(id, unit);
  if (index == catalogue.size()) return "no such measure";
  const Judgement judgement = catalogue.measures()[index].judge(value, profile);
  if (judgement.outcome == Judgement::Outcome::unobservable)
    return std::string(catalogue.words(index).of(judgement.reason).name);
  return std::string(name_of(judgement.outcome));
}
inline std::string judged(std::string_view id, const Unit& unit, std::uint64_t value,
                          const Profile& profile = default_profile()) {
  return judged_by(all_measures(), id, unit, value, profile);
}

}  // namespace uptake
