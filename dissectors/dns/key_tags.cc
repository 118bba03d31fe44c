#include "dissectors/dns/key_tags.h"

#include <algorithm>
#include <string_view>

#include "dissectors/ascii.h"

namespace uptake::dns {
namespace {

/// The number that `digits` write in that base; -1: they write none.
constexpr std::int32_t number_of(Bytes digits, std::int32_t base) noexcept {
  std::int32_t number = 0;
  for (const std::uint8_t octet : digits) {
    const std::uint8_t c = lower(octet);
    const std::int32_t digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : base;
    if (digit >= base) return -1;
    number = number * base + digit;
  }
  return number;
}

bool take_word(Cursor& label, std::string_view word) noexcept {
  const Bytes octets = label.bytes(word.size());
  return std::ranges::equal(octets, word, {}, lower);
}

Cursor first_label(Bytes name) noexcept {
  Cursor at(name);
  return Cursor(at.bytes(at.u8()));
}

}  // namespace

void KeyTags::add(std::uint16_t tag) noexcept {
  constexpr std::uint8_t kMost = 15;
  if (count == 0) first = tag;
  if (count == 1) second = tag;
  if (count == 2) third = tag;
  if (count < kMost) ++count;
}

KeyTags option_key_tags(Cursor option) noexcept {
  KeyTags tags;
  if (option.left() % 2 != 0) return tags;
  while (!option.empty()) tags.add(option.u16());
  return tags;
}

KeyTags name_key_tags(Bytes name) noexcept {
  constexpr std::size_t kDigits = 4;
  Cursor label = first_label(name);
  KeyTags tags{.by_name = true};
  if (!take_word(label, "_ta")) return tags;
  while (!label.empty()) {
    const bool dash = take_word(label, "-");
    const Bytes digits = label.bytes(kDigits);
    const std::int32_t tag = number_of(digits, 16);
    if (!dash || digits.size() != kDigits || tag < 0) return {.by_name = true};
    tags.add(static_cast<std::uint16_t>(tag));
  }
  return tags;
}

bool read_sentinel(Bytes name, SentinelBits& out) noexcept {
  constexpr std::size_t kDigits = 5;
  constexpr std::int32_t kMostTag = 0xffff;
  Cursor label = first_label(name);
  if (!take_word(label, "root-key-sentinel-")) return false;
  const Bytes rest = label.rest();
  Cursor denies(rest);
  Cursor says(rest);
  out.denies = take_word(denies, "not-ta-");
  if (!out.denies && !take_word(says, "is-ta-")) return false;
  const Bytes digits = (out.denies ? denies : says).rest();
  if (digits.size() != kDigits) return false;
  const std::int32_t tag = number_of(digits, 10);
  out.tag = static_cast<std::uint16_t>(tag);
  return tag >= 0 && tag <= kMostTag;
}

}  // namespace uptake::dns
