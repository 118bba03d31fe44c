#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/refusal.h"

namespace uptake::dnssec {

/// Makes responses that show the DNSKEY and DS RRsets of zone-file text with their signatures, as if they had crossed
/// the wire. Other records are passed over. A Refusal names the line, in the file that it calls `where`.
[[nodiscard]] Either<std::vector<std::vector<std::uint8_t>>> lent_messages(std::string_view text,
                                                                           std::string_view where);

}  // namespace uptake::dnssec
