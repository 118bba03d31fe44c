#pragma once

#include <array>
#include <string_view>

namespace uptake {

/// Theme: under which heading the measures of a standard stand. An area may have further ones in its own folder:
/// `inline constexpr Theme kTime{"time_service", "Time service"};`. Equal names are equal themes.
struct Theme {
  std::string_view name;         ///< as JSON, CSV and --only write it: "modern_address"
  std::string_view title;        ///< as a heading: "Modern address"
  bool on_first_screen = false;  ///< those of Internet.nl are

  static const Theme modern_address;
  static const Theme signed_names;
  static const Theme secure_connection;
  static const Theme secure_mail;
  static const Theme authentic_mail;
  static const Theme routes;
  static const Theme name_service;
  static const Theme other;

  friend constexpr bool operator==(const Theme& a, const Theme& b) noexcept { return a.name == b.name; }
};

inline constexpr Theme Theme::modern_address{"modern_address", "Modern address", true};
inline constexpr Theme Theme::signed_names{"signed_names", "Signed domain names", true};
inline constexpr Theme Theme::secure_connection{"secure_connection", "Secure connection", true};
inline constexpr Theme Theme::secure_mail{"secure_mail", "Secure mail connection", true};
inline constexpr Theme Theme::authentic_mail{"authentic_mail", "Authenticity of mail", true};
inline constexpr Theme Theme::routes{"routes", "Route authorisation", true};
inline constexpr Theme Theme::name_service{"name_service", "Name service"};
inline constexpr Theme Theme::other{"other", "Other standards"};

/// The themes that are always there, in the order of reports; those of an area alone stand before the last.
inline constexpr std::array kThemes = {Theme::modern_address, Theme::signed_names,   Theme::secure_connection,
                                       Theme::secure_mail,    Theme::authentic_mail, Theme::routes,
                                       Theme::name_service,   Theme::other};

[[nodiscard]] constexpr std::string_view name_of(const Theme& theme) noexcept { return theme.name; }
[[nodiscard]] constexpr std::string_view title_of(const Theme& theme) noexcept { return theme.title; }

/// Standard: one published document (or family of them) whose uptake is measured.
struct Standard {
  std::string_view id;        ///< short and stable: "ipv6", "dnssec", "tls"
  std::string_view title;     ///< as the field names it
  std::string_view document;  ///< "RFC 8200", "RFC 9846, RFC 5246"
  Theme theme = Theme::other;
};

}  // namespace uptake
