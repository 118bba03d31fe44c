#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace uptake {

/// Theme: under which heading the measures of a standard stand. The first six are those of Internet.nl and stand on
/// the first screen, in this order.
enum class Theme : std::uint8_t {
  modern_address,
  signed_names,
  secure_connection,
  secure_mail,
  authentic_mail,
  routes,
  name_service,
  other,
};
inline constexpr std::array kThemes = {Theme::modern_address, Theme::signed_names,   Theme::secure_connection,
                                       Theme::secure_mail,    Theme::authentic_mail, Theme::routes,
                                       Theme::name_service,   Theme::other};
inline constexpr std::size_t kFirstScreenThemes = 6;

/// As JSON, CSV and --only write it: "modern_address".
[[nodiscard]] std::string_view name_of(Theme theme) noexcept;
/// As a heading: "Modern address".
[[nodiscard]] std::string_view title_of(Theme theme) noexcept;

/// Standard: one published document (or family of them) whose uptake is measured.
struct Standard {
  std::string_view id;        ///< short and stable: "ipv6", "dnssec", "tls"
  std::string_view title;     ///< as the field names it
  std::string_view document;  ///< "RFC 8200", "RFC 9846, RFC 5246"
  Theme theme = Theme::other;
};

}  // namespace uptake
