#pragma once

#include <cstdint>
#include <string>

#include "policy/scorecard.h"

namespace uptake::report {

/// "2026-11-24 14:22:55 to 19:51:55 UTC"; the second date stands there when it differs.
[[nodiscard]] std::string span_words(std::uint64_t from_ns, std::uint64_t to_ns);
/// "5 h 29 min"
[[nodiscard]] std::string length_words(std::uint64_t ns);
/// "uptake score card: the whole of the input", or the window's span; says when the run was interrupted.
[[nodiscard]] std::string card_title(const ScoreCard& card, const WindowCard& window);
/// "; operator=ISP-A; place=NL", or nothing.
[[nodiscard]] std::string label_words(const ScoreCard& card);

}  // namespace uptake::report
