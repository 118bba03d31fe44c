#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uptake {

/// Fingerprint: a digest (BLAKE2b) of texts, one behind the other, that tells whether two runs are alike.
class Fingerprint {
 public:
  Fingerprint();
  Fingerprint& add(std::string_view text);
  Fingerprint& add(std::span<const std::uint8_t> octets);
  Fingerprint& add(std::uint64_t number) { return add(std::to_string(number)); }
  /// 32 hexadecimal digits of all that was added.
  [[nodiscard]] std::string digits() const;

 private:
  static constexpr std::size_t kBytes = 16;
  std::array<std::uint8_t, kBytes> digest_{};
};

}  // namespace uptake
