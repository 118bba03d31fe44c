#pragma once

#include <cstdint>
#include <span>

#include "dissectors/bits.h"
#include "dissectors/dissector.h"

namespace uptake::dns {

/// Fact: what is noted of DNS messages (RFC 1035, 6891, 4034, 5155, 8914). At most kPerMessage are noted of one
/// message.
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
  kKeyTags,     ///< the trust anchors that a query says its sender has (RFC 8145); value: KeyTags
  kSentinel,    ///< a response to a question for a root key sentinel (RFC 8509); value: SentinelBits
  kFactCount,
};
inline constexpr std::uint32_t kPerMessage = 32;
/// Value of kRrsig to kSvcParams where the capture cut the response: such records may stand in what is missing.
inline constexpr std::uint64_t kMayHideMore = std::uint64_t{1} << 63;

/// Label: under which name a policy record is published (RFC 9989 `_dmarc`, RFC 6376 `_domainkey`, RFC 8461
/// `_mta-sts`, RFC 8460 `_smtp._tls`); `plain` for all others.
enum class Label : std::uint8_t { plain, dmarc, domainkey, mta_sts, tls_rpt, bimi };

/// Policy: what a TXT answer states of the policy that belongs under its label; under `plain` that is SPF. Strict are
/// SPF that ends in -all or ~all (RFC 7208 §5.1) and DMARC that asks for quarantine or rejection (RFC 9989 §4.7).
enum class Policy : std::uint8_t {
  none,
  stated,
  strict,
  doubtful,  ///< stated; whether it is strict stands in a part that is missing, or under another name
};

/// QueryBits: the value of kQuery.
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

  // Inlined always, as in Fields.
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard, gnu::always_inline]] static constexpr QueryBits unpack(std::uint64_t v) noexcept;
};

/// QueryFields: where QueryBits has its fields, and their names in events.
using QueryFields =
    Fields<QueryBits, Field<&QueryBits::qtype, 0, 16, "qtype">, Field<&QueryBits::edns_size, 16, 16, "edns_size">,
           Field<&QueryBits::opcode, 32, 4, "opcode">, Flag<&QueryBits::tcp, 36, "tcp">,
           Flag<&QueryBits::rd, 37, "rd">, Flag<&QueryBits::ad, 38, "ad">, Flag<&QueryBits::cd, 39, "cd">,
           Flag<&QueryBits::edns, 40, "edns">, Flag<&QueryBits::dnssec_ok, 41, "do">,
           Flag<&QueryBits::cookie, 42, "cookie">, Flag<&QueryBits::client_subnet, 43, "client_subnet">,
           Flag<&QueryBits::padding, 44, "padding">, Flag<&QueryBits::edns_malformed, 45, "edns_malformed">,
           Field<&QueryBits::label, 46, 3, "label">, Flag<&QueryBits::cut, 49, "cut">,
           Flag<&QueryBits::other_class, 50, "other_class">, Flag<&QueryBits::edns_other, 51, "edns_other">>;
constexpr std::uint64_t QueryBits::pack() const noexcept { return QueryFields::pack(*this); }
constexpr QueryBits QueryBits::unpack(std::uint64_t v) noexcept { return QueryFields::unpack(v); }

/// Seen: RR types of which a response's value says whether one stands in its answer, authority or additional section.
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

/// ResponseBits: the value of kResponse. 63 bits in all.
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
  Policy policy = Policy::none;  ///< of a TXT answer, under its label
  std::uint8_t opcode = 0;       ///< of other opcodes than QUERY (0) the records are not looked at
  bool other_class = false;      ///< the question's class is not IN
  bool alias = false;        ///< CNAME or DNAME in the answer section, but neither an answer nor the SOA of a denial
  bool answers_cut = false;  ///< of the answer section something is missing: what is not there is unknown
  bool broken = false;       ///< it is missing because a record is malformed, not because the snaplen cut it
  bool query_cookie = false;
  bool query_cut = false;   ///< its query was seen, but cut: DO and cookie are unknown; instead of query_seen
  bool edns_other = false;  ///< EDNS of another version than 0, of which nothing is known; instead of edns

  [[nodiscard]] constexpr bool has(Seen s) const noexcept { return (seen >> s & 1) != 0; }
  // Inlined always, as in Fields.
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard, gnu::always_inline]] static constexpr ResponseBits unpack(std::uint64_t v) noexcept;
};

