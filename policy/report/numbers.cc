#include "policy/report/numbers.h"

#include <fmt/format.h>

#include <string_view>

namespace uptake::report {
namespace {

constexpr std::string_view kPrefixes = "kMGTPE";

// Three digits and an SI prefix: what is below a thousand of a prefix takes it.
std::string scaled(std::uint64_t value, std::string_view unit) {
  double left = static_cast<double>(value) / 1000;
  std::size_t prefix = 0;
  while (left >= 999.95 && prefix + 1 < kPrefixes.size()) {
    left /= 1000;
    ++prefix;
  }
  return fmt::format("{:.1f} {}{}", left, kPrefixes[prefix], unit);
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return 100 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  if (part != 0 && percent(part, whole) < 0.05) return "<0.1 %";
  if (part != whole && percent(part, whole) >= 99.95) return ">99.9 %";
  return fmt::format("{:.1f} %", percent(part, whole));
}

std::string between_text(std::uint64_t least, std::uint64_t most, std::uint64_t whole) {
  return between_text(least, whole, most, whole);
}

std::string between_text(std::uint64_t least, std::uint64_t of_least, std::uint64_t most, std::uint64_t of_most) {
  if (of_least == 0 || of_most == 0) return "-";
  const auto low = static_cast<unsigned>(percent(least, of_least));
  const auto high = static_cast<unsigned>(100 - percent(of_most - most, of_most) + 0.999999);
  return fmt::format("{}-{} %", low, high > 100 ? 100 : high);
}

std::string grouped_digits(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string short_count(std::uint64_t value) {
  constexpr std::uint64_t kMillion = 1'000'000;
  return value < kMillion ? grouped_digits(value) : scaled(value, "");
}

std::string short_bytes(std::uint64_t value) {
  return value < 1000 ? fmt::format("{} B", value) : scaled(value, "B");
}

}  // namespace uptake::report
