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
  std::string category = {};  ///< in which the policy puts it; or empty
  std::string measure = {};   ///< of the catalogue
  std::string question = {};  ///< what that measure asks
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
  std::string language = {};  ///< of its words, as "en"; or empty: it does not say
};

/// Reads a policy in TOML. Refusal (configuration): it is none, or names a measure that is not in the catalogue.
[[nodiscard]] Either<TargetPolicy> read_targets(std::string_view toml, std::string_view name,
                                                const Catalogue& catalogue);

/// Reached: whether a target is met, whatever was not seen.
enum class Reached : std::uint8_t {
  met,       ///< also if all that was not seen had failed
  missed,    ///< also if all of it had passed
  unsaid,    ///< it depends on what was not seen
  unseen,    ///< nothing of it was met
  unjudged,  ///< of what was met nothing could be judged
  few,       ///< too few were judged for a share
  sampled,   ///< a sample of entities was kept: of the others nothing is known
  no_sum,    ///< it depends on which entities of several windows are the same ones
  unfit,     ///< it has no share, or more than the measure that it lies within
};
[[nodiscard]] std::string_view words_of(Reached reached) noexcept;

/// Fraction: a part of a whole.
struct Fraction {
  std::uint64_t part = 0;
  std::uint64_t whole = 0;
};

/// TargetResult: a target held against a period. Borrows the target.
struct TargetResult {
  const Target* target = nullptr;
  Reached reached = Reached::unseen;
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t hidden = 0;  ///< was not seen
  bool each_window = false;  ///< an entity was counted in each window that it was in
  Fraction low{};            ///< the share, at least; of nothing: there is none
  Fraction high{};           ///< the share, at most

  [[nodiscard]] bool has_share() const noexcept { return low.whole != 0 && high.whole != 0; }
  [[nodiscard]] bool is_exact() const noexcept { return low.part == high.part && low.whole == high.whole; }
};
/// Holds every target of a policy, which outlives what is returned, against a period.
[[nodiscard]] std::vector<TargetResult> hold_against(const TargetPolicy& policy, const Period& period);

}  // namespace uptake
