#pragma once

#include <string>

#include "policy/refusal.h"

namespace uptake {

/// Compared: the comparison of two cards as text.
struct Compared {
  std::string text;
  bool any = false;  ///< they could be compared; else the text says why not
};

/// Compares the score cards in JSON at two paths.
[[nodiscard]] Either<Compared> compare_files(const std::string& before, const std::string& after, bool all);

}  // namespace uptake
