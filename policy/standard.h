#pragma once

#include <string_view>

namespace uptake {

/// Standard: one published document (or family of them) whose uptake is measured.
struct Standard {
  std::string_view id;        ///< short and stable: "ipv6", "dnssec", "tls"
  std::string_view title;     ///< as the field names it
  std::string_view document;  ///< "RFC 8200", "RFC 9846, RFC 5246"
};

}  // namespace uptake
