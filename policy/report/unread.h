#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/scorecard.h"
#include "policy/standard.h"

namespace uptake::report {

/// UnreadLine: packets of a protocol that is not read yet, and the theme whose figures go without them.
struct UnreadLine {
  Unread kind = Unread::none;
  Theme theme = Theme::other;
  std::string_view words;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};
/// All that were seen in a window, the most bytes first.
[[nodiscard]] std::vector<UnreadLine> unread_of(const WindowCard& window);

}  // namespace uptake::report
