#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/report/page/contents.h"
#include "policy/report/page/html.h"

namespace uptake::page {

/// Words of the catalogue, which are English: marked as such in a page of another language.
[[nodiscard]] Html in_english(const Strings& strings, std::string_view words);

[[nodiscard]] std::string theme_title(const Strings& strings, const ThemePart& theme);
/// Its plain name: "Modern addresses"; where there is none its title.
[[nodiscard]] std::string standard_name(const Strings& strings, const StandardPart& standard);
[[nodiscard]] std::string unit_words(const Strings& strings, std::string_view unit);
/// What a measure is called: its words on the first screen, its question, or its id.
[[nodiscard]] Html measure_name(const Contents& contents, std::size_t index);
/// The same without marks, for titles.
[[nodiscard]] std::string headline_words(const Contents& contents, std::size_t index);

/// "46.7 %", "unknown", "too few"; "nothing of this was seen"; "12 IPv4, 9 IPv6" of two counts.
[[nodiscard]] std::string share_words(const Contents& contents, std::size_t index, std::size_t period);
/// "1,234", or "30 to 40" of entities of several windows.
[[nodiscard]] std::string base_number(const Contents& contents, std::size_t index, std::size_t period);
/// "1,234 connections"
[[nodiscard]] std::string base_words(const Contents& contents, std::size_t index, std::size_t period);
/// "1,234 connections", of a count that reports print; of bytes it has its unit.
[[nodiscard]] std::string count_words(const Strings& strings, const std::string& count, std::string_view unit);
/// "1,234", for behind the name of a measure that says of what: "connections in TLS 1.3"; else with its unit.
[[nodiscard]] std::string count_beside(const Contents& contents, std::size_t index, const std::string& count);
/// Why most of what could not be judged could not; empty: the figures do not say.
[[nodiscard]] std::string main_reason(const Contents& contents, std::size_t index);

/// The words of a policy, in its language.
[[nodiscard]] Html quoted(const Contents& contents, std::string_view words);
/// "To act: owners of names"; of a standard that has no words here, whom a policy means; or nothing.
[[nodiscard]] Html who_acts(const Contents& contents, const StandardPart& standard);

/// "2026-11-24", or "2026-11-24 14:20" where it is no beginning of a day.
[[nodiscard]] std::string time_words(std::int64_t seconds);
[[nodiscard]] std::string span_words(const Strings& strings, std::int64_t from, std::int64_t to);

[[nodiscard]] inline Html muted(const Html& inside) { return element("small", inside); }
[[nodiscard]] inline Html muted(std::string_view words) { return muted(text(words)); }
[[nodiscard]] inline Html strong(std::string_view words) { return element("b", text(words)); }

}  // namespace uptake::page
