#include "tools/uptake/customers.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

#include "tools/uptake/input_text.h"

namespace uptake {
namespace {

constexpr std::size_t kMostPrefixes = 1'000'000;
constexpr std::size_t kMostBytes = 64U << 20;
constexpr std::size_t kShownText = 60;

Refusal wrong(std::string line) { return {Why::configuration, std::move(line)}; }

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

namespace {

/// The words of a line, between blanks and commas.
std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kBetween = " \t\r,";
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(kBetween); at != std::string_view::npos;
       at = line.find_first_not_of(kBetween, at)) {
    const std::size_t end = std::min(line.find_first_of(kBetween, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

/// Appends the prefixes of one line, or says what is wrong with it.
std::optional<Refusal> add_line(std::string_view line, std::uint32_t number, SubscriberLengths subscriber,
                                std::vector<CustomerPrefix>& prefixes) {
  const std::vector<std::string_view> words = words_of(line);
  for (const std::string_view word : words) {
    const Either<Prefix> parsed = parse_prefix(word);
    if (const Refusal* refusal = std::get_if<Refusal>(&parsed)) return *refusal;
    const Prefix& prefix = std::get<Prefix>(parsed);
    const unsigned length = prefix.address.family == Family::v4 ? subscriber.v4 : subscriber.v6;
    prefixes.push_back({prefix.address, prefix.bits, number, words.size() > 1 || prefix.bits >= length});
  }
  if (prefixes.size() <= kMostPrefixes) return std::nullopt;
  return wrong(fmt::format("more than {} prefixes; aggregate them", kMostPrefixes));
}

/// A prefix on two lines would belong to two subscribers.
std::optional<Refusal> twice(std::vector<CustomerPrefix> prefixes) {
  const auto key = [](const CustomerPrefix& p) {
    return std::tie(p.address.octets, p.address.family, p.bits, p.line);
  };
  std::ranges::sort(prefixes, {}, key);
  for (std::size_t i = 1; i < prefixes.size(); ++i) {
    const CustomerPrefix& one = prefixes[i - 1];
    const CustomerPrefix& other = prefixes[i];
    if (one.address == other.address && one.bits == other.bits && one.line != other.line && (one.tied || other.tied))
      return wrong(
          fmt::format("{}: a prefix of it stands on line {} too; a prefix has one subscriber", other.line, one.line));
  }
  return std::nullopt;
}

}  // namespace

Either<std::vector<CustomerPrefix>> parse_customers(std::string_view text, const std::string& path,
                                                    SubscriberLengths subscriber) {
  std::vector<CustomerPrefix> prefixes;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (const std::optional<Refusal> refusal = add_line(line.substr(0, line.find('#')), number, subscriber, prefixes))
      return wrong(fmt::format("{}:{}: {}", path, number, refusal->what));
  }
  if (prefixes.empty()) return wrong(fmt::format("{}: holds no prefix; write one a line, as 192.0.2.0/24", path));
  if (const std::optional<Refusal> refusal = twice(prefixes)) return wrong(fmt::format("{}:{}", path, refusal->what));
  return prefixes;
}

Either<std::vector<CustomerPrefix>> read_customers(const std::string& path, SubscriberLengths subscriber) {
  const Either<std::string> text = read_text(path, kMostBytes);
  if (const Refusal* refusal = std::get_if<Refusal>(&text)) return *refusal;
  return parse_customers(std::get<std::string>(text), path, subscriber);
}

}  // namespace uptake
