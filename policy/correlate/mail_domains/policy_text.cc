#include "policy/correlate/mail_domains/policy_text.h"

#include <algorithm>
#include <cstddef>

namespace uptake::mail_domains {
namespace {

constexpr bool is_alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
/// %x21-3A / %x3C / %x3E-7E: neither white space nor what delimits fields and values.
constexpr bool is_value(char c) noexcept { return c > ' ' && c <= '~' && c != ';' && c != '='; }

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Takes what stands before `end` off `text`, or all of it.
std::string_view take_until(std::string_view& text, char end) noexcept {
  const std::size_t size = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return part;
}

/// Part: name "=" value.
struct Part {
  std::string_view name;
  std::string_view value;

  [[nodiscard]] bool is_extension() const noexcept {
    constexpr std::size_t kLongest = 32;
    const bool named =
        !name.empty() && name.size() <= kLongest && is_alphanumeric(name[0]) &&
        std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; });
    return named && !value.empty() && std::ranges::all_of(value, is_value);
  }
};

/// version 1*( *WSP ";" *WSP field ) [ *WSP ";" *WSP ]: calls is_sound(Part) for each; false once that is false.
template <class IsSound>
bool all_fields(std::string_view text, IsSound is_sound) noexcept {
  (void)take_until(text, ';');
  while (!text.empty()) {
    const std::string_view part = trimmed(take_until(text, ';'));
    if (part.empty()) return trimmed(text).empty();
    std::string_view value = part;
    const std::string_view name = take_until(value, '=');
    if (!is_sound(Part{name, value})) return false;
  }
  return true;
}

}  // namespace

bool is_of_version(std::string_view text, std::string_view version) noexcept {
  if (!text.starts_with(version)) return false;
  text.remove_prefix(version.size());
  const std::size_t next = text.find_first_not_of(" \t");
  return next != std::string_view::npos && text[next] == ';';
}

// sts-id = "id=" 1*32(ALPHA / DIGIT)  RFC 8461 section 3.1
bool is_sound_mta_sts(std::string_view text) noexcept {
  constexpr std::size_t kLongestId = 32;
  bool has_id = false;
  const bool sound = all_fields(text, [&has_id](const Part& field) {
    if (field.name != "id") return field.is_extension();
    has_id = true;
    return !field.value.empty() && field.value.size() <= kLongestId &&
           std::ranges::all_of(field.value, is_alphanumeric);
  });
  return sound && has_id;
}

// tlsrpt-rua = "rua=" tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri); extension = name *WSP "=" *WSP value  RFC 8460 section
// 3
bool is_sound_tls_rpt(std::string_view text) noexcept {
  bool has_rua = false;
  const bool sound = all_fields(text, [&has_rua](const Part& field) {
    if (field.name != "rua") return Part{trimmed(field.name), trimmed(field.value)}.is_extension();
    has_rua = true;
    std::string_view uris = field.value;
    do {
      std::string_view uri = trimmed(take_until(uris, ','));
      const std::string_view scheme = take_until(uri, ':');
      if (scheme.empty() || uri.empty() || !std::ranges::all_of(scheme, is_alphanumeric)) return false;
    } while (!uris.empty());
    return true;
  });
  return sound && has_rua;
}

}  // namespace uptake::mail_domains
