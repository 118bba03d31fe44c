#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint32 AS number  RFC 9234 section 5
[[nodiscard]] inline Flaw read_only_to_customer(Bytes value, Attributes& into) noexcept {
  if (value.size() != 4) return Flaw::withdraw;
  into.only_to_customer = Cursor(value).u32();
  return Flaw::none;
}
inline constexpr Attribute kOnlyToCustomer{35, kOptional | kTransitive, Flaw::withdraw, read_only_to_customer};

}  // namespace uptake::bgp
