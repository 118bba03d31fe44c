#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uptake::dns {

/// Mnemonic of an RR type, or TYPEnnn (RFC 3597 §5). `scratch` holds the latter.
[[nodiscard]] std::string_view rr_type_name(std::uint16_t type, std::string& scratch);
/// Names of the IANA registries "DNS RCODEs" (four header bits) and "DNS OpCodes"; empty when unassigned.
[[nodiscard]] std::string_view rcode_name(std::uint8_t rcode) noexcept;
[[nodiscard]] std::string_view opcode_name(std::uint8_t opcode) noexcept;

}  // namespace uptake::dns
