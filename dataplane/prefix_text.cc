#include "dataplane/prefix_text.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace uptake {
namespace {

constexpr std::size_t kShownText = 60;

Refusal wrong(std::string what, std::string hint) {
  return {Why::configuration, std::move(what), {}, std::move(hint)};
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
    return wrong(fmt::format("\"{}\" is no prefix", shown(text)), "write one as 192.0.2.0/24 or 2001:db8::/32");
  const unsigned most = address->family == Family::v4 ? 32 : 128;
  const std::optional<unsigned> bits =
      slash == std::string_view::npos ? most : parse_bits(text.substr(slash + 1), most);
  if (!bits)
    return wrong(fmt::format("\"{}\": the prefix length is not between 0 and {}", shown(text), most), "correct it");
  if (!zero_behind(*address, *bits))
    return wrong(fmt::format("\"{}\": bits are set behind the prefix length", shown(text)),
                 "clear them or lengthen it");
  return Prefix{*address, static_cast<std::uint8_t>(*bits)};
}

Either<Prefix> parse_nat64(std::string_view text) {
  constexpr std::array kLengths = {32, 40, 48, 56, 64, 96};
  const Either<Prefix> parsed = parse_prefix(text);
  const Prefix* prefix = std::get_if<Prefix>(&parsed);
  if (prefix != nullptr && prefix->address.family == Family::v6 && std::ranges::count(kLengths, prefix->bits) != 0)
    return *prefix;
  return Refusal{Why::usage, fmt::format("\"{}\" is no prefix of a translator", shown(text)), "nat64",
                 "give an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits: 2001:db8:64::/96"};
}

}  // namespace uptake
