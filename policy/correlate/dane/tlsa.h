#pragma once

#include <cstdint>

#include "dissectors/cursor.h"

// TLSA records (RFC 6698 §2.1). An RRset is one run of octets: of each record 16 bits of length, and its RDATA.
namespace uptake::dane {

/// Usage: what a record binds: a certificate above the server's, or the server's own; the first two beside PKIX.
enum class Usage : std::uint8_t { pkix_ta, pkix_ee, dane_ta, dane_ee };
/// Selector: what of a certificate a record holds.
enum class Selector : std::uint8_t { certificate, key };
/// Matching: how it holds that.
enum class Matching : std::uint8_t { whole, sha256, sha512 };

/// Tlsa: one record, borrowed. Its numbers are those of the wire, known or not.
struct Tlsa {
  std::uint8_t usage = 0xff;
  std::uint8_t selector = 0xff;
  std::uint8_t matching = 0xff;
  Bytes data;

  /// Records that are too short have unknown numbers.
  [[nodiscard]] static Tlsa read(Bytes rdata) noexcept;
  [[nodiscard]] bool has(Usage one) const noexcept { return usage == static_cast<std::uint8_t>(one); }
  [[nodiscard]] bool has(Matching one) const noexcept { return matching == static_cast<std::uint8_t>(one); }
  /// Its numbers are known and its data can be what they say. `mail`: usages 0 and 1 are not for SMTP (RFC 7672
  /// §3.1.3).
  [[nodiscard]] bool is_usable(bool mail) const noexcept;
};

/// Calls take(const Tlsa&) for each record of an RRset.
template <class Take>
void each_record(Bytes records, Take take) noexcept {
  Cursor all(records);
  while (!all.empty()) {
    const std::uint16_t size = all.u16();
    const Bytes rdata = all.bytes(size);
    if (!all.failed()) take(Tlsa::read(rdata));
  }
}
/// Some record of it is usable: else TLS is due, and nothing to authenticate the server by (RFC 7672 §2.2).
[[nodiscard]] bool any_usable(Bytes records, bool mail) noexcept;

}  // namespace uptake::dane
