#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/compare/period.h"
#include "policy/refusal.h"

namespace uptake {

/// Target: how far a standard shall be used, by one measure of it.
struct Target {
  std::string standard = {};  ///< as the policy calls it
  std::string measure = {};   ///< of the catalogue
  std::string unit = {};
  std::string within = {};     ///< the measure of which this one asks more: its base is the base here, too; or empty
  std::uint64_t permille = 0;  ///< of what could be seen
  bool at_most = false;        ///< else at least
  std::string by = {};         ///< the day, as "2026-12-31"; or empty
  std::string who = {};        ///< is meant
  std::string explanation = {};  ///< the operator's, where it does not comply; or empty
};

/// TargetPolicy: targets that somebody set.
struct TargetPolicy {
  std::string title;
  std::string document;
  std::vector<Target> targets;
};

/// Reads a policy in TOML. Refusal (configuration): it is none, or names a measure that is not in the catalogue.
[[nodiscard]] Either<TargetPolicy> read_targets(std::string_view toml, std::string_view name,
                                                const Catalogue& catalogue);

/// Reached: whether a target is met, whatever was not seen.
enum class Reached : std::uint8_t {
  met,      ///< also if all that was not seen had failed
  missed,   ///< also if all of it had passed
  unsaid,   ///< it depends on what was not seen
  unseen,   ///< nothing was judged
  few,      ///< too few were judged for a share
  sampled,  ///< a sample of entities was kept: of the others nothing is known
  no_sum,   ///< entities of several windows do not add up
  unfit,    ///< it has no share, or more than the measure that it lies within
};
[[nodiscard]] std::string_view words_of(Reached reached) noexcept;

/// TargetResult: a target held against a period. Borrows the target.
struct TargetResult {
  const Target* target = nullptr;
  Reached reached = Reached::unseen;
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t hidden = 0;  ///< was not seen
};
/// Holds every target of a policy, which outlives what is returned, against a period.
[[nodiscard]] std::vector<TargetResult> hold_against(const TargetPolicy& policy, const Period& period);

/// The policy alone as text.
[[nodiscard]] std::string render_targets(const TargetPolicy& policy);
/// The results as text, and as JSON.
[[nodiscard]] std::string render_results(const TargetPolicy& policy, const Period& period,
                                         const std::vector<TargetResult>& results);
[[nodiscard]] std::string render_results_json(const TargetPolicy& policy, const Period& period,
                                              const std::vector<TargetResult>& results);

}  // namespace uptake
