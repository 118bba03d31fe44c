#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "dataplane/setup.h"
#include "policy/refusal.h"
#include "policy/scorecard.h"
#include "tools/uptake/options.h"
#include "tools/uptake/store/results_store.h"

namespace uptake {

class Feed;

/// StoreOutput: the windows of a run on their way to a results store, when that was asked for.
class StoreOutput {
 public:
  /// Opens the store.
  explicit StoreOutput(const RunOptions& options);

  /// Why the store cannot be had.
  [[nodiscard]] const std::optional<Refusal>& failure() const noexcept { return failure_; }
  /// Says what run it is. Waits for the first frames of a file. A Refusal: its windows would count twice.
  [[nodiscard]] std::optional<Refusal> begin(const ScoreCard& card, const Catalogue& catalogue,
                                             const SetupValues& values, Feed& feed);
  /// Stores a window before it returns. One that was cut short is left to whoever reads the rest.
  void show(const ScoreCard& card, const WindowCard& window, bool cut_short);
  /// Says what was not stored and need not be; returns why windows are missing.
  [[nodiscard]] std::optional<Refusal> finish(std::uint64_t damages, bool quiet);

 private:
  std::unique_ptr<store::ResultsStore> store_;
  std::optional<Refusal> failure_;
  std::uint64_t cut_short_ = 0;
};

/// A digest of all that changes figures, the profile apart.
[[nodiscard]] std::string config_digest(const SetupValues& values);

}  // namespace uptake
