#pragma once

#include <span>
#include <string_view>

namespace uptake {

/// EmbeddedText: a data file that is part of the program, so that it needs no data folder.
struct EmbeddedText {
  std::string_view name;  ///< of the file, without what stands behind the last dot
  std::string_view text;
};

// Made by embed.cmake, in the order of names.
/// policy/profiles/*.toml
[[nodiscard]] std::span<const EmbeddedText> embedded_profiles() noexcept;
/// policy/targets/*.toml
[[nodiscard]] std::span<const EmbeddedText> embedded_targets() noexcept;
/// policy/offered/*.toml
[[nodiscard]] std::span<const EmbeddedText> embedded_offered() noexcept;
/// policy/report/page/strings/*.toml: by language
[[nodiscard]] std::span<const EmbeddedText> embedded_strings() noexcept;
/// policy/report/page/*.css: one
[[nodiscard]] std::span<const EmbeddedText> embedded_styles() noexcept;
/// policy/correlate/dnssec/root-anchors.zone
[[nodiscard]] std::span<const EmbeddedText> embedded_anchors() noexcept;

}  // namespace uptake
