#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "dataplane/sources/source.h"

namespace uptake {

/// The bar of a terminal, at most `width` columns, without an end of line: share, bytes, packets/s, time left.
[[nodiscard]] std::string progress_bar(const Progress& progress, std::chrono::milliseconds elapsed, unsigned width);
/// The same in plain words, for a log.
[[nodiscard]] std::string progress_words(const Progress& progress, std::chrono::milliseconds elapsed);

/// A pace in words: 1.5 Mpackets/s.
[[nodiscard]] std::string rate_words(double packets_per_second);

}  // namespace uptake
