#pragma once

#include <span>
#include <string_view>

namespace uptake::page {

/// File: one that the page is made with: page.css, and the strings of each language, "en.toml".
struct File {
  std::string_view name;
  std::string_view text;
};

/// They are embedded, so that the program needs no data folder.
[[nodiscard]] std::span<const File> files() noexcept;
/// Throws std::out_of_range.
[[nodiscard]] std::string_view file_named(std::string_view name);

}  // namespace uptake::page
