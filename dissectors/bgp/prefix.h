#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "dissectors/address.h"
#include "dissectors/cursor.h"

namespace uptake::bgp {

/// Prefix: one route's destination. Bits behind its length are zero.
struct Prefix {
  Address address;
  std::uint8_t length = 0;
  bool has_path_id = false;
  std::uint32_t path_id = 0;  ///< RFC 7911; 0 without
};

/// Prefixes: reads a list of prefixes of one family, from its start.
class Prefixes {
 public:
  Prefixes(Bytes list, Family family, bool add_path) noexcept : at_(list), family_(family), add_path_(add_path) {}

  /// uint32 path identifier (RFC 7911 section 3); uint8 length in bits; octets (RFC 4271 section 4.3). False at the
  /// end, or where the list is broken.
  [[nodiscard]] bool next(Prefix& prefix) noexcept {
    if (at_.empty()) return false;
    prefix.has_path_id = add_path_;
    prefix.path_id = add_path_ ? at_.u32() : 0;
    prefix.length = at_.u8();
    const Bytes octets = at_.bytes((prefix.length + 7U) / 8U);
    if (at_.failed() || prefix.length > (family_ == Family::v4 ? 32 : 128)) {
      broken_ = true;
      at_ = Cursor{};
      return false;
    }
    prefix.address.family = family_;
    prefix.address.octets = {};
    if (!octets.empty()) std::memcpy(prefix.address.octets.data(), octets.data(), octets.size());
    if (const unsigned used = prefix.length % 8U; used != 0) {
      std::uint8_t& last = prefix.address.octets[octets.size() - 1];
      last = static_cast<std::uint8_t>(last & 0xff00U >> used);
    }
    return true;
  }
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  Cursor at_;
  Family family_;
  bool add_path_;
  bool broken_ = false;
};

/// Whether a list is whole when it is read so. Of its prefixes only the lengths are looked at. Two default routes in
/// one list are none where that is asked: a small Path Identifier looks like some.
[[nodiscard]] inline bool is_whole(Bytes list, Family family, bool add_path, unsigned most_defaults = ~0U) noexcept {
  const unsigned most_bits = family == Family::v4 ? 32 : 128;
  const std::size_t in_front = add_path ? 4 : 0;
  unsigned defaults = 0;
  std::size_t at = 0;
  while (at + in_front < list.size()) {
    const unsigned bits = list[at + in_front];
    if (bits > most_bits) return false;
    defaults += bits == 0 ? 1 : 0;
    at += in_front + 1 + (bits + 7) / 8;
  }
  return at == list.size() && (add_path || defaults <= most_defaults);
}

/// Where no OPENs told it: whether a list has Path Identifiers. A list that can be read without has none.
[[nodiscard]] inline bool has_path_ids(Bytes list, Family family) noexcept {
  return !is_whole(list, family, false, 1) && is_whole(list, family, true);
}

}  // namespace uptake::bgp
