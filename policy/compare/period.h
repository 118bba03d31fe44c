#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/client_groups.h"
#include "policy/periods.h"
#include "policy/refusal.h"
#include "policy/report/card_facts.h"
#include "policy/statistics.h"

namespace uptake {

/// PeriodMeasure: what a period found for one measure: the sum of its windows. Entities of several windows may be the
/// same ones, so there are as many as in the window with most of them, or more, up to the sum.
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
  Outcomes largest;      ///< of entities: the window with most of them
  Judged largest_best;   ///< there, at their best
  std::optional<std::array<Judged, ClientGroups::kGroups>> groups;  ///< where clients are told apart
};

/// Period: one score card, or one period of a report, ready to be held against another one, or against targets.
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
/// The same of a card that was parsed. Throws as whatever read_card() calls.
[[nodiscard]] Period period_of(const nlohmann::json& card, const std::string& name);
/// A period of a report. It does not tell clients apart: it cannot be compared.
[[nodiscard]] Period period_of(const PeriodReport& report, const ReportPeriod& period);

}  // namespace uptake
