#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/client_groups.h"
#include "policy/refusal.h"
#include "policy/report/card_facts.h"
#include "policy/statistics.h"

namespace uptake {

/// PeriodMeasure: what a period found for one measure. Sightings of several windows are added; entities are not, so
/// they are there only of a period that is one window.
struct PeriodMeasure {
  std::string id;
  std::string unit;
  std::string good;  ///< name_of(Good)
  bool headline = false;
  Judged judged;  ///< of entities at their worst: one sighting that fails makes one that fails
  Judged best;    ///< of entities at their best; of sightings the same as `judged`
  std::uint64_t hidden = 0;
  bool sampled = false;  ///< entities of which a sample was kept
  bool answers = false;  ///< it has a share: pass and fail are not two counts
  bool added = true;     ///< false: entities of several windows
  std::optional<std::array<Judged, ClientGroups::kGroups>> groups;  ///< where clients are told apart
};

/// Period: one score card, ready to be compared with another one.
struct Period {
  std::string name;  ///< of the file
  std::string label;
  std::string from;  ///< the time of its first and last frame; or empty
  std::string to;
  std::uint64_t windows = 0;
  std::uint64_t frames = 0;
  CardFacts facts;
  std::vector<PeriodMeasure> measures;

  /// nullptr: it was not seen.
  [[nodiscard]] const PeriodMeasure* find(std::string_view id, std::string_view unit) const noexcept;
};

/// Reads a score card in JSON. Refusal (configuration): it is none, or its windows differ in their facts.
[[nodiscard]] Either<Period> read_period(std::string_view json, const std::string& name);

}  // namespace uptake
