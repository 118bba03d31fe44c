#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uptake {

/// ManifestLine: one line of a SHA256SUMS.
struct ManifestLine {
  std::string digest;  ///< 64 hexadecimal digits
  std::string name;
};

[[nodiscard]] std::string sha256_of(std::string_view text);
/// As sha256sum writes it.
[[nodiscard]] std::string manifest_line(std::string_view name, std::string_view text);
/// The lines of a SHA256SUMS; nothing where one is of another form.
[[nodiscard]] std::optional<std::vector<ManifestLine>> manifest_of(std::string_view text);

}  // namespace uptake
