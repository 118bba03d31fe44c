#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "dissectors/dns/dns.h"

namespace uptake::dns {

/// Pairing: the last queries of a flow in 16-bit words: two tags of 7 bits (0: none) and the DO and AD that both
/// queries share. One word, two queries, for datagrams; fourteen words for a stream. A tag is a digest of ID and
/// QTYPE: a response without query meets a stale one by chance once in 127 for each tag kept.
class Pairing {
 public:
  struct Found {
    bool query = false;
    bool dnssec_ok = false;
    bool ad = false;
  };

  static void remember(Dissector::Memory& memory, std::uint16_t id, std::uint16_t qtype, bool dnssec_ok, bool ad,
                       bool stream) noexcept {
    const unsigned tag = tag_of(id, qtype);
    const unsigned flags = unsigned{dnssec_ok} << 14 | unsigned{ad} << 15;
    const unsigned word = memory.brief;
    const bool same_flags = word != 0 && (word & kFlags) == flags;
    if (same_flags && holds(word, tag)) return;
    const bool full = (word & kSecond) != 0;
    const bool joins = same_flags && !(stream && full);
    if (!joins && stream && word != 0) {
      std::copy_backward(std::begin(memory.earlier), std::prev(std::end(memory.earlier)), std::end(memory.earlier));
      memory.earlier[0] = memory.brief;
    }
    memory.brief = static_cast<std::uint16_t>(flags | tag | (joins ? (word & kFirst) << 7 : 0U));
  }

  static Found find(const Dissector::Memory& memory, std::uint16_t id, std::uint16_t qtype, bool stream) noexcept {
    const unsigned tag = tag_of(id, qtype);
    if (holds(memory.brief, tag)) return found(memory.brief);
    if (stream)
      for (const unsigned word : memory.earlier)
        if (holds(word, tag)) return found(word);
    return {};
  }

 private:
  static constexpr unsigned kFirst = 0x7f;
  static constexpr unsigned kSecond = kFirst << 7;
  static constexpr unsigned kFlags = 3U << 14;

  static constexpr unsigned tag_of(std::uint16_t id, std::uint16_t qtype) noexcept {
    const std::uint32_t mixed = (std::uint32_t{id} << 16 | qtype) * 0x9e3779b1U;
    return 1 + ((mixed >> 16) * 127 >> 16);
  }
  static constexpr bool holds(unsigned word, unsigned tag) noexcept {
    return (word & kFirst) == tag || (word & kSecond) >> 7 == tag;
  }
  static constexpr Found found(unsigned word) noexcept {
    return {true, (word >> 14 & 1) != 0, (word >> 15 & 1) != 0};
  }
};

}  // namespace uptake::dns
