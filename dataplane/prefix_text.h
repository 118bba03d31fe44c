#pragma once

#include <string_view>

#include "dataplane/prefix_set.h"
#include "policy/refusal.h"

namespace uptake {

/// Reads "192.0.2.0/24" or "2001:db8::/32". A single address is its own prefix. Bits behind the prefix length must be
/// zero.
[[nodiscard]] Either<Prefix> parse_prefix(std::string_view text);

/// Reads the prefix of a translator: IPv6, and of one of the six lengths that RFC 6052 section 2.2 gives it.
[[nodiscard]] Either<Prefix> parse_nat64(std::string_view text);

}  // namespace uptake
