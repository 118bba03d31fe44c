#include "policy/report/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>

namespace uptake::report {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void append_digits(std::string& out, std::uint64_t value, std::size_t digits) {
  std::array<char, 20> text{};
  for (std::size_t i = digits; i > 0; --i) {
    text[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(text.data(), digits);
}

void append_group(std::string& out, std::uint16_t group) {
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = group >> shift & 15U;
    if (digit == 0 && !started && shift > 0) continue;
    started = true;
    out += kHex[digit];
  }
}

struct Run {
  std::size_t first = 8;
  std::size_t length = 0;
};

// RFC 5952 §4.2: the longest run of at least two zero groups, the first of equals.
Run longest_zero_run(const std::array<std::uint16_t, 8>& groups) {
  Run best;
  std::size_t i = 0;
  while (i < groups.size()) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i >= 2 && end - i > best.length) best = {i, end - i};
    i = end == i ? i + 1 : end;
  }
  return best;
}

void append_v6(std::string& out, const Address& address) {
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i)
    groups[i] = static_cast<std::uint16_t>(address.octets[2 * i] << 8 | address.octets[2 * i + 1]);
  const Run zeros = longest_zero_run(groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (zeros.length > 0 && i == zeros.first) {
      out += "::";
      i += zeros.length - 1;
      continue;
    }
    if (i > 0 && i != zeros.first + zeros.length) out += ':';
    append_group(out, groups[i]);
  }
}

void append_escaped(std::string& out, unsigned char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += static_cast<char>(c);
    return;
  }
  if (c < 0x20) {
    out += "\\u00";
    out += kHex[c >> 4];
    out += kHex[c & 15];
    return;
  }
  out += static_cast<char>(c);
}

}  // namespace

void append_decimal(std::string& out, std::uint64_t value) {
  std::array<char, 20> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

void append_code_point(std::string& out, std::uint16_t value) {
  out += "0x";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[value >> shift & 15U];
}

void append_address(std::string& out, const Address& address) {
  if (address.family == Family::v6) {
    append_v6(out, address);
    return;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) out += '.';
    append_decimal(out, address.octets[i]);
  }
}

void append_time(std::string& out, std::uint64_t time_ns, TimeDigits digits) {
  using std::chrono::days;
  const std::uint64_t seconds = time_ns / 1'000'000'000;
  const std::chrono::year_month_day date{std::chrono::sys_days{days{static_cast<int>(seconds / 86'400)}}};
  const std::uint64_t second_of_day = seconds % 86'400;
  append_digits(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_digits(out, second_of_day / 3600, 2);
  out += ':';
  append_digits(out, second_of_day / 60 % 60, 2);
  out += ':';
  append_digits(out, second_of_day % 60, 2);
  if (digits == TimeDigits::nanoseconds) {
    out += '.';
    append_digits(out, time_ns % 1'000'000'000, 9);
  }
  out += 'Z';
}

std::string time_text(std::int64_t seconds) {
  std::string out;
  append_time(out, static_cast<std::uint64_t>(std::max<std::int64_t>(0, seconds)) * 1'000'000'000,
              TimeDigits::seconds);
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  // Most text needs no escape: it is copied in runs.
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, done, i - done);
    append_escaped(out, c);
    done = i + 1;
  }
  out.append(text, done);
  out += '"';
}

void append_json_name(std::string& out, Bytes name) {
  out += '"';
  for (const std::uint8_t c : name) {
    if (c >= 0x20 && c < 0x7f) {
      append_escaped(out, c);
      continue;
    }
    out += "\\\\";
    append_digits(out, c, 3);
  }
  out += '"';
}

void append_share(std::string& out, std::uint64_t part, std::uint64_t whole) {
  constexpr std::uint64_t kScale = 1'000'000;
  if (whole == 0) {
    out += '0';
    return;
  }
  // Above 2^43 the product would overflow. Shifting both changes the quotient far below its sixth digit.
  while (whole > std::uint64_t{1} << 43) {
    whole >>= 1;
    part >>= 1;
  }
  const std::uint64_t scaled = (part * kScale + whole / 2) / whole;
  append_decimal(out, scaled / kScale);
  out += '.';
  append_digits(out, scaled % kScale, 6);
}

}  // namespace uptake::report
