#pragma once

#include <cstdint>

#include "dissectors/cursor.h"

namespace uptake::dnssec {

/// TypeBitmap: the types at a name, as NSEC and NSEC3 have them (RFC 4034 §4.1.2). Borrowed.
class TypeBitmap {
 public:
  constexpr TypeBitmap() noexcept = default;
  explicit TypeBitmap(Bytes windows) noexcept : windows_(windows) {}

  /// { window(1) length(1 to 32) octets }, windows in ascending order.
  [[nodiscard]] bool is_sound() const noexcept;
  /// Requires is_sound().
  [[nodiscard]] bool has(std::uint16_t type) const noexcept;

 private:
  Bytes windows_;
};

}  // namespace uptake::dnssec
