#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace uptake::report {

/// What a terminal shows at least.
inline constexpr std::size_t kScreenColumns = 80;

/// Appends `text` broken at spaces into lines of at most `width` columns, each with a line feed. `first` starts the
/// first line; the others are indented as far. A word that does not fit stands alone.
void append_wrapped(std::string& out, std::string_view first, std::string_view text, std::size_t width);

}  // namespace uptake::report
