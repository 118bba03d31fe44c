#pragma once

#include <string>

#include "policy/report/text.h"

namespace uptake {

/// Every window of the card, and how to read it.
[[nodiscard]] inline std::string render_text(const ScoreCard& card, const Catalogue& catalogue,
                                             TextOptions options = {}) {
  std::string text;
  for (const WindowCard& window : card.windows) text += render_window(card, window, catalogue, options);
  text += render_end(options);
  return text.substr(text.find_first_not_of('\n'));
}

}  // namespace uptake
