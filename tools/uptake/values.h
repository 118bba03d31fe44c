#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/figures.h"
#include "policy/scorecard.h"
#include "policy/standard.h"

namespace uptake {

/// The values of options, read from text. Each returns nothing when the text is not wholly of its form or out of
/// range; the caller knows the option and gives the hint.

/// "30s", "5m", "1h", "1d" as nanoseconds; at least one second, at most 366 days.
[[nodiscard]] std::optional<std::uint64_t> parse_span(std::string_view text) noexcept;
/// A span that divides a day, or is a whole number of days: then windows begin at the same times every day (UTC).
[[nodiscard]] std::optional<std::uint64_t> parse_window(std::string_view text) noexcept;
/// "2026-11-01" or "2026-11-01T14:00", UTC, "Z" or not: seconds since 1970.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text) noexcept;
/// "2026-11": its first second, and that of the next month.
[[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> parse_month(std::string_view text);
/// "2d,31d,ever": how many seconds windows, hours and days are kept, at most 100 years; 0: for ever. None shorter
/// than the one before.
[[nodiscard]] std::optional<std::array<std::int64_t, 3>> parse_keep(std::string_view text) noexcept;
/// A whole number between `low` and `high`; `k` and `M` behind it multiply by a thousand and a million.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t low,
                                                       std::uint64_t high) noexcept;
/// "0.1" or "0.1%": between 0 and 100.
[[nodiscard]] std::optional<double> parse_percent(std::string_view text) noexcept;
/// "32,56": prefix lengths of an IPv4 and an IPv6 subscriber, 1..32 and 1..128.
[[nodiscard]] std::optional<SubscriberLengths> parse_subscriber(std::string_view text) noexcept;
/// "2,4-7": core numbers below 1024, each once.
[[nodiscard]] std::optional<std::vector<unsigned>> parse_cores(std::string_view text);

/// A theme by its name ("secure_mail", also with "-") or title ("Secure mail connection"), in any case.
[[nodiscard]] std::optional<Theme> parse_theme(std::string_view text);
/// "operator=ISP-A": a key of a-z, 0-9, "_", "-" and "." from a letter on, and a value of up to 200 octets of UTF-8
/// in one line without control characters.
[[nodiscard]] std::optional<Label> parse_label(std::string_view text);
/// The text with a "?" for every octet that is no printable ASCII: for messages.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace uptake
