#pragma once

#include <cstdint>
#include <span>

#include "dissectors/dissector.h"
#include "dissectors/tls/records.h"

namespace uptake::tls {

/// Kind: the Exhibits of TLS. Those of one connection come in this order, kEnd once, and the others at most once.
enum Kind : std::uint16_t {
  kChain,       ///< a server's Certificate below TLS 1.3; no value; bytes: the body of the message (RFC 5246 §7.4.2)
  kChainLost,   ///< a Certificate that could not be read; value: Ending that says why; no bytes
  kStaple,      ///< the CertificateStatus behind kChain; no value; bytes: the body of the message (RFC 6066 §8)
  kStapleLost,  ///< what stands there could not be read, and may have been one; value: Ending that says why; no bytes
  kEnd,         ///< a connection, when kSession is noted; value: SessionBits; no bytes
  kKindCount,
};

[[nodiscard]] std::span<const ExhibitRow> exhibits() noexcept;

/// Somebody wants to see messages of this type.
[[nodiscard]] bool shows(std::uint8_t type, const Notes& notes) noexcept;

/// Shows the message that comes next in the flight, of a type that shows() and of `length`, or says why it cannot.
/// False when the rest of it must be waited for: `cut` says that it will not come. `whole`: it was shown.
[[nodiscard]] bool show_message(Records records, std::uint8_t type, std::uint32_t length, bool cut, Notes& notes,
                                bool& whole) noexcept;

}  // namespace uptake::tls
