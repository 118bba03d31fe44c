#pragma once

#include <cstdint>

#include "dissectors/dns/dns.h"
#include "dissectors/dns/name.h"

namespace uptake::dns {

/// Header: the twelve octets in front of a message (RFC 1035 §4.1.1).
struct Header {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::uint16_t questions = 0;
  std::uint16_t answers = 0;
  std::uint16_t authorities = 0;
  std::uint16_t additionals = 0;

  [[nodiscard]] constexpr bool response() const noexcept { return (flags & 0x8000) != 0; }
  [[nodiscard]] constexpr unsigned opcode() const noexcept { return flags >> 11 & 15U; }
  [[nodiscard]] constexpr std::uint32_t records() const noexcept {
    return std::uint32_t{answers} + authorities + additionals;
  }
  /// Opcodes that are assigned: QUERY, IQUERY, STATUS, NOTIFY, UPDATE, DSO.
  [[nodiscard]] constexpr bool opcode_assigned() const noexcept { return (0b111'0111U >> opcode() & 1) != 0; }
  /// The smallest questions (5 octets) and records (11) that the counts promise fit into a message of `octets`.
  [[nodiscard]] constexpr bool fits(std::size_t octets) const noexcept {
    return std::size_t{12} + std::size_t{questions} * 5 + std::size_t{records()} * 11 <= octets;
  }
};

/// ID(2) QR OPCODE AA TC RD RA Z AD CD RCODE (2) QDCOUNT(2) ANCOUNT(2) NSCOUNT(2) ARCOUNT(2); a failure is the
/// cursor's.
[[nodiscard]] inline Header read_header(Cursor& message) noexcept {
  const Bytes octets = message.bytes(kHeaderBytes);
  if (octets.empty()) return {};
  return {u16_at(octets, 0), u16_at(octets, 2), u16_at(octets, 4),
          u16_at(octets, 6), u16_at(octets, 8), u16_at(octets, 10)};
}

/// How a message ended.
enum class Reading : std::uint8_t { read, truncated, malformed };

/// Where a message came from.
struct Envelope {
  bool tcp = false;
  bool cut = false;  ///< the snaplen cut it: its last octets are missing
};

/// Reads one message and notes it; nothing is noted unless it was read. A cut message is read when its question is.
[[nodiscard]] Reading read_message(Bytes bytes, Envelope envelope, Dissector::Memory& memory, Notes& notes) noexcept;

}  // namespace uptake::dns
