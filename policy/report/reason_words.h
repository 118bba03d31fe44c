#pragma once

#include <string_view>

#include "policy/measure.h"

namespace uptake::report {

/// What a reason means, in plain words: "the capture cut it short".
[[nodiscard]] std::string_view words_of(Reason reason) noexcept;

}  // namespace uptake::report
