#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/report/json.h"
#include "policy/scorecard.h"
#include "tools/uptake/failure.h"
#include "tools/uptake/options.h"
#include "tools/uptake/output.h"
#include "tools/uptake/terminal.h"

namespace uptake {

/// CardOutput: the score card on its way out, window by window: as text on standard output, and as JSON in one file,
/// or in one file for each window when `--json` names a folder. Holds one window at a time.
class CardOutput {
 public:
  CardOutput(const RunOptions& options, const Catalogue& catalogue, std::string profile);

  /// Why nothing can be written, known before the first frame.
  [[nodiscard]] std::optional<Failure> failure() const;
  /// Writes a window and lets go of it. From one thread at a time.
  void show(const WindowCard& window);
  /// The input was not read to its end; what is shown from here on says so.
  void interrupt() noexcept { card_.interrupted = true; }
  /// Ends the outputs; what went wrong with them.
  [[nodiscard]] std::vector<Failure> finish();

 private:
  void write_text(std::string text);
  void write_file(const WindowCard& window);

  const Catalogue& catalogue_;
  ScoreCard card_;
  ScoreCardJson json_;
  std::string folder_;              ///< for a JSON file a window; or empty
  std::optional<OutputFile> file_;  ///< JSON
  std::optional<OutputFile> text_;
  std::optional<Failure> folder_failure_;
  Terminal terminal_;
  bool clears_line_ = false;  ///< a progress bar may stand where text is written
  std::uint64_t shown_ = 0;
  bool explains_ = false;  ///< figures were shown, which want explaining
};

/// The name of a window's file: its start, as 20261129T020000Z.json.
[[nodiscard]] std::string window_file_name(const WindowCard& window);

}  // namespace uptake
