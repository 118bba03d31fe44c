#pragma once

#include <memory>
#include <optional>
#include <string>

#include "policy/refusal.h"
#include "policy/report/card_formats.h"
#include "tools/uptake/output.h"

namespace uptake {

/// WrittenCard: the score card in one form, in a file, or in one for each window where a folder is named. What it is
/// made with outlives it. The first failure sticks.
class WrittenCard {
 public:
  /// `windowed`: the run has windows; else a folder is refused.
  WrittenCard(const CardFormat& format, const std::string& path, bool windowed, const ScoreCard& card,
              const Catalogue& catalogue);

  [[nodiscard]] const std::optional<Refusal>& failure() const noexcept { return file_ ? file_->failure() : failure_; }
  void show(const WindowCard& window);
  /// Ends the file and gives it its name.
  void finish();

 private:
  [[nodiscard]] std::string path_in_folder(const std::string& name) const;

  const CardFormat& format_;
  const ScoreCard& card_;
  const Catalogue& catalogue_;
  const std::string folder_;            ///< or empty
  std::unique_ptr<CardWriter> writer_;  ///< of the file
  std::optional<OutputFile> file_;
  std::optional<Refusal> failure_;  ///< of the folder
};

}  // namespace uptake
