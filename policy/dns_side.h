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

/// Its query was seen, whole or cut. What answers none may be forged: whoever asked throws it away (RFC 5452 §9.1).
[[nodiscard]] constexpr bool was_asked(const dns::ResponseBits& r) noexcept { return r.query_seen || r.query_cut; }
/// A resolver that validates may say so in it (RFC 6840 §5.7, §5.8).
[[nodiscard]] constexpr bool asked_ad(const dns::ResponseBits& r) noexcept { return r.query_dnssec_ok || r.query_ad; }

}  // namespace uptake
