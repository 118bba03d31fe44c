#pragma once

#include <string>

namespace uptake {

/// What a package of `uptake export` holds and never holds, in plain words: its numbers and columns are those that
/// the export itself uses.
[[nodiscard]] std::string privacy_statement();

}  // namespace uptake
