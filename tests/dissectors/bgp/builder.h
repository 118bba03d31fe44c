#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "dissectors/cursor.h"

// Messages of BGP-4, octet by octet.
namespace uptake::bgp::test {

using Wire = std::vector<std::uint8_t>;

inline Wire operator+(Wire one, const Wire& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}
inline Wire u8(unsigned value) { return {static_cast<std::uint8_t>(value)}; }
inline Wire u16(unsigned value) { return u8(value >> 8) + u8(value & 0xff); }
inline Wire u32(std::uint64_t value) {
  return u16(static_cast<unsigned>(value >> 16 & 0xffff)) + u16(static_cast<unsigned>(value & 0xffff));
}
inline Wire octets_of(const std::string& text) { return {text.begin(), text.end()}; }
inline unsigned size_of(const Wire& wire) { return static_cast<unsigned>(wire.size()); }

inline Wire message(unsigned type, const Wire& body) {
  return Wire(16, 0xff) + u16(size_of(body) + 19) + u8(type) + body;
}
inline Wire keepalive() { return message(4, {}); }
inline Wire refresh() { return message(5, u16(1) + u8(0) + u8(1)); }
inline Wire notification(unsigned code, unsigned subcode, const Wire& data = {}) {
  return message(3, u8(code) + u8(subcode) + data);
}

inline Wire capability(unsigned code, const Wire& value = {}) { return u8(code) + u8(size_of(value)) + value; }
inline Wire families(bool v4 = true, bool v6 = true) {
  Wire all;
  if (v4) all = all + capability(1, u16(1) + u8(0) + u8(1));
  if (v6) all = all + capability(1, u16(2) + u8(0) + u8(1));
  return all;
}
inline Wire as4(std::uint64_t as) { return capability(65, u32(as)); }
inline Wire role(unsigned code) { return capability(9, u8(code)); }
/// 1 receives, 2 sends, 3 both.
inline Wire add_path(unsigned v4, unsigned v6) {
  return capability(69, u16(1) + u8(1) + u8(v4) + u16(2) + u8(1) + u8(v6));
}
inline Wire open_with(unsigned as, const Wire& options, unsigned hold = 90) {
  return message(1, u8(4) + u16(as) + u16(hold) + u32(0x0a000001) + options);
}
inline Wire open(unsigned as, const Wire& capabilities = families()) {
  const Wire option = capabilities.empty() ? Wire{} : u8(2) + u8(size_of(capabilities)) + capabilities;
  return open_with(as, u8(size_of(option)) + option);
}
/// RFC 9072: lengths of two octets.
inline Wire extended_open(unsigned as, const Wire& capabilities) {
  const Wire option = u8(2) + u16(size_of(capabilities)) + capabilities;
  return open_with(as, u8(255) + u8(255) + u16(size_of(option)) + option);
}

inline Wire attribute(unsigned flags, unsigned code, const Wire& value) {
  if (value.size() > 255) return u8(flags | 0x10) + u8(code) + u16(size_of(value)) + value;
  return u8(flags) + u8(code) + u8(size_of(value)) + value;
}
inline Wire sequence4(std::initializer_list<std::uint64_t> numbers, unsigned type = 2) {
  Wire path = u8(type) + u8(static_cast<unsigned>(numbers.size()));
  for (const std::uint64_t number : numbers) path = path + u32(number);
  return path;
}
inline Wire sequence2(std::initializer_list<unsigned> numbers, unsigned type = 2) {
  Wire path = u8(type) + u8(static_cast<unsigned>(numbers.size()));
  for (const unsigned number : numbers) path = path + u16(number);
  return path;
}
inline Wire as_path(const Wire& segments) { return attribute(0x40, 2, segments); }
/// ORIGIN, AS_PATH and NEXT_HOP.
inline Wire usual(const Wire& segments) {
  return attribute(0x40, 1, u8(0)) + as_path(segments) + attribute(0x40, 3, u32(0xc0000201));
}
inline Wire update(const Wire& attributes, const Wire& routes, const Wire& withdrawn = {}) {
  return message(2, u16(size_of(withdrawn)) + withdrawn + u16(size_of(attributes)) + attributes + routes);
}
inline Wire v4_24(unsigned a, unsigned b, unsigned c) { return u8(24) + u8(a) + u8(b) + u8(c); }
inline Wire v6_48(unsigned third) { return u8(48) + u16(0x2001) + u16(0x0db8) + u16(third); }
inline Wire reach_v6(const Wire& routes) {
  return attribute(0x80, 14, u16(2) + u8(1) + u8(16) + Wire(16, 0x20) + u8(0) + routes);
}
inline Wire unreach_v6(const Wire& routes) { return attribute(0x80, 15, u16(2) + u8(1) + routes); }

}  // namespace uptake::bgp::test
