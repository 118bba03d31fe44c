#include "tools/uptake/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>

#include "dataplane/setup.h"
#include "dissectors/packet_time.h"
#include "policy/catalogue/catalogue.h"

namespace uptake {
namespace {

constexpr std::uint64_t kDay = 86'400 * kSecondNs;
constexpr std::uint64_t kLongestDays = 366;
constexpr std::uint64_t kMostCores = 1024;

std::optional<std::uint64_t> whole_number(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end) return std::nullopt;
  return value;
}

std::uint64_t seconds_of_unit(char unit) noexcept {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86'400;
    default:
      return 0;
  }
}

}  // namespace

std::optional<std::uint64_t> parse_span(std::string_view text) noexcept {
  if (text.size() < 2) return std::nullopt;
  const std::uint64_t unit = seconds_of_unit(text.back()) * kSecondNs;
  const std::optional<std::uint64_t> count = whole_number(text.substr(0, text.size() - 1));
  if (unit == 0 || !count || *count == 0 || *count > kLongestDays * kDay / unit) return std::nullopt;
  return *count * unit;
}

std::optional<std::uint64_t> parse_window(std::string_view text) noexcept {
  const std::optional<std::uint64_t> span = parse_span(text);
  if (!span || !is_window(*span)) return std::nullopt;
  return span;
}

std::optional<std::int64_t> parse_time(std::string_view text) noexcept {
  using namespace std::chrono;
  if (text.ends_with('Z') && text.size() > 10) text.remove_suffix(1);
  const bool has_time = text.size() == 16;
  if (text.size() != 10 && !has_time) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || (has_time && (text[10] != 'T' || text[13] != ':'))) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) {
    const std::optional<std::uint64_t> value = whole_number(text.substr(at, size));
    return value ? static_cast<int>(*value) : 10'000;
  };
  const year_month_day day{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                           std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  const int hour = has_time ? number(11, 2) : 0;
  const int minute = has_time ? number(14, 2) : 0;
  if (!day.ok() || day.year() < year{1970} || day.year() > year{9999} || hour > 23 || minute > 59)
    return std::nullopt;
  return sys_seconds{sys_days{day}}.time_since_epoch().count() + hour * 3'600 + minute * 60;
}

std::optional<std::pair<std::int64_t, std::int64_t>> parse_month(std::string_view text) {
  using namespace std::chrono;
  const std::optional<std::int64_t> first = parse_time(fmt::format("{}-01", text));
  if (!first || text.size() != 7) return std::nullopt;
  const year_month_day day{floor<days>(sys_seconds{std::chrono::seconds{*first}})};
  const sys_days next{(day.year() / day.month() + months{1}) / 1};
  return std::pair{*first, std::int64_t{sys_seconds{next}.time_since_epoch().count()}};
}

std::optional<std::array<std::int64_t, 3>> parse_keep(std::string_view text) noexcept {
  constexpr std::uint64_t kLongest = 36'525 * std::uint64_t{86'400};
  std::array<std::int64_t, 3> kept{};
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const std::size_t comma = text.find(',');
    if ((comma == std::string_view::npos) != (i + 1 == kept.size())) return std::nullopt;
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    if (part == "ever") {
      before = kLongest + 1;
      continue;
    }
    const std::uint64_t unit = part.empty() ? 0 : seconds_of_unit(part.back());
    const std::optional<std::uint64_t> count = whole_number(part.substr(0, part.size() - (part.empty() ? 0 : 1)));
    if (unit == 0 || !count || *count == 0 || *count > kLongest / unit || *count * unit < before) return std::nullopt;
    before = *count * unit;
    kept[i] = static_cast<std::int64_t>(before);
  }
  return kept;
}

std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t low, std::uint64_t high) noexcept {
  std::uint64_t factor = 1;
  if (!text.empty() && text.back() == 'k') factor = 1'000;
  if (!text.empty() && text.back() == 'M') factor = 1'000'000;
  if (factor != 1) text.remove_suffix(1);
  const std::optional<std::uint64_t> count = whole_number(text);
  if (!count || *count > high / factor || *count * factor < low) return std::nullopt;
  return *count * factor;
}

std::optional<double> parse_percent(std::string_view text) noexcept {
  if (!text.empty() && text.back() == '%') text.remove_suffix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc{} || at != end || !std::isfinite(value) || value < 0 || value > 100) return std::nullopt;
  return value;
}

std::optional<SubscriberLengths> parse_subscriber(std::string_view text) noexcept {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint64_t> v4 = whole_number(text.substr(0, comma));
  const std::optional<std::uint64_t> v6 = whole_number(text.substr(comma + 1));
  if (!v4 || !v6 || *v4 < 1 || *v4 > 32 || *v6 < 1 || *v6 > 128) return std::nullopt;
  return SubscriberLengths{static_cast<std::uint8_t>(*v4), static_cast<std::uint8_t>(*v6)};
}

std::optional<std::vector<unsigned>> parse_cores(std::string_view text) {
  std::vector<unsigned> cores;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    const std::optional<std::uint64_t> first = whole_number(part.substr(0, dash));
    const std::optional<std::uint64_t> last =
        dash == std::string_view::npos ? first : whole_number(part.substr(dash + 1));
    if (!first || !last || *first > *last || *last >= kMostCores) return std::nullopt;
    for (std::uint64_t core = *first; core <= *last; ++core) {
      if (std::find(cores.begin(), cores.end(), core) != cores.end()) return std::nullopt;
      cores.push_back(static_cast<unsigned>(core));
    }
    if (comma == std::string_view::npos) return cores;
    text.remove_prefix(comma + 1);
  }
}

std::optional<Theme> parse_theme(std::string_view text) {
  const auto plain = [](std::string_view words) {
    std::string out;
    for (const char c : words)
      out += c == '-' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
  };
  const std::string wanted = plain(text);
  for (const Theme& theme : standard_themes())
    if (wanted == name_of(theme) || wanted == plain(title_of(theme))) return theme;
  return std::nullopt;
}

namespace {

/// The octets of the UTF-8 character at the front of `text` (RFC 3629 section 4), or 0: there is none, or it is a
/// control character or one that turns the direction of the text.
std::size_t plain_character(std::string_view text) {
  const auto octet = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = octet(0);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : 0;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  std::uint32_t value = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return 0;
    value = value << 6 | (octet(i) & 0x3f);
  }
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0xa0, 0x800, 0x10000};
  if (lead < 0xc2 || value < kLeast[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return 0;
  const bool turns = (value >= 0x200b && value <= 0x200f) || (value >= 0x2028 && value <= 0x202e) ||
                     (value >= 0x2060 && value <= 0x206f) || value == 0xfeff;
  return turns ? 0 : length;
}

}  // namespace

std::optional<Label> parse_label(std::string_view text) {
  constexpr std::size_t kMostKey = 32;
  constexpr std::size_t kMostValue = 200;
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals > kMostKey) return std::nullopt;
  const std::string_view key = text.substr(0, equals);
  const std::string_view value = text.substr(equals + 1);
  if (key[0] < 'a' || key[0] > 'z') return std::nullopt;
  if (key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-.") != std::string_view::npos) return std::nullopt;
  if (value.empty() || value.size() > kMostValue) return std::nullopt;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t length = plain_character(value.substr(at));
    if (length == 0) return std::nullopt;
    at += length;
  }
  return Label{std::string(key), std::string(value)};
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c < 0x20 || c == 0x7f) c = '?';
  return out;
}

}  // namespace uptake
