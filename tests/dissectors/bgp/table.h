#pragma once

#include <cstdint>

#include "tests/dissectors/bgp/builder.h"

// A made table: as many routes as the Internet's, in UPDATEs of a few.
namespace uptake::bgp::test {

/// Routes of one UPDATE, and how many UPDATEs in a row are of IPv4 before one is of IPv6.
inline constexpr unsigned kRoutesPerUpdate = 4;
inline constexpr unsigned kV4PerV6 = 4;

/// UPDATE number `index` of the table: its routes stand in no other.
inline Wire table_update(std::uint32_t index) {
  const Wire path = sequence4({64496, 3320 + index % 4096, 1299 + index % 97, 174, 131072 + index % 50'000});
  const Wire front = attribute(0x40, 1, u8(0)) + as_path(path);
  const Wire behind = attribute(0x80, 4, u32(index % 300)) + attribute(0xc0, 8, u32(index * 17) + u32(index));
  Wire routes;
  const bool v6 = index % (kV4PerV6 + 1) == kV4PerV6;
  for (unsigned i = 0; i < kRoutesPerUpdate; ++i) {
    const std::uint32_t number = index * kRoutesPerUpdate + i;
    if (v6)
      routes = routes + u8(48) + u16(0x2a00) + u32(number);
    else
      routes = routes + u8(24) + u8(1 + (number >> 16)) + u16(number & 0xffff);
  }
  if (v6) return update(front + behind + reach_v6(routes), {});
  return update(front + attribute(0x40, 3, u32(0xc0000201)) + behind, routes);
}

}  // namespace uptake::bgp::test
