#include "policy/correlate/dnssec/types.h"

namespace uptake::dnssec {

bool TypeBitmap::is_sound() const noexcept {
  Cursor at(windows_);
  int last = -1;
  while (!at.empty()) {
    const int window = at.u8();
    const std::size_t length = at.u8();
    at.skip(length);
    if (at.failed() || window <= last || length == 0 || length > 32) return false;
    last = window;
  }
  return true;
}

bool TypeBitmap::has(std::uint16_t type) const noexcept {
  Cursor at(windows_);
  while (!at.empty()) {
    const unsigned window = at.u8();
    const Bytes octets = at.prefixed8().rest();
    if (window != unsigned{type} >> 8) continue;
    const std::size_t octet = (type & 0xffU) >> 3;
    return octet < octets.size() && (octets[octet] >> (7 - (type & 7U)) & 1) != 0;
  }
  return false;
}

}  // namespace uptake::dnssec
