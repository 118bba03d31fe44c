#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/report/rows.h"
#include "policy/scorecard.h"

namespace uptake::report {

/// Page: the text so far, and how it may look.
struct Page {
  std::string text;
  std::size_t width = 100;
  bool colour = false;

  void title(std::string_view words);    ///< a line of its own, bold
  void warning(std::string_view words);  ///< a line of its own, red
  void line(std::string_view words);
  void wrapped(std::string_view first, std::string_view words);
};

/// What was read, how every frame ended, and what may be missing for it.
void append_ledger(Page& page, const WindowCard& window);

/// The names of the columns below a theme's title.
void append_columns(Page& page);
/// The lines of one measure in one unit; `by_family` allows a line that splits it by address family.
void append_measure(Page& page, const MeasureRow& row, bool by_family, bool by_direction);

/// Fewer judged than this is marked: its share says little.
inline constexpr std::uint64_t kFew = 30;

}  // namespace uptake::report
