#include "policy/report/printable.h"

#include <cstddef>
#include <cstdint>

namespace uptake::report {
namespace {

/// Character: the code point that some text starts with, and its octets; 0 octets when it is no UTF-8 (RFC 3629).
struct Character {
  std::uint32_t code = 0;
  std::size_t octets = 0;
};

Character first_of(std::string_view text) noexcept {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t octets = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < octets) return {};
  std::uint32_t code = lead & (0xffU >> (octets + 1));
  for (std::size_t i = 1; i < octets; ++i) {
    const auto octet = static_cast<std::uint8_t>(text[i]);
    if ((octet & 0xc0) != 0x80) return {};
    code = code << 6 | (octet & 0x3fU);
  }
  const bool overlong = (octets == 3 && code < 0x800) || (octets == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  if (overlong || surrogate || code > 0x10ffff) return {};
  return {code, octets};
}

bool is_control(std::uint32_t code) noexcept {
  const bool c0_c1 = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool line = code == 0x2028 || code == 0x2029;
  const bool direction = code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
                         (code >= 0x2066 && code <= 0x2069);
  return c0_c1 || line || direction;
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_of(text);
    const std::size_t octets = character.octets == 0 ? 1 : character.octets;
    if (character.octets != 0 && !is_control(character.code)) {
      out += text.substr(0, octets);
    } else {
      for (const char c : text.substr(0, octets)) {
        const auto octet = static_cast<std::uint8_t>(c);
        out += "\\x";
        out += kDigits[octet >> 4];
        out += kDigits[octet & 15];
      }
    }
    text.remove_prefix(octets);
  }
  return out;
}

}  // namespace uptake::report