/// ResponseFields: where ResponseBits has its fields, and their names in events. Two have no bit of their own: DO
/// without EDNS stands for edns_other, and the query's DO without a query for query_cut.
using ResponseFields =
    Fields<ResponseBits, Field<&ResponseBits::qtype, 0, 16, "qtype">, Field<&ResponseBits::rcode, 16, 4, "rcode">,
           Flag<&ResponseBits::tcp, 20, "tcp">, Flag<&ResponseBits::aa, 21, "aa">, Flag<&ResponseBits::tc, 22, "tc">,
           Flag<&ResponseBits::rd, 23, "rd">, Flag<&ResponseBits::ra, 24, "ra">, Flag<&ResponseBits::ad, 25, "ad">,
           Flag<&ResponseBits::cd, 26, "cd">, Flag<&ResponseBits::edns, 27, "edns">,
           Flag<&ResponseBits::dnssec_ok, 28, "do">, Flag<&ResponseBits::cookie, 29, "cookie">,
           Flag<&ResponseBits::ede, 30, "ede">, Flag<&ResponseBits::query_seen, 31, "query_seen">,
           Flag<&ResponseBits::query_dnssec_ok, 32, "query_do">, Flag<&ResponseBits::query_ad, 33, "query_ad">,
           Flag<&ResponseBits::answered, 34, "answered">, Flag<&ResponseBits::answer_signed, 35, "answer_signed">,
           Flag<&ResponseBits::aaaa_synthesised, 36, "aaaa_synthesised">, Flag<&ResponseBits::cut, 37, "cut">,
           Field<&ResponseBits::seen, 38, 12, "seen">, Field<&ResponseBits::label, 50, 3, "label">,
           Field<&ResponseBits::policy, 53, 2, "policy">, Field<&ResponseBits::opcode, 56, 3, "opcode">,
           Flag<&ResponseBits::other_class, 59, "other_class">, Flag<&ResponseBits::alias, 60, "alias">,
           Flag<&ResponseBits::answers_cut, 61, "answers_cut">, Flag<&ResponseBits::broken, 62, "broken">,
           Flag<&ResponseBits::query_cookie, 63, "query_cookie">, Derived<&ResponseBits::query_cut, "query_cut">,
           Derived<&ResponseBits::edns_other, "edns_other">>;
constexpr std::uint64_t ResponseBits::pack() const noexcept {
  ResponseBits stored = *this;
  stored.dnssec_ok = dnssec_ok || edns_other;
  stored.query_dnssec_ok = query_dnssec_ok || query_cut;
  return ResponseFields::pack(stored);
}
constexpr ResponseBits ResponseBits::unpack(std::uint64_t v) noexcept {
  ResponseBits r = ResponseFields::unpack(v);
  r.edns_other = !r.edns && r.dnssec_ok;
  r.dnssec_ok = r.edns && r.dnssec_ok;
  r.query_cut = !r.query_seen && r.query_dnssec_ok;
  r.query_dnssec_ok = r.query_seen && r.query_dnssec_ok;
  return r;
}

/// KeyTags: the value of kKeyTags: the first three key tags of those that are told.
struct KeyTags {
  std::uint16_t first = 0;
  std::uint16_t second = 0;
  std::uint16_t third = 0;
  std::uint8_t count = 0;  ///< how many are told, up to 15
  bool by_name = false;    ///< by the name of a question for NULL records, not by EDNS option 14

  void add(std::uint16_t tag) noexcept;
  [[nodiscard]] constexpr bool has(std::uint16_t tag) const noexcept {
    return (count > 0 && first == tag) || (count > 1 && second == tag) || (count > 2 && third == tag);
  }
  [[nodiscard]] constexpr bool has_all() const noexcept { return count <= 3; }
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr KeyTags unpack(std::uint64_t v) noexcept;
};
using KeyTagsFields =
    Fields<KeyTags, Field<&KeyTags::first, 0, 16>, Field<&KeyTags::second, 16, 16>, Field<&KeyTags::third, 32, 16>,
           Field<&KeyTags::count, 48, 4>, Flag<&KeyTags::by_name, 52>>;
constexpr std::uint64_t KeyTags::pack() const noexcept { return KeyTagsFields::pack(*this); }
constexpr KeyTags KeyTags::unpack(std::uint64_t v) noexcept { return KeyTagsFields::unpack(v); }

/// SentinelBits: the value of kSentinel.
struct SentinelBits {
  std::uint16_t tag = 0;
  bool denies = false;     ///< asked for root-key-sentinel-not-ta-, not for -is-ta-
  std::uint8_t rcode = 0;  ///< as in ResponseBits
  bool ra = false;
  bool cd = false;
  std::uint16_t qtype = 0;

  [[nodiscard]] constexpr std::uint64_t pack() const noexcept;
  [[nodiscard]] static constexpr SentinelBits unpack(std::uint64_t v) noexcept;
};
using SentinelFields = Fields<SentinelBits, Field<&SentinelBits::tag, 0, 16>, Flag<&SentinelBits::denies, 16>,
                              Field<&SentinelBits::rcode, 17, 4>, Flag<&SentinelBits::ra, 21>,
                              Flag<&SentinelBits::cd, 22>, Field<&SentinelBits::qtype, 23, 16>>;
constexpr std::uint64_t SentinelBits::pack() const noexcept { return SentinelFields::pack(*this); }
constexpr SentinelBits SentinelBits::unpack(std::uint64_t v) noexcept { return SentinelFields::unpack(v); }

/// Kind: what is shown of DNS messages, where somebody wants it.
enum Kind : std::uint16_t {
  /// One response in class IN to a QUERY that is no zone transfer, and that DNSSEC is about: its query or its OPT has
  /// DO, or an RRSIG, DNSKEY, DS, NSEC or NSEC3 stands in it. Value: ResponseBits. Bytes: the message; none when it
  /// is not whole: TC is set, the capture cut it, or a record is broken.
  kResponseShown,
  /// One response to a question by which a sender of mail learns how to deliver: for TLSA records (RFC 7672), or for
  /// the TXT record of MTA-STS (RFC 8461). Value: ResponseBits. No bytes.
  kMailPolicyShown,
  kKindCount,
};

[[nodiscard]] std::span<const FactRow> facts() noexcept;
[[nodiscard]] std::span<const ExhibitRow> exhibits() noexcept;

}  // namespace uptake::dns
