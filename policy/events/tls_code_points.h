#pragma once

#include <cstdint>
#include <string_view>

namespace uptake::tls {

/// Names of the IANA registries "TLS Cipher Suites" and "TLS Supported Groups"; empty when not in the table.
[[nodiscard]] std::string_view suite_name(std::uint16_t suite) noexcept;
[[nodiscard]] std::string_view group_name(std::uint16_t group) noexcept;

}  // namespace uptake::tls
