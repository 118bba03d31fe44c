#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace uptake {

/// CodePoint: one row of a registry of IANA. A table is in ascending order of its codes, for binary search.
struct CodePoint {
  std::uint16_t code;
  std::string_view name;
};

template <std::size_t N>
[[nodiscard]] constexpr bool ascending(const CodePoint (&table)[N]) noexcept {
  for (std::size_t i = 1; i < N; ++i)
    if (table[i - 1].code >= table[i].code) return false;
  return true;
}

/// The name of `code`; empty when the table has none.
template <std::size_t N>
[[nodiscard]] std::string_view name_in(const CodePoint (&table)[N], std::uint16_t code) noexcept {
  const CodePoint* at =
      std::lower_bound(std::begin(table), std::end(table), code,
                       [](const CodePoint& row, std::uint16_t wanted) { return row.code < wanted; });
  return at != std::end(table) && at->code == code ? at->name : std::string_view{};
}

}  // namespace uptake
