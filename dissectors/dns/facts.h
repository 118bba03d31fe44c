#pragma once

#include <cstdint>
#include <span>

#include "dissectors/dissector.h"

namespace uptake::dns {

/// Facts of DNS messages (RFC 1035, 6891, 4034, 5155, 8914). At most kPerMessage are noted of one message.
enum Fact : std::uint16_t {
  kQuery,     ///< one query; value: QueryBits
  kResponse,  ///< one response; value: ResponseBits
  kRrsig,   ///< a signing algorithm among a response's RRSIGs, once per algorithm; value: algorithm (8 bits) | 1 << 8
            ///< when a query with DO is known
  kDnskey,  ///< an algorithm among a response's DNSKEYs, once per algorithm; value: algorithm
  kDs,      ///< a DS, once per (algorithm, digest type); value: algorithm | digest type << 8
  kNsec3,   ///< the NSEC3 or NSEC3PARAM parameters of a response, once per set; value: iterations (16) | salt length
            ///< << 16 | opt-out << 24 | hash algorithm << 32 | 1 << 40 of an NSEC3PARAM
  kEde,     ///< an Extended DNS Error; value: info-code | rcode << 16
  kSvcParams,  ///< an HTTPS or SVCB record in ServiceMode (RFC 9460); value: bit per SvcParamKey 0..31 present | type
               ///< << 32
  kUnreadable,  ///< a message on a DNS flow that could not be read; value: Ending that says why
  kBadRecord,   ///< a record of a response whose RDATA or owner breaks its type; value: type
  kFactCount,
};
inline constexpr std::uint32_t kPerMessage = 32;
/// Value of kRrsig to kSvcParams where the capture cut the response: such records may stand in what is missing.
inline constexpr std::uint64_t kMayHideMore = std::uint64_t{1} << 63;

/// Names under which policy records are published (RFC 9989 `_dmarc`, RFC 6376 `_domainkey`, RFC 8461 `_mta-sts`,
/// RFC 8460 `_smtp._tls`); `plain` for all others.
enum class Label : std::uint8_t { plain, dmarc, domainkey, mta_sts, tls_rpt, bimi };

/// The policy that a TXT answer states by its first characters.
enum class Policy : std::uint8_t { none, spf, dmarc, dkim, mta_sts, tls_rpt, bimi };

/// Value of kQuery.
struct QueryBits {
  std::uint16_t qtype = 0;
  std::uint16_t edns_size = 0;  ///< requestor's UDP payload size; 0 without EDNS
  std::uint8_t opcode = 0;
  bool tcp = false;
  bool rd = false;
  bool ad = false;
  bool cd = false;
  bool edns = false;
  bool dnssec_ok = false;
  bool cookie = false;          ///< option 10 (RFC 7873)
  bool client_subnet = false;   ///< option 8 (RFC 7871)
  bool padding = false;         ///< option 12 (RFC 7830)
  bool edns_malformed = false;  ///< an option broke its bounds; the envelope was sound
  Label label = Label::plain;
  bool cut = false;  ///< the snaplen cut it: absent EDNS bits are unknown, and QTYPE and label when QTYPE is 0
  bool other_class = false;  ///< the question's class is not IN
  bool edns_other = false;   ///< EDNS of another version than 0: its bits and options are not known

  // Inlined always, as in ResponseBits.
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t pack() const noexcept {
    return std::uint64_t{qtype} | std::uint64_t{edns_size} << 16 | std::uint64_t{opcode} << 32 |
           std::uint64_t{tcp} << 36 | std::uint64_t{rd} << 37 | std::uint64_t{ad} << 38 | std::uint64_t{cd} << 39 |
           std::uint64_t{edns} << 40 | std::uint64_t{dnssec_ok} << 41 | std::uint64_t{cookie} << 42 |
           std::uint64_t{client_subnet} << 43 | std::uint64_t{padding} << 44 | std::uint64_t{edns_malformed} << 45 |
           static_cast<std::uint64_t>(label) << 46 | std::uint64_t{cut} << 49 | std::uint64_t{other_class} << 50 |
           std::uint64_t{edns_other} << 51;
  }
  [[nodiscard, gnu::always_inline]] static constexpr QueryBits unpack(std::uint64_t v) noexcept {
    const auto bit = [v](int n) { return (v >> n & 1) != 0; };
    QueryBits q;
    q.qtype = static_cast<std::uint16_t>(v);
    q.edns_size = static_cast<std::uint16_t>(v >> 16);
    q.opcode = static_cast<std::uint8_t>(v >> 32 & 15);
    q.tcp = bit(36), q.rd = bit(37), q.ad = bit(38), q.cd = bit(39), q.edns = bit(40), q.dnssec_ok = bit(41);
    q.cookie = bit(42), q.client_subnet = bit(43), q.padding = bit(44), q.edns_malformed = bit(45);
    q.label = static_cast<Label>(v >> 46 & 7);
    q.cut = bit(49), q.other_class = bit(50), q.edns_other = bit(51);
    return q;
  }
};

/// RR types of which a response's value says whether one stands in its answer, authority or additional section.
/// A plain bit set; `kSeen...` are bit numbers in ResponseBits::seen.
enum Seen : std::uint8_t {
  kSeenA,
  kSeenAaaa,
  kSeenRrsig,
  kSeenDnskey,
  kSeenDs,
  kSeenNsec,
  kSeenNsec3,
  kSeenTlsa,
  kSeenCaa,
  kSeenSvcb,
  kSeenHttps,
  kSeenTxt,
  kSeenCount,
};

/// Value of kResponse. 64 bits in all.
struct ResponseBits {
  std::uint16_t qtype = 0;  ///< 0: it repeats no question, or with `cut` and no answer, the question was cut
  std::uint8_t rcode = 0;   ///< 4 bits of the header; 15 stands for every extended RCODE above 14
  bool tcp = false;
  bool aa = false;
  bool tc = false;
  bool rd = false;
  bool ra = false;
  bool ad = false;
  bool cd = false;
  bool edns = false;
  bool dnssec_ok = false;  ///< DO as the response's OPT repeats it
  bool cookie = false;     ///< a server cookie came back
  bool ede = false;
  bool query_seen = false;  ///< its query was seen in the same flow; the bits below are the query's
  bool query_dnssec_ok = false;
  bool query_ad = false;
  bool answered = false;       ///< an RR of the question's type, or without one of any, stands in the answer section
  bool answer_signed = false;  ///< an RRSIG covering the question's type stands in the answer section
  bool aaaa_synthesised = false;  ///< every AAAA answer is IPv4-mapped or made by NAT64
  bool cut = false;               ///< the snaplen cut the records: absent bits are unknown
  std::uint16_t seen = 0;         ///< bit set over Seen, RRs of all sections (not types in NSEC bitmaps)
  Label label = Label::plain;
  Policy policy = Policy::none;  ///< of a TXT answer
  std::uint8_t opcode = 0;       ///< of other opcodes than QUERY (0) the records are not looked at
  bool other_class = false;      ///< the question's class is not IN
  bool alias = false;        ///< CNAME or DNAME in the answer section, but neither an answer nor the SOA of a denial
  bool answers_cut = false;  ///< of the answer section something is missing: what is not there is unknown
  bool broken = false;       ///< it is missing because a record is malformed, not because the snaplen cut it
  bool query_cookie = false;
  bool query_cut = false;   ///< its query was seen, but cut: DO and cookie are unknown; instead of query_seen
  bool edns_other = false;  ///< EDNS of another version than 0, of which nothing is known; instead of edns

