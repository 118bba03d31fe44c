#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dissectors/address.h"
#include "dissectors/cursor.h"

namespace uptake::report {

/// Appends `value` in decimal, or as `0x` and four hexadecimal digits (a code point of a registry).
void append_decimal(std::string& out, std::uint64_t value);
void append_code_point(std::string& out, std::uint16_t value);

/// Appends an address as text: dotted decimal, or RFC 5952 §4.
void append_address(std::string& out, const Address& address);

/// TimeDigits: whole seconds, or with nine decimals.
enum class TimeDigits : std::uint8_t { seconds, nanoseconds };
/// Appends a time since 1970 as RFC 3339 in UTC.
void append_time(std::string& out, std::uint64_t time_ns, TimeDigits digits);

/// The same of seconds since 1970; what lies before is taken for 1970.
[[nodiscard]] std::string time_text(std::int64_t seconds);

/// Appends a JSON string (RFC 8259 §7) of trusted text, quotes included.
void append_json_string(std::string& out, std::string_view text);

/// Appends a JSON string of a domain name in presentation form as it came from the wire: octets that are not
/// printable ASCII are written as \DDD (RFC 1035 §5.1), so the result is ASCII whatever the octets were.
void append_json_name(std::string& out, Bytes name);

/// Appends `part`/`whole` as a decimal of six digits, rounded half up in integers; "0" when `whole` is 0.
/// `part` is at most `whole`.
void append_share(std::string& out, std::uint64_t part, std::uint64_t whole);

}  // namespace uptake::report
