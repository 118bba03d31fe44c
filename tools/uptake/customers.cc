#include "tools/uptake/customers.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "tools/uptake/input_text.h"

namespace uptake {
namespace {

constexpr std::size_t kMostPrefixes = 1'000'000;
constexpr std::size_t kMostBytes = 64U << 20;
constexpr std::size_t kShownText = 60;

Failure wrong(std::string line) { return {Exit::configuration, std::move(line)}; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// What a wrong line holds may be anything: only the printable part of it reaches the terminal.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kShownText)) out += c >= 0x20 && c < 0x7f ? c : '?';
  if (text.size() > kShownText) out += "...";
  return out;
}

std::optional<Address> parse_address(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.octets.data()) == 1) return address;
  address.family = Family::v6;
  if (inet_pton(AF_INET6, text.c_str(), address.octets.data()) == 1) return address;
  return std::nullopt;
}

std::optional<unsigned> parse_bits(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc{} || at != text.data() + text.size() || bits > most) return std::nullopt;
  return bits;
}

bool zero_behind(const Address& address, unsigned bits) {
  for (unsigned bit = bits; bit < 128; ++bit)
    if ((address.octets[bit / 8] >> (7 - bit % 8) & 1) != 0) return false;
  return true;
}

}  // namespace

Either<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<Address> address = parse_address(std::string(text.substr(0, slash)));
  if (!address || text.find('\0') != std::string_view::npos)
    return wrong(fmt::format("\"{}\" is no prefix; write one as 192.0.2.0/24 or 2001:db8::/32", shown(text)));
  const unsigned most = address->family == Family::v4 ? 32 : 128;
  const std::optional<unsigned> bits =
      slash == std::string_view::npos ? most : parse_bits(text.substr(slash + 1), most);
  if (!bits)
    return wrong(fmt::format("\"{}\": the prefix length is not between 0 and {}; correct it", shown(text), most));
  if (!zero_behind(*address, *bits))
    return wrong(
        fmt::format("\"{}\": bits are set behind the prefix length; clear them or lengthen it", shown(text)));
  return Prefix{*address, static_cast<std::uint8_t>(*bits)};
}

Either<std::vector<Prefix>> parse_customers(std::string_view text, const std::string& path) {
  std::vector<Prefix> prefixes;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end).substr(0, text.substr(0, end).find('#')));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    const Either<Prefix> prefix = parse_prefix(line);
    if (const Failure* failure = std::get_if<Failure>(&prefix))
      return wrong(fmt::format("{}:{}: {}", path, number, failure->line));
    if (prefixes.size() == kMostPrefixes)
      return wrong(fmt::format("{}:{}: more than {} prefixes; aggregate them", path, number, kMostPrefixes));
    prefixes.push_back(std::get<Prefix>(prefix));
  }
  if (prefixes.empty()) return wrong(fmt::format("{}: holds no prefix; write one a line, as 192.0.2.0/24", path));
  return prefixes;
}

Either<std::vector<Prefix>> read_customers(const std::string& path) {
  const Either<std::string> text = read_text(path, kMostBytes);
  if (const Failure* failure = std::get_if<Failure>(&text)) return *failure;
  return parse_customers(std::get<std::string>(text), path);
}

}  // namespace uptake
