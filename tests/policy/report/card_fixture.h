#pragma once

#include <array>
#include <string_view>

#include "dissectors/registry.h"
#include "policy/catalogue/catalogue.h"
#include "policy/catalogue/dns/words.h"
#include "policy/digests.h"
#include "policy/figures.h"
#include "policy/scorecard.h"

namespace uptake::card {

inline constexpr Standard kStandard{"tls", "Toy", "RFC 1"};

/// Value 0 fails, 1 passes, 2 is unobservable (gap), 3 does not apply, 4 is unobservable (truncated).
inline Judgement judge_value(std::uint64_t value, const Profile&) noexcept {
  if (value == 2) return Judgement::unobservable(Reason::gap);
  if (value == 3) return Judgement::not_applicable();
  if (value == 4) return Judgement::unobservable(Reason::truncated);
  return Judgement::pass_if(value == 1);
}

inline constexpr std::array kMeasures = {
    Measure{"toy.asked", &kStandard, Unit::queries, "toy", 0, judge_value, "How many toys ask?", "They ask.",
            "Gaps."},
    Measure{"toy.asked", &kStandard, Unit::names, "toy", 0, judge_value, "How many toys ask?", "They ask.", "Gaps."},
    Measure{"toy.other", &kStandard, Unit::connections, "toy", 1, judge_value, "How many toys connect?", "They do.",
            "Gaps."},
};
inline constexpr std::array<FactRow, 2> kFacts = {FactRow{"asked", ""}, FactRow{"other", ""}};

inline Registry toy_registry() {
  return Registry({{"toy", kFacts, [](const Payload&) noexcept { return Claim::no; },
                    [](Call&, Memory&) noexcept { return Result{}; }, [](Memory&, Ending, Notes&) noexcept {}}});
}

inline Vantage toy_vantage(std::uint16_t, std::uint64_t) noexcept { return Vantage::none; }

inline Catalogue toy_catalogue() {
  static constexpr std::array kAreas = {Area{"toy", kMeasures, toy_vantage, dns::kWords}};
  return Catalogue(toy_registry(), kAreas, default_profile());
}

/// A name's sighting of `value`, by a subject whose addresses and name would be found if they leaked.
inline void see_name(Figures& figures, std::string_view name, std::uint64_t value) {
  Subject subject;
  subject.client.octets = {203, 0, 113, 77};
  subject.server.octets = {198, 51, 100, 88};
  subject.name = {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
  figures.absorb({value, 0, 0}, subject);
}

}  // namespace uptake::card
