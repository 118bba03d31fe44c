#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "policy/report/text.h"
#include "tools/uptake/output.h"

namespace uptake {

class Catalogue;

/// CardText: the score card as text on standard output, window by window.
class CardText {
 public:
  /// `whole`: every measure, not the first screen.
  CardText(const Catalogue& catalogue, bool whole, const std::optional<Theme>& only);

  void show(const ScoreCard& card, const WindowCard& window);
  /// Explains how to read what was shown, and ends the output.
  void finish();
  [[nodiscard]] const std::optional<Refusal>& failure() const noexcept { return out_.failure(); }

 private:
  void write(std::string text);

  const Catalogue& catalogue_;
  const bool whole_;
  const TextOptions look_;
  const bool clears_line_;  ///< a progress bar may stand where text is written
  OutputFile out_{"-"};
  bool shown_ = false;
  bool explains_ = false;  ///< figures were shown, which want explaining
};

}  // namespace uptake
