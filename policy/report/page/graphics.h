#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/periods.h"
#include "policy/report/page/html.h"
#include "policy/report/page/strings.h"

namespace uptake::page {

/// What the graphics share: the pattern of what was not seen. Once a page, before the first of them.
[[nodiscard]] Html definitions();

/// Mark: where on a bar a target stands.
struct Mark {
  std::uint64_t permille = 0;
  std::string words;  ///< the target, as "at least 95 % of names"
};

/// The outcomes as a bar: solid passed, hatched not seen, light failed. Its size is in attributes: no style.
[[nodiscard]] Html bar(const Outcomes& outcomes, const Strings& strings, const std::vector<Mark>& marks = {});

/// Point: a share between 0 and 1 at a time, in words; nothing where there is none.
struct Point {
  std::string when;
  std::optional<double> share;
};

/// The shares as a small line, without words: what it shows stands beside it.
[[nodiscard]] Html sparkline(const std::vector<Point>& points);
/// The shares from 0 to 100 %, with times; `name` says what is drawn.
[[nodiscard]] Html trend(const std::vector<Point>& points, const std::string& name, const Strings& strings);

}  // namespace uptake::page
