#include "policy/privacy/package/manifest.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "policy/hexadecimal.h"

namespace uptake {

std::string sha256_of(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hexadecimal(digest);
}

std::string manifest_line(std::string_view name, std::string_view text) {
  return fmt::format("{}  {}\n", sha256_of(text), name);
}

std::optional<std::vector<ManifestLine>> manifest_of(std::string_view text) {
  constexpr std::size_t kDigits = 2 * crypto_hash_sha256_BYTES;
  std::vector<ManifestLine> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.size() <= kDigits + 2 || line.substr(kDigits, 2) != "  ") return std::nullopt;
    lines.push_back({std::string(line.substr(0, kDigits)), std::string(line.substr(kDigits + 2))});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace uptake
