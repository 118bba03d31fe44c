#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "dissectors/dns/edns.h"
#include "dissectors/dns/facts.h"
#include "dissectors/dns/pairing.h"

namespace uptake::dns {

// Makes the values of kQuery and kResponse from the wire's bits by shifting. Packing QueryBits and ResponseBits field
// by field costs more than all other reading of a message. Assertions below hold that both ways agree.

/// HeaderBit: places of the flags in a message's header (RFC 1035 §4.1.1, RFC 4035 §3.1.6, §3.2.2).
enum HeaderBit : std::uint8_t { kCd = 4, kAd = 5, kRa = 7, kRd = 8, kTc = 9, kAa = 10, kOpcode = 11 };

constexpr bool bit(unsigned flags, HeaderBit at) noexcept { return (flags >> at & 1) != 0; }

/// Opcode, RD, AD and CD as QueryBits packs them.
constexpr std::uint64_t query_flags(std::uint16_t flags) noexcept {
  const auto moved = [flags](HeaderBit from, unsigned to) {
    return (flags & std::uint64_t{1} << from) << (to - from);
  };
  return (flags >> kOpcode & std::uint64_t{15}) << 32 | moved(kRd, 37) | moved(kAd, 38) | moved(kCd, 39);
}

/// The seven flags from CD up to AA, whose order ResponseBits turns round, as its bits from AA's on.
inline constexpr unsigned kFlagsShift = 21;
inline constexpr std::array<std::uint8_t, 128> kResponseFlags = [] {
  std::array<std::uint8_t, 128> packed{};
  for (unsigned i = 0; i < packed.size(); ++i) {
    const unsigned flags = i << kCd;
    ResponseBits bits;
    bits.aa = bit(flags, kAa), bits.tc = bit(flags, kTc), bits.rd = bit(flags, kRd);
    bits.ra = bit(flags, kRa), bits.ad = bit(flags, kAd), bits.cd = bit(flags, kCd);
    packed[i] = static_cast<std::uint8_t>(bits.pack() >> kFlagsShift);
  }
  return packed;
}();

/// Opcode, AA, TC, RD, RA, AD and CD as ResponseBits packs them.
constexpr std::uint64_t response_flags(std::uint16_t flags) noexcept {
  return std::uint64_t{kResponseFlags[flags >> kCd & 0x7f]} << kFlagsShift | (flags >> kOpcode & std::uint64_t{7})
                                                                                 << 56;
}

/// All of an OPT as QueryBits packs it.
constexpr std::uint64_t query_edns(std::uint8_t bits, std::uint16_t size) noexcept {
  return std::uint64_t{size} << 16 | (std::uint64_t{bits} & (Edns::kServerCookie - 1)) << 40 |
         (std::uint64_t{bits} & Edns::kOtherVersion) << (51 - 7);
}

/// EDNS, DO and the server's cookie as ResponseBits packs them. For another EDNS version kPresent is the only bit,
/// and adding kOtherVersion as 1 carries it to the place of DO.
constexpr std::uint64_t response_edns(std::uint8_t bits) noexcept {
  return ((std::uint64_t{bits} & (Edns::kPresent | Edns::kDnssecOk)) + (std::uint64_t{bits} >> 7)) << 27 |
         (std::uint64_t{bits} & Edns::kServerCookie) << (29 - 6);
}

/// What a response's query said as ResponseBits packs it.
constexpr std::uint64_t response_query(Asked asked) noexcept {
  return std::uint64_t{asked.query} << 31 | std::uint64_t{asked.dnssec_ok || asked.cut} << 32 |
         std::uint64_t{asked.ad} << 33 | std::uint64_t{asked.cookie} << 63;
}

/// The class of its question as QueryBits and ResponseBits pack it.
constexpr std::uint64_t query_class(std::uint16_t klass) noexcept { return std::uint64_t{klass != 1} << 50; }
constexpr std::uint64_t response_class(std::uint16_t klass) noexcept { return std::uint64_t{klass != 1} << 59; }

/// Where the answers put what they say into the value of kResponse.
inline constexpr std::uint64_t kAnswered = ResponseBits{.answered = true}.pack();
inline constexpr std::uint64_t kAnswerSigned = ResponseBits{.answer_signed = true}.pack();
inline constexpr std::uint64_t kAlias = ResponseBits{.alias = true}.pack();
inline constexpr std::uint64_t kAnswersCut = ResponseBits{.answers_cut = true}.pack();
inline constexpr std::uint64_t kBroken = ResponseBits{.broken = true}.pack();
inline constexpr std::uint64_t kAaaaSynthesised = ResponseBits{.aaaa_synthesised = true}.pack();
constexpr std::uint64_t seen_bit(Seen seen) noexcept {
  return ResponseBits{.seen = static_cast<std::uint16_t>(1U << seen)}.pack();
}

namespace asserted {

consteval bool flags_agree() {
  for (unsigned flags = 0; flags < 0x10000; flags += 1U << kCd) {
    const auto opcode = static_cast<std::uint8_t>(flags >> kOpcode & 7);  // greater ones are not assigned
    if ((flags >> kOpcode & 8) != 0) continue;
    const QueryBits query{.opcode = opcode, .rd = bit(flags, kRd), .ad = bit(flags, kAd), .cd = bit(flags, kCd)};
    if (query_flags(static_cast<std::uint16_t>(flags)) != query.pack()) return false;
    const ResponseBits response{.aa = bit(flags, kAa),
                                .tc = bit(flags, kTc),
                                .rd = bit(flags, kRd),
                                .ra = bit(flags, kRa),
                                .ad = bit(flags, kAd),
                                .cd = bit(flags, kCd),
                                .opcode = opcode};
    if (response_flags(static_cast<std::uint16_t>(flags)) != response.pack()) return false;
  }
  return true;
}
static_assert(flags_agree());
static_assert(query_edns(0, 0xffff) == QueryBits{.edns_size = 0xffff}.pack());
static_assert(query_edns(Edns::kPresent, 0) == QueryBits{.edns = true}.pack());
static_assert(query_edns(Edns::kDnssecOk, 0) == QueryBits{.dnssec_ok = true}.pack());
static_assert(query_edns(Edns::kClientCookie, 0) == QueryBits{.cookie = true}.pack());
static_assert(query_edns(Edns::kClientSubnet, 0) == QueryBits{.client_subnet = true}.pack());
static_assert(query_edns(Edns::kPadding, 0) == QueryBits{.padding = true}.pack());
static_assert(query_edns(Edns::kMalformed, 0) == QueryBits{.edns_malformed = true}.pack());
static_assert(query_edns(Edns::kServerCookie, 0) == 0);
static_assert(response_edns(Edns::kPresent) == ResponseBits{.edns = true}.pack());
static_assert(response_edns(Edns::kDnssecOk) == ResponseBits{.dnssec_ok = true}.pack());
static_assert(response_edns(Edns::kServerCookie) == ResponseBits{.cookie = true}.pack());
static_assert(response_edns(Edns::kClientCookie | Edns::kClientSubnet | Edns::kPadding | Edns::kMalformed) == 0);
static_assert(query_edns(Edns::kOtherVersion, 0) == QueryBits{.edns_other = true}.pack());
static_assert(response_edns(Edns::kPresent | Edns::kOtherVersion) == ResponseBits{.edns_other = true}.pack());
static_assert(response_edns(Edns::kPresent | Edns::kDnssecOk) ==
              ResponseBits{.edns = true, .dnssec_ok = true}.pack());
static_assert(query_class(3) == QueryBits{.other_class = true}.pack() && query_class(1) == 0);
static_assert(response_class(3) == ResponseBits{.other_class = true}.pack() && response_class(1) == 0);
static_assert(response_query({.cookie = true}) == ResponseBits{.query_cookie = true}.pack());
static_assert(response_query({.cut = true}) == ResponseBits{.query_cut = true}.pack());
static_assert(response_query({.query = true}) == ResponseBits{.query_seen = true}.pack());
static_assert(response_query({.dnssec_ok = true}) == ResponseBits{.query_dnssec_ok = true}.pack());
static_assert(response_query({.ad = true}) == ResponseBits{.query_ad = true}.pack());

}  // namespace asserted

}  // namespace uptake::dns
