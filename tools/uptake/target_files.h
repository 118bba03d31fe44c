#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/offered/offered.h"
#include "policy/refusal.h"
#include "policy/targets/targets.h"
#include "tools/uptake/store/report_reader.h"

namespace uptake {

/// A policy, by its name or as a file.
[[nodiscard]] Either<TargetPolicy> policy_at(const std::string& name, const Catalogue& catalogue);

/// The results of Internet.nl in files.
[[nodiscard]] Either<std::vector<OfferedResults>> offered_at(std::span<const std::string> paths);

/// TargetsAsked: what the command line asks of targets.
struct TargetsAsked {
  std::vector<std::string> words;    ///< the policy, and a score card or a store
  store::ReportQuery query;          ///< of a store
  std::vector<std::string> offered;  ///< files of Internet.nl
  bool json = false;
};

/// A policy held against the score card behind it, or what is asked of a store; or the policy alone.
[[nodiscard]] Either<std::string> hold_targets(const TargetsAsked& asked, const Catalogue& catalogue);

}  // namespace uptake
