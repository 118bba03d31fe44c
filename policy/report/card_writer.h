#pragma once

#include <string>

#include "policy/scorecard.h"

namespace uptake {

/// CardWriter: a score card as text in one form, in pieces, while a run goes on: begin(), window() for each, end().
class CardWriter {
 public:
  virtual ~CardWriter() = default;

  /// Up to the first window.
  [[nodiscard]] virtual std::string begin() = 0;
  [[nodiscard]] virtual std::string window(const WindowCard& window) = 0;
  /// Behind the last window; reads what the card says by then.
  [[nodiscard]] virtual std::string end() = 0;
};

}  // namespace uptake
