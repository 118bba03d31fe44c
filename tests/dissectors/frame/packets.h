#pragma once

#include <cstdint>
#include <vector>

#include "dissectors/frame/frame.h"

namespace uptake::test {

/// Octets: a frame under construction, built from the inside out.
using Octets = std::vector<std::uint8_t>;

inline void put8(Octets& o, unsigned v) { o.push_back(static_cast<std::uint8_t>(v)); }
inline void put16(Octets& o, unsigned v) {
  put8(o, v >> 8);
  put8(o, v);
}
inline void put32(Octets& o, std::uint32_t v) {
  put16(o, v >> 16);
  put16(o, v);
}
inline void put(Octets& o, const Octets& more) { o.insert(o.end(), more.begin(), more.end()); }

[[nodiscard]] inline Octets numbers(std::size_t count) {
  Octets o(count);
  for (std::size_t i = 0; i < count; ++i) o[i] = static_cast<std::uint8_t>(i * 7 + 1);
  return o;
}

[[nodiscard]] inline Octets tcp_segment(unsigned from, unsigned to, const Octets& payload, unsigned flags = 0x18) {
  Octets o;
  put16(o, from);
  put16(o, to);
  put32(o, 0x01020304);
  put32(o, 0x05060708);
  put8(o, 0x80);  // 12 octets of options
  put8(o, flags);
  put16(o, 0x7210);
  put16(o, 0xbeef);
  put16(o, 0);
  put(o, {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2});
  put(o, payload);
  return o;
}

[[nodiscard]] inline Octets udp_datagram(unsigned from, unsigned to, const Octets& payload) {
  Octets o;
  put16(o, from);
  put16(o, to);
  put16(o, static_cast<unsigned>(payload.size()) + 8);
  put16(o, 0xc0de);
  put(o, payload);
  return o;
}

[[nodiscard]] inline Octets ipv4(unsigned protocol, const Octets& payload, unsigned id = 0x1234,
                                 unsigned fragment = 0) {
  Octets o = {0x45, 0};
  put16(o, static_cast<unsigned>(payload.size()) + 20);
  put16(o, id);
  put16(o, fragment);
  put8(o, 64);
  put8(o, protocol);
  put16(o, 0);
  put(o, {192, 0, 2, 1, 198, 51, 100, 2});
  put(o, payload);
  return o;
}

[[nodiscard]] inline Octets v6_address(std::uint32_t high, std::uint8_t low) {
  Octets o;
  put32(o, high);
  put(o, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  put8(o, low);
  return o;
}

[[nodiscard]] inline Octets ipv6(unsigned next_header, const Octets& payload,
                                 const Octets& source = v6_address(0x20010db8, 1),
                                 const Octets& destination = v6_address(0x20010db8, 2)) {
  Octets o = {0x60, 0, 0, 0};
  put16(o, static_cast<unsigned>(payload.size()));
  put8(o, next_header);
  put8(o, 64);
  put(o, source);
  put(o, destination);
  put(o, payload);
  return o;
}

[[nodiscard]] inline Octets ethernet(unsigned ethertype, const Octets& payload) {
  Octets o = {0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2};
  put16(o, ethertype);
  put(o, payload);
  return o;
}

[[nodiscard]] inline Frame frame_of(const Octets& octets, LinkType link = LinkType::ethernet) {
  Frame frame;
  frame.data = octets.data();
  frame.captured = static_cast<std::uint32_t>(octets.size());
  frame.wire = frame.captured;
  frame.link = link;
  return frame;
}

}  // namespace uptake::test
