#pragma once

#include <span>
#include <string>
#include <string_view>

namespace uptake {

/// The words with a space between two.
[[nodiscard]] std::string joined(std::span<const std::string> words);

/// `word` is "-", something in the file system, or a glob that matches something there.
[[nodiscard]] bool is_input(const std::string& word);

/// How many words, from the first on, are inputs; what follows is a filter. The first word is always an input, and so
/// is one that is written like the name of a capture: a file that is gone is not taken for a filter.
[[nodiscard]] std::size_t count_inputs(std::span<const std::string> words);

/// How many words, from the first on, are written like names of captures.
[[nodiscard]] std::size_t count_captures(std::span<const std::string> words);

/// The first word that is written like the name of a capture file; nullptr when there is none.
[[nodiscard]] const std::string* looks_like_capture(std::span<const std::string> words) noexcept;

/// Both are "-", or lead to the same file.
[[nodiscard]] bool same_place(const std::string& a, const std::string& b);

/// The known word that is at most two edits from `word`; empty when there is none.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string> known);

}  // namespace uptake
