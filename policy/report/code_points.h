#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uptake::report {

/// Mnemonic of an RR type, or TYPEnnn (RFC 3597 §5). `scratch` holds the latter.
[[nodiscard]] std::string_view rr_type_name(std::uint16_t type, std::string& scratch);
/// Names of the IANA registries "DNS RCODEs" (four header bits) and "DNS OpCodes"; empty when unassigned.
[[nodiscard]] std::string_view rcode_name(std::uint8_t rcode) noexcept;
[[nodiscard]] std::string_view opcode_name(std::uint8_t opcode) noexcept;

/// Names of the IANA registries "TLS Cipher Suites" and "TLS Supported Groups"; empty when not in the table.
[[nodiscard]] std::string_view suite_name(std::uint16_t suite) noexcept;
[[nodiscard]] std::string_view group_name(std::uint16_t group) noexcept;

}  // namespace uptake::report
