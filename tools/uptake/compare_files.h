#pragma once

#include <span>
#include <string>

#include "policy/refusal.h"
#include "tools/uptake/store/report_reader.h"

namespace uptake {

/// Compared: a comparison as text.
struct Compared {
  std::string text;
  bool any = false;  ///< something could be compared; else the text says why not
};

/// Compares the score cards in JSON at two paths; or two parts of a store, whose path stands before them: each a
/// month, a span of days or a label, of what `query` asks for.
[[nodiscard]] Either<Compared> compare_files(std::span<const std::string> words, const store::ReportQuery& query,
                                             bool all);

}  // namespace uptake
