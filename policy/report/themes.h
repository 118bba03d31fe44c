#pragma once

#include <span>
#include <string_view>

namespace uptake::report {

/// Theme: a heading of the score card and the standards that stand below it.
struct Theme {
  std::string_view title;
  std::span<const std::string_view> standards;
};

/// In the order of the score card. The last one has no standards: it takes those that no other theme names, so that
/// a new measure appears without a line here.
[[nodiscard]] std::span<const Theme> themes() noexcept;
/// Index of the theme of a standard, by its id.
[[nodiscard]] std::size_t theme_of(std::string_view standard) noexcept;
/// The theme whose measures are about the address family: splitting those by family says nothing.
inline constexpr std::size_t kAddressTheme = 0;

}  // namespace uptake::report
