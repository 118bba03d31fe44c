#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
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

  /// The type of the RRset that it belongs to: of an RRSIG, the one that is signed.
  [[nodiscard]] std::uint16_t covers() const noexcept;
  /// owner TYPE(2) CLASS(2) TTL(4) RDLENGTH(2) RDATA (RFC 1035 §4.1.3)
  void append_wire(std::vector<std::uint8_t>& out) const;
};

/// Appends the two octets of a number.
void append_u16(std::vector<std::uint8_t>& out, std::size_t value);

/// Reads zone-file text (RFC 1035 §5.1). A Refusal names the line, in the file that it calls `where`.
[[nodiscard]] Either<std::vector<ZoneRecord>> read_zone_text(std::string_view text, std::string_view where);
/// Writes it, a line for each record.
[[nodiscard]] std::string zone_text(std::span<const ZoneRecord> records);

}  // namespace uptake::dnssec
