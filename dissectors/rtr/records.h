#pragma once

#include <cstdint>

#include "dissectors/address.h"
#include "dissectors/cursor.h"

namespace uptake::rtr {

/// Record: what one PDU of a table announces or withdraws: a VRP (RFC 6811), a router's key, or an ASPA.
struct Record {
  enum class What : std::uint8_t { vrp, router_key, aspa };
  What what = What::vrp;
  bool announced = false;
  std::uint8_t length = 0;      ///< of a VRP's prefix
  std::uint8_t max_length = 0;  ///< of the prefixes that it covers
  std::uint32_t as = 0;         ///< origin of a VRP, AS of a key, customer of an ASPA
  Address prefix;               ///< of a VRP
  Bytes rest;  ///< an ASPA's providers, four octets each, or the Subject Key Identifier and key; borrowed
};

/// Reads the next PDU of an Exhibit of records. False at its end, and behind one that is none or contradicts itself.
[[nodiscard]] bool next_record(Cursor& pdus, Record& record) noexcept;

/// Reads one whole PDU whose head is_sound(). False when it is none of a table, or contradicts itself.
[[nodiscard]] bool read_record(Bytes pdu, Record& record) noexcept;

}  // namespace uptake::rtr
