#pragma once

#include <string>
#include <string_view>

namespace uptake::report {

/// Text from outside, as the name of a file, so that a terminal shows it and obeys nothing in it: control characters,
/// what turns the direction of writing, and octets that are no UTF-8 are written as \xNN.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace uptake::report
