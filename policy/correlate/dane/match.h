#pragma once

#include <cstdint>

namespace uptake::dane {

/// Match: what a chain and TLSA records come to.
enum class Match : std::uint8_t {
  valid,
  mismatch,    ///< no record matches
  expired,     ///< the packet time does not lie in the time of a certificate that counts
  wrong_name,  ///< a record matches above the server's certificate, which is for other names
  untrusted,   ///< the chain is broken otherwise
  unusable,    ///< there is no record to match with
  malformed,   ///< a certificate cannot be read
  no_anchors,  ///< only usages 0 and 1 are left, and there are no trust anchors
};

}  // namespace uptake::dane
