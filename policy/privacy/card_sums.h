#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/privacy/public_figures.h"
#include "policy/refusal.h"
#include "policy/report/card_facts.h"

namespace uptake {

/// CrowdedCount: a count with who stands behind it. Of several windows or cells it is not known who was in both, so
/// there are as many subscribers as in the fullest one: never too many.
struct CrowdedCount {
  std::uint64_t count = 0;
  std::uint64_t subscribers = 0;  ///< at least; up to Gate::kEnough
  GroupCounts groups{};
};

/// SummedMeasure: one measure of all cards, in the places of a PublicTable. It is not rounded: it stays in memory.
struct SummedMeasure {
  std::uint64_t windows = 0;  ///< that saw it
  bool sampled = false;       ///< its entities are a sample in one of them
  std::array<std::array<CrowdedCount, PublicTable::kPlaces>, Crowds::kOutcomes> outcomes{};
};

/// CardCoverage: what the cards cover, added up.
struct CardCoverage {
  std::set<std::string> days;  ///< "2026-11-30": those between a window's first and last frame
  std::uint64_t windows = 0;   ///< with frames
  std::uint64_t frames = 0;
  std::uint64_t cut = 0;    ///< frames that were captured in part
  std::uint64_t lost = 0;   ///< frames of ports
  bool loss_known = false;  ///< there are ports, and all say what they lost
  bool loss_unknown = false;
  std::uint64_t damaged = 0;          ///< inputs that could not be read on
  std::uint64_t interrupted = 0;      ///< runs
  std::uint64_t subscribers = 0;      ///< distinct ones of the window with most; 0: not known
  std::set<std::string_view> limits;  ///< that were reached
};

/// CardSums: score cards of one period, added up.
struct CardSums {
  std::string period;              ///< a month, "2026-11"
  std::optional<CardFacts> facts;  ///< checked for their form
  CardCoverage coverage;
  std::vector<SummedMeasure> measures;  ///< of the catalogue, by index
  std::size_t unknown = 0;              ///< rows of measures that the catalogue does not have
};

/// Adds a card in JSON. Refusal (configuration), after which the sums are of no use: it is none, it has no client
/// groups, it lies outside the period, or its figures mean something else than those of the cards before it.
[[nodiscard]] std::optional<Refusal> add_card(CardSums& sums, const Catalogue& catalogue, std::string_view json,
                                              const std::string& name);

}  // namespace uptake
