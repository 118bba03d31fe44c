#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/sources/source.h"
#include "policy/refusal.h"
#include "policy/scorecard.h"
#include "tools/uptake/card_text.h"
#include "tools/uptake/options.h"
#include "tools/uptake/written_card.h"

namespace uptake {

/// CardOutput: writes the score card window by window: as text on standard output, and to files in the forms that
/// were asked for. Holds one window at a time.
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
  const Catalogue& catalogue_;
  ScoreCard card_;
  std::list<WrittenCard> files_;
  std::optional<CardText> text_;
};

}  // namespace uptake
