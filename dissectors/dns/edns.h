#pragma once

#include <cstdint>

#include "dissectors/dns/record.h"

namespace uptake::dns {

/// Edns: what the OPT record of a message says (RFC 6891 §6.1.2). Of several OPTs the first counts.
struct Edns {
  bool present = false;
  bool dnssec_ok = false;
  bool malformed = false;  ///< several OPTs, an owner that is not the root, or an option that broke its bounds
  bool client_cookie = false;
  bool server_cookie = false;
  bool client_subnet = false;
  bool padding = false;
  std::uint8_t rcode_high = 0;  ///< the upper eight bits of the extended RCODE
  std::uint16_t size = 0;       ///< the sender's UDP payload size
  Few<4> errors;                ///< info-codes of RFC 8914
};

/// Reads one OPT record. Its envelope is sound, so what is wrong inside is skipped and marked.
void read_opt(Record& record, Edns& edns) noexcept;

}  // namespace uptake::dns
