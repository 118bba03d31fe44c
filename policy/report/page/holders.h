#pragma once

#include <span>
#include <string_view>

namespace uptake::page {

/// Holder: a measure that tells who holds a standard back: those of it that pass, or those that fail. Its words are
/// the string "holders.ID passes" or "holders.ID fails".
struct Holder {
  std::string_view standard;
  std::string_view measure;
  std::string_view unit;
  bool passes = false;
};

/// In the order of the page. Each figure stands by itself, with its own unit.
[[nodiscard]] std::span<const Holder> holders() noexcept;

}  // namespace uptake::page
