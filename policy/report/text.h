#pragma once

#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/scorecard.h"

namespace uptake {

/// TextOptions: how wide the score card may be (60 to 100 columns are used) and whether it may hold ANSI colours.
/// Colour only repeats what the words say.
struct TextOptions {
  unsigned width = 100;
  bool colour = false;
};

/// The score card as a person reads it: what was read and what was lost, then every measure that was seen with its
/// share, 95 % interval, number judged, share unknown and worst case. Ends with a line feed.
[[nodiscard]] std::string render_text(const ScoreCard& card, const Catalogue& catalogue, TextOptions options = {});

/// The same in pieces, while a run goes on: each window, and what stands below the last one.
[[nodiscard]] std::string render_text_window(const ScoreCard& card, const WindowCard& window,
                                             const Catalogue& catalogue, TextOptions options);
[[nodiscard]] std::string render_text_end(TextOptions options);

}  // namespace uptake
