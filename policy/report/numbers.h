#pragma once

#include <cstdint>
#include <string>

namespace uptake::report {

/// Fewer judged than this: the share says little.
inline constexpr std::uint64_t kFew = 30;

/// "46.7 %"; "-" of nothing. Rounding claims neither all nor none of what is neither: "<0.1 %", ">99.9 %".
[[nodiscard]] std::string percent_text(std::uint64_t part, std::uint64_t whole);
/// The bounds of a share in whole points, rounded outward: "44-61 %".
[[nodiscard]] std::string between_text(std::uint64_t least, std::uint64_t most, std::uint64_t whole);
/// The same of two shares of different wholes.
[[nodiscard]] std::string between_text(std::uint64_t least, std::uint64_t of_least, std::uint64_t most,
                                       std::uint64_t of_most);
/// "1,234,567"
[[nodiscard]] std::string grouped_digits(std::uint64_t value);
/// At most seven columns: "999,999", "12.3 M", "18.4 E" (SI).
[[nodiscard]] std::string short_count(std::uint64_t value);
/// The same with the unit: "980 B", "12.3 MB".
[[nodiscard]] std::string short_bytes(std::uint64_t value);

}  // namespace uptake::report
