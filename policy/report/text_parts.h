#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/report/rows.h"
#include "policy/scorecard.h"

namespace uptake::report {

/// Page: the text so far, and how it may look.
struct Page {
  std::string text;
  std::size_t width = 100;
  bool colour = false;

  void title(std::string_view words);    ///< an empty line, then one of its own, bold
  void warning(std::string_view words);  ///< a line of its own, red
  void line(std::string_view words);
  void wrapped(std::string_view first, std::string_view words);
  [[nodiscard]] std::string bold(std::string_view words) const;
};

/// Loss: what is not in the figures of a window, in plain words.
struct Loss {
  std::uint64_t count = 0;
  std::string_view name;   ///< of the Disposition or Limit
  std::string_view words;  ///< "frames whose headers were cut when they were captured"
};
/// Every loss that was counted: dispositions that hide something, then limits.
[[nodiscard]] std::vector<Loss> losses_of(const WindowCard& window);
/// The words of a Loss by its name; empty for a Disposition that hides nothing.
[[nodiscard]] std::string_view loss_words(std::string_view name);
/// True when uptake knows of no frame, input or sighting that was lost: whatever is unknown is hidden by protocols.
[[nodiscard]] bool nothing_missing(const ScoreCard& card, const WindowCard& window,
                                   const std::vector<MeasureRow>& rows);

/// What was read, how every frame ended, and what may be missing for it.
void append_ledger(Page& page, const ScoreCard& card, const WindowCard& window, const std::vector<MeasureRow>& rows);

/// The names of the columns below a theme's title.
void append_columns(Page& page);
/// The lines of one measure in one unit; `by_family` allows a line that splits it by address family.
void append_measure(Page& page, const MeasureRow& row, bool by_family, bool by_direction);
/// "100 IPv4, 98 IPv6 clients (untied: no share)": of a measure that is two counts.
[[nodiscard]] std::string two_counts(const MeasureRow& row, bool customers_known);

}  // namespace uptake::report