  [[nodiscard]] constexpr bool has(Seen s) const noexcept { return (seen >> s & 1) != 0; }
  // Inlined always: most callers set or read a few fields, and the rest folds away. Two fields have no bit of their
  // own: DO without EDNS stands for edns_other, and the query's DO without a query for query_cut.
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t pack() const noexcept {
    return std::uint64_t{qtype} | std::uint64_t{rcode & 15U} << 16 | std::uint64_t{tcp} << 20 |
           std::uint64_t{aa} << 21 | std::uint64_t{tc} << 22 | std::uint64_t{rd} << 23 | std::uint64_t{ra} << 24 |
           std::uint64_t{ad} << 25 | std::uint64_t{cd} << 26 | std::uint64_t{edns} << 27 |
           std::uint64_t{dnssec_ok || edns_other} << 28 | std::uint64_t{cookie} << 29 | std::uint64_t{ede} << 30 |
           std::uint64_t{query_seen} << 31 | std::uint64_t{query_dnssec_ok || query_cut} << 32 |
           std::uint64_t{query_ad} << 33 | std::uint64_t{answered} << 34 | std::uint64_t{answer_signed} << 35 |
           std::uint64_t{aaaa_synthesised} << 36 | std::uint64_t{cut} << 37 |
           static_cast<std::uint64_t>(seen & 0xfffU) << 38 | static_cast<std::uint64_t>(label) << 50 |
           static_cast<std::uint64_t>(policy) << 53 | std::uint64_t{opcode & 7U} << 56 |
           std::uint64_t{other_class} << 59 | std::uint64_t{alias} << 60 | std::uint64_t{answers_cut} << 61 |
           std::uint64_t{broken} << 62 | std::uint64_t{query_cookie} << 63;
  }
  [[nodiscard, gnu::always_inline]] static constexpr ResponseBits unpack(std::uint64_t v) noexcept {
    const auto bit = [v](int n) { return (v >> n & 1) != 0; };
    ResponseBits r;
    r.qtype = static_cast<std::uint16_t>(v);
    r.rcode = static_cast<std::uint8_t>(v >> 16 & 15);
    r.tcp = bit(20), r.aa = bit(21), r.tc = bit(22), r.rd = bit(23), r.ra = bit(24), r.ad = bit(25), r.cd = bit(26);
    r.edns = bit(27), r.dnssec_ok = bit(27) && bit(28), r.edns_other = !bit(27) && bit(28);
    r.cookie = bit(29), r.ede = bit(30), r.query_seen = bit(31);
    r.query_dnssec_ok = bit(31) && bit(32), r.query_cut = !bit(31) && bit(32), r.query_ad = bit(33);
    r.answered = bit(34), r.answer_signed = bit(35);
    r.aaaa_synthesised = bit(36), r.cut = bit(37);
    r.seen = static_cast<std::uint16_t>(v >> 38 & 0xfff);
    r.label = static_cast<Label>(v >> 50 & 7);
    r.policy = static_cast<Policy>(v >> 53 & 7);
    r.opcode = static_cast<std::uint8_t>(v >> 56 & 7);
    r.other_class = bit(59), r.alias = bit(60), r.answers_cut = bit(61), r.broken = bit(62), r.query_cookie = bit(63);
    return r;
  }
};

[[nodiscard]] std::span<const FactRow> facts() noexcept;

}  // namespace uptake::dns
