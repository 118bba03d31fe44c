#pragma once

#include <optional>
#include <string>

#include "policy/refusal.h"

namespace uptake {

/// Cut: what leaves of one operator's period.
struct Cut {
  std::string period;
  std::string operator_name;
  std::string area;
  std::string cards;    ///< SHA-256 of what the set of cards is
  std::string figures;  ///< SHA-256 of observations.csv

  [[nodiscard]] bool operator==(const Cut&) const = default;
};

/// Notes a cut in a ledger, a text file of a line a cut, before it leaves: on return the line is durable. The same
/// cut may leave again; another one of the same operator and period would tell, beside the first, what differs.
/// Refusal (configuration): there is another one, or a line of the file is none; or the file cannot be written.
[[nodiscard]] std::optional<Refusal> note_cut(const std::string& path, const Cut& cut);

}  // namespace uptake
