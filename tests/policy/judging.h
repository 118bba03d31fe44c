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
inline std::string judged(std::string_view id, const Unit& unit, std::uint64_t value,
                          const Profile& profile = default_profile()) {
  const std::size_t index = all_measures().find(id, unit);
  if (index == all_measures().size()) return "no such measure";
  const Judgement judgement = all_measures().measures()[index].judge(value, profile);
  if (judgement.outcome == Judgement::Outcome::unobservable)
    return std::string(all_measures().words(index).of(judgement.reason).name);
  return std::string(name_of(judgement.outcome));
}

}  // namespace uptake
