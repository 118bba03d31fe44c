#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "dissectors/dissector.h"
#include "dissectors/dns/name.h"

namespace uptake::dns {

/// Asked: what a response needs of its query, as Exchanges keep it.
struct Asked {
  bool query = false;  ///< the query was seen, and read to its end
  bool dnssec_ok = false;
  bool ad = false;
  bool cookie = false;
  bool cut = false;  ///< the query was seen, but the capture cut it: its EDNS is unknown

  [[nodiscard]] constexpr std::uint16_t pack() const noexcept {
    return static_cast<std::uint16_t>(unsigned{query} | unsigned{dnssec_ok} << 1 | unsigned{ad} << 2 |
                                      unsigned{cookie} << 3 | unsigned{cut} << 4);
  }
  [[nodiscard]] static constexpr Asked unpack(std::uint16_t said) noexcept {
    const auto bit = [said](unsigned n) { return (said >> n & 1) != 0; };
    return {bit(0), bit(1), bit(2), bit(3), bit(4)};
  }
};

/// Both halves of the 128-bit product, folded.
[[nodiscard]] constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// The digest under which a question and its answer meet: of the flow's keyed digest, who asked, the message ID and
/// the whole question. `name` is the wire form of a sound name and has the message's header in front of it, which may
/// be read. Letter case does not count (RFC 4343), because some resolvers mix it at random. See
/// Exchanges::digest_at().
[[nodiscard]] inline std::uint64_t exchange_of(std::uint64_t flow, bool server_asks, std::uint16_t id, Bytes name,
                                               std::uint32_t type_and_class) noexcept {
  constexpr std::uint64_t kLower = 0x2020'2020'2020'2020;  // changes other octets too, alike in question and answer
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  const auto word = [](const std::uint8_t* at) {
    std::uint64_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value | kLower;
  };
  const std::uint64_t head = std::uint64_t{type_and_class} << 17 | std::uint64_t{id} << 1 | (server_asks ? 1 : 0);
  std::uint64_t digest = fold(flow ^ 0xa0761d6478bd642f, head ^ 0xe7037ed1a0b428db);
  const std::uint8_t* at = name.data();
  const std::uint8_t* const end = at + name.size();
  for (; end - at > static_cast<std::ptrdiff_t>(kWord); at += kWord)
    digest = fold(digest ^ word(at), 0x8ebc6af09c88c6e3);
  // The last word ends where the name does. It may begin in the header: the shift removes what it reads before `at`.
  const auto before = static_cast<unsigned>(kWord - static_cast<std::size_t>(end - at));
  const std::uint64_t last = word(end - kWord);
  digest = fold(digest ^ (std::endian::native == std::endian::little ? last >> before * 8 : last << before * 8),
                0x589965cc75374cc3);
  return Exchanges::digest_at(flow, id, digest);
}

/// Remembers a query for its response; 0: it has no question.
inline void remember(const Payload& payload, std::uint64_t exchange, Asked asked) noexcept {
  if (payload.exchanges != nullptr && exchange != 0)
    payload.exchanges->remember(exchange, asked.pack(), payload.ticks);
}
/// Whether another response to the same query was seen before.
[[nodiscard]] inline bool is_further(const Payload& payload, std::uint64_t exchange) noexcept {
  return payload.exchanges != nullptr && exchange != 0 && payload.exchanges->find(exchange, payload.ticks).again;
}
/// What a response's query said, if it was seen.
[[nodiscard]] inline Asked find_query(const Payload& payload, std::uint64_t exchange) noexcept {
  if (payload.exchanges == nullptr || exchange == 0) return {};
  return Asked::unpack(payload.exchanges->find(exchange, payload.ticks).said);
}

}  // namespace uptake::dns
