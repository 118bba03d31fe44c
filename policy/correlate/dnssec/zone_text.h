#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/correlate/dnssec/name.h"
#include "policy/refusal.h"

namespace uptake::dnssec {

/// ZoneRecord: a record of zone-file text, of class IN.
struct ZoneRecord {
  Name owner;  ///< lower case
  std::uint16_t type = 0;
  std::uint32_t ttl = 0;
  std::vector<std::uint8_t> rdata;  ///< in wire form
};

/// Reads zone-file text (RFC 1035 §5.1). A Refusal names the line, in the file that it calls `where`.
[[nodiscard]] Either<std::vector<ZoneRecord>> read_zone_text(std::string_view text, std::string_view where);

}  // namespace uptake::dnssec
