#include "dataplane/customers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "dataplane/prefix_set.h"
#include "dataplane/prefix_text.h"

namespace uptake {
namespace {

constexpr std::size_t kMostPrefixes = 1'000'000;

Refusal wrong(std::string what, std::string where, std::string hint) {
  return {Why::configuration, std::move(what), std::move(where), std::move(hint)};
}

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
  return wrong(fmt::format("more than {} prefixes", kMostPrefixes), {}, "aggregate them");
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
      return wrong(fmt::format("a prefix of it stands on line {} too", one.line), fmt::format("{}", other.line),
                   "a prefix has one subscriber");
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
    if (std::optional<Refusal> refusal = add_line(line.substr(0, line.find('#')), number, subscriber, prefixes)) {
      refusal->where = fmt::format("{}:{}", path, number);
      return *std::move(refusal);
    }
  }
  if (prefixes.empty()) return wrong("holds no prefix", path, "write one a line, as 192.0.2.0/24");
  if (std::optional<Refusal> refusal = twice(prefixes)) {
    refusal->where = fmt::format("{}:{}", path, refusal->where);
    return *std::move(refusal);
  }
  return prefixes;
}

}  // namespace uptake
