#pragma once

#include "dissectors/bgp/attributes/attribute.h"

namespace uptake::bgp {

// uint32 ...  RFC 4456 section 8, RFC 7606 section 7.10
[[nodiscard]] inline Flaw read_cluster_list(Bytes value, Attributes&) noexcept {
  return !value.empty() && value.size() % 4 == 0 ? Flaw::none : Flaw::withdraw;
}
inline constexpr Attribute kClusterList{10, kOptional, Flaw::withdraw, read_cluster_list, true};

}  // namespace uptake::bgp
