#pragma once

#include <optional>
#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/scorecard.h"

namespace uptake {

/// TextOptions: how wide the score card may be (60 to 100 columns are used) and whether it may hold ANSI colours.
/// Colour only repeats what the words say. `only` leaves out the other themes.
struct TextOptions {
  unsigned width = 100;
  bool colour = false;
  std::optional<Theme> only{};
};

/// One window as a person reads it first: at most 23 lines of 80 columns. What was read, the headline figures of each
/// theme with their base and what could not be seen, what is not in the figures, and how to see more. Below 80
/// columns a figure takes several lines.
[[nodiscard]] std::string render_screen(const ScoreCard& card, const WindowCard& window, const Catalogue& catalogue,
                                        TextOptions options = {});

/// One window, an empty line above it, with every measure that was seen: its share, 95 % interval, number judged,
/// share unknown and worst case.
[[nodiscard]] std::string render_window(const ScoreCard& card, const WindowCard& window, const Catalogue& catalogue,
                                        TextOptions options = {});
/// How to read it: stands below the last window.
[[nodiscard]] std::string render_end(TextOptions options = {});

}  // namespace uptake
