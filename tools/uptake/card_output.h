#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/sources/source.h"
#include "policy/refusal.h"
#include "policy/report/json.h"
#include "policy/scorecard.h"
#include "tools/uptake/card_text.h"
#include "tools/uptake/options.h"
#include "tools/uptake/output.h"

namespace uptake {

/// CardOutput: writes the score card window by window: as text on standard output, as JSON in one file (or one for
/// each window when `--json` names a folder), and as CSV. Holds one window at a time.
class CardOutput {
 public:
  CardOutput(const RunOptions& options, const Catalogue& catalogue, std::string profile);

  /// Why nothing can be written, known before the first frame.
  [[nodiscard]] std::optional<Refusal> failure() const;
  /// What is known of the run so far, beside its windows.
  [[nodiscard]] const ScoreCard& card() const noexcept { return card_; }
  /// Writes a window and lets go of it. From one thread at a time.
  void show(const WindowCard& window);
  /// The input was not read to its end; what is shown from here on says so.
  void interrupt() noexcept { card_.interrupted = true; }
  /// What is known of the inputs; what is shown from here on says so. Windows, if any, were shown without it.
  void know_inputs(std::uint64_t inputs) noexcept { card_.inputs = inputs; }
  void know_damage(const std::vector<std::string>& paths, const std::vector<Damage>& damages);
  void know_lost(std::uint64_t before) noexcept { card_.lost_before = before; }
  void know_ports(std::vector<CardPort> ports) { card_.ports = std::move(ports); }
  /// Ends the outputs; what went wrong with them.
  [[nodiscard]] std::vector<Refusal> finish();

 private:
  void write_file(const WindowCard& window);

  const Catalogue& catalogue_;
  ScoreCard card_;
  ScoreCardJson json_;
  std::string folder_;              ///< for a JSON file a window; or empty
  std::optional<OutputFile> file_;  ///< JSON
  std::optional<OutputFile> csv_;
  std::optional<CardText> text_;
  std::optional<Refusal> folder_failure_;
};

/// The name of a window's file: its start, as 20261129T020000Z.json.
[[nodiscard]] std::string window_file_name(const WindowCard& window);

}  // namespace uptake
