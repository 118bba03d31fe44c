#pragma once

#include <cstdint>

#include "dissectors/dns/facts.h"

namespace uptake {

/// DnsSide: between whom a DNS message travels.
enum class DnsSide : std::uint8_t {
  other,
  stub,       ///< stub to resolver
  authority,  ///< resolver to authoritative server
};

/// From RD, RA and AA (RFC 1035 §4.1.1). An iterative question stays one, even when the server would have recursed
/// for others.
[[nodiscard]] constexpr DnsSide side_of(const dns::ResponseBits& r) noexcept {
  if (r.aa && !r.rd) return DnsSide::authority;
  if (r.ra) return DnsSide::stub;
  return r.aa || !r.rd ? DnsSide::authority : DnsSide::other;
}

}  // namespace uptake
