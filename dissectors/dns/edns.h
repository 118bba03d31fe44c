#pragma once

#include <cstdint>

#include "dissectors/dns/record.h"

namespace uptake::dns {

/// Edns: what the OPT record of a message says (RFC 6891 §6.1.2). Of several OPTs the first counts.
struct Edns {
  /// In the order of QueryBits, so that most go into its value together.
  enum Bit : std::uint8_t {
    kPresent = 1,
    kDnssecOk = 2,
    kClientCookie = 4,
    kClientSubnet = 8,
    kPadding = 16,
    kMalformed = 32,  ///< several OPTs, an owner that is not the root, or an option that broke its bounds
    kServerCookie = 64,
    kOtherVersion = 128,  ///< than 0: nothing else is set but kPresent
  };
  std::uint8_t bits = 0;
  std::uint8_t rcode_high = 0;   ///< the upper eight bits of the extended RCODE
  std::uint16_t size = 0;        ///< the sender's UDP payload size
  Few<std::uint16_t, 4> errors;  ///< info-codes of RFC 8914
  std::uint64_t key_tags = 0;    ///< KeyTags; 0: none are told

  void set(Bit bit, bool when = true) noexcept {
    if (when) bits = static_cast<std::uint8_t>(bits | bit);
  }
  [[nodiscard]] bool has(Bit bit) const noexcept { return (bits & bit) != 0; }
};

/// Reads the options of an OPT record: { CODE(2) LENGTH(2) DATA }. `cut`: the capture lacks the last of them.
void read_options(Cursor options, bool cut, Edns& edns) noexcept;

/// Reads one OPT record. Its envelope is sound, so what is wrong inside is skipped and marked.
/// root(1) 41(2) size(2) EXTENDED-RCODE(1) VERSION(1) DO(1 bit) Z(15 bits) RDLENGTH(2) options
inline void read_opt(const Record& record, bool cut, Edns& edns) noexcept {
  if (edns.has(Edns::kPresent) || !record.owner_is_root) [[unlikely]] {
    edns.set(Edns::kMalformed);
    return;
  }
  edns.set(Edns::kPresent);
  edns.rcode_high = static_cast<std::uint8_t>(record.ttl() >> 24);
  if ((record.ttl() >> 16 & 0xff) != 0) [[unlikely]] {
    edns.set(Edns::kOtherVersion);
    return;
  }
  edns.set(Edns::kDnssecOk, (record.ttl() & 0x8000) != 0);
  edns.size = record.klass();
  if (!record.rdata.empty()) read_options(record.rdata, cut, edns);
}

}  // namespace uptake::dns
