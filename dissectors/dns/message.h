#pragma once

#include <cstdint>

#include "dissectors/dns/dns.h"
#include "dissectors/dns/name.h"

namespace uptake::dns {

/// Header: the twelve octets in front of a message (RFC 1035 §4.1.1). Its functions take them apart, because most
/// messages need few fields.
struct Header {
  std::uint32_t front = 0;   ///< ID(2) QR OPCODE AA TC RD RA Z AD CD RCODE (2)
  std::uint64_t counts = 0;  ///< QDCOUNT(2) ANCOUNT(2) NSCOUNT(2) ARCOUNT(2)

  [[nodiscard]] constexpr std::uint16_t id() const noexcept { return static_cast<std::uint16_t>(front >> 16); }
  [[nodiscard]] constexpr std::uint16_t flags() const noexcept { return static_cast<std::uint16_t>(front); }
  [[nodiscard]] constexpr std::uint32_t questions() const noexcept {
    return static_cast<std::uint32_t>(counts >> 48);
  }
  [[nodiscard]] constexpr std::uint32_t answers() const noexcept { return counts >> 32 & 0xffff; }
  [[nodiscard]] constexpr std::uint32_t authorities() const noexcept { return counts >> 16 & 0xffff; }
  [[nodiscard]] constexpr std::uint32_t additionals() const noexcept { return counts & 0xffff; }
  [[nodiscard]] constexpr bool response() const noexcept { return (front & 0x8000) != 0; }
  [[nodiscard]] constexpr unsigned opcode() const noexcept { return front >> 11 & 15U; }
  [[nodiscard]] constexpr std::uint32_t records() const noexcept { return answers() + authorities() + additionals(); }
  /// Opcodes that are assigned: QUERY, IQUERY, STATUS, NOTIFY, UPDATE, DSO.
  [[nodiscard]] constexpr bool opcode_assigned() const noexcept { return (0b111'0111U >> opcode() & 1) != 0; }
  /// The smallest questions (5 octets) and records (11) that the counts promise fit into a message of `octets`.
  [[nodiscard]] constexpr bool fits(std::size_t octets) const noexcept {
    return std::size_t{12} + std::size_t{questions()} * 5 + std::size_t{records()} * 11 <= octets;
  }
};

/// Reads the header. Requires message.size() >= kHeaderBytes.
[[nodiscard]] inline Header read_header(Bytes message) noexcept {
  return {be32(message.data()), be64(message.data() + 4)};
}

/// Envelope: where a message came from.
struct Envelope {
  bool tcp = false;
  bool cut = false;  ///< the snaplen cut it: its last octets are missing
};

/// Reads one message and notes it, or why it could not be read: keep_going, truncated or malformed, and all of it
/// consumed. A cut message is read when its question is. `payload` is what the message came in.
[[nodiscard]] Result read_message(Bytes bytes, Envelope envelope, const Payload& payload, Notes& notes) noexcept;

/// Begins a message and notes that it could not be read.
void note_unreadable(Ending why, Notes& notes) noexcept;

}  // namespace uptake::dns
