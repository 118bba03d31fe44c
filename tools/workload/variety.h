#pragma once

#include <cstdint>
#include <span>

#include "tools/workload/frames.h"
#include "tools/workload/random.h"

namespace uptake::workload {

/// Variety: in what one DNS exchange differs from its template: as in real traffic, a few combinations of question
/// type, header bits, RCODE and EDNS size are frequent and thousands are rare.
struct Variety {
  std::uint16_t type = 0;           ///< QTYPE of a question without an answer; 0: as recorded
  std::uint16_t size = 0;           ///< requestor's UDP payload size (RFC 6891 6.2.3), where there is an OPT
  std::uint8_t rcode = 0;           ///< of a response without an answer; 0: as recorded
  std::uint8_t query_bits = 0;      ///< AD and CD, flipped in both messages
  std::uint8_t response_bits = 0;   ///< AA and TC, flipped in the third octet of a response
  std::uint8_t response_state = 0;  ///< RA and AD, flipped in its fourth octet
};

/// Draws what differs; `without_answer` says that the template's response has no record that answers.
[[nodiscard]] Variety draw_variety(Random& random, bool without_answer) noexcept;

/// Writes it into one message of the exchange: a whole DNS message with one question, its OPT the last record.
void vary(std::span<std::uint8_t> message, Side from, const Variety& variety) noexcept;

}  // namespace uptake::workload
