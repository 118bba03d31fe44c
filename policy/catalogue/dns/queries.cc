#include <array>

#include "dissectors/dns/facts.h"
#include "policy/catalogue/dns/measures.h"
#include "policy/catalogue/dns/standards.h"
#include "policy/catalogue/ipv6/standards.h"
#include "policy/catalogue/judge.h"

namespace uptake {
namespace {

using dns::QueryBits;

constexpr std::uint8_t kOpcodeQuery = 0;
constexpr std::uint16_t kTxt = 16;
/// What a path of 1280 octets carries unfragmented, and what resolvers agreed on (RFC 9715).
constexpr std::uint16_t kRecommendedSize = 1232;

constexpr std::string_view kHidden =
    "What the capture cut off queries (truncated); encrypted DNS is not among the queries. Options of another "
    "version of "
    "EDNS than 0 are not judged.";

/// Lifts a predicate on the unpacked query to a judge; other opcodes (NOTIFY, UPDATE) are no queries.
template <bool (*kPasses)(const QueryBits&)>
Judgement among_all(std::uint64_t v, const Profile&) noexcept {
  const QueryBits q = QueryBits::unpack(v);
  if (q.opcode != kOpcodeQuery) return Judgement::ignored();
  return Judgement::pass_if(kPasses(q));
}
/// The same of what the question says.
template <bool (*kPasses)(const QueryBits&)>
Judgement among_questions(std::uint64_t v, const Profile&) noexcept {
  const QueryBits q = QueryBits::unpack(v);
  if (q.opcode != kOpcodeQuery) return Judgement::ignored();
  if (q.cut && q.qtype == 0) return Judgement::unobservable(Reason::truncated);
  return Judgement::pass_if(kPasses(q));
}
/// The same of what stands in an OPT of the version that is known (0).
template <bool (*kPasses)(const QueryBits&)>
Judgement among_edns(std::uint64_t v, const Profile&) noexcept {
  const QueryBits q = QueryBits::unpack(v);
  if (q.opcode != kOpcodeQuery) return Judgement::ignored();
  if (q.edns) return q.edns_other ? Judgement::not_applicable() : Judgement::pass_if(kPasses(q));
  return q.cut ? Judgement::unobservable(Reason::truncated) : Judgement::not_applicable();
}
/// The same for an option that passes when it is present. In a cut query its absence is unknown.
template <bool (*kPresent)(const QueryBits&), bool kPassesPresent>
Judgement among_options(std::uint64_t v, const Profile& profile) noexcept {
  const QueryBits q = QueryBits::unpack(v);
  const bool present = kPresent(q);
  if (q.opcode == kOpcodeQuery && q.edns && !q.edns_other && q.cut && !present)
    return Judgement::unobservable(Reason::truncated);
  const Judgement judgement = among_edns<kPresent>(v, profile);
  const bool judged = judgement.outcome == Judgement::Outcome::pass || judgement.outcome == Judgement::Outcome::fail;
  return judged ? Judgement::pass_if(present == kPassesPresent) : judgement;
}
Judgement has_edns(std::uint64_t v, const Profile&) noexcept {
  const QueryBits q = QueryBits::unpack(v);
  if (q.opcode != kOpcodeQuery) return Judgement::ignored();
  if (q.edns) return Judgement::pass();
  return q.cut ? Judgement::unobservable(Reason::truncated) : Judgement::fail();
}
bool is_small(const QueryBits& q) { return q.edns_size <= kRecommendedSize; }
/// Over TCP the UDP size says nothing.
Judgement size_is_recommended(std::uint64_t v, const Profile& profile) noexcept {
  const QueryBits q = QueryBits::unpack(v);
  if (q.opcode == kOpcodeQuery && q.tcp) return Judgement::not_applicable();
  return among_edns<is_small>(v, profile);
}

bool is_broken(const QueryBits& q) { return q.edns_malformed; }
bool has_do(const QueryBits& q) { return q.dnssec_ok; }
bool has_ad(const QueryBits& q) { return q.ad; }
bool has_cd(const QueryBits& q) { return q.cd; }
bool has_cookie(const QueryBits& q) { return q.cookie; }
bool has_subnet(const QueryBits& q) { return q.client_subnet; }
bool has_padding(const QueryBits& q) { return q.padding; }
bool is_tcp(const QueryBits& q) { return q.tcp; }
template <std::uint16_t kType>
bool asks(const QueryBits& q) {
  return q.qtype == kType;
}
template <dns::Label kLabel>
bool asks_policy(const QueryBits& q) {
  return q.qtype == kTxt && q.label == kLabel;
}

constexpr Measure query(std::string_view id, const Standard& standard, Judge judge, std::string_view question,
                        std::string_view passes) {
  return {id, &standard, Unit::queries, "dns", dns::kQuery, judge, question, passes, kHidden};
}
/// Of those that ask authoritative servers, each once. A query without RD is taken for a resolver's own.
template <Judge kJudge>
Judgement of_resolver(std::uint64_t v, const Profile& profile) noexcept {
  return QueryBits::unpack(v).rd ? Judgement::ignored() : by_entity<kJudge>(v, profile);
}
template <Judge kJudge>
constexpr Measure resolver(std::string_view id, std::string_view question, std::string_view passes) {
  return Measure{
      id, &standards::kDnssec, Unit::resolvers, "dns", dns::kQuery, of_resolver<kJudge>, question, passes, kHidden}
      .leaves_out("Queries with RD, which come from stubs.")
      .beware(
          "A query without RD counts as a resolver's, also when it asks one. A resolver has several addresses, and "
          "in front of some stands a forwarder.");
}
/// One row of the distribution over what is asked.
template <std::uint16_t kType>
constexpr Measure asked(std::string_view id, const Standard& standard, std::string_view question) {
  return query(id, standard, among_questions<asks<kType>>, question, "The question has this type.").neutral();
}
template <dns::Label kLabel>
constexpr Measure policy_asked(std::string_view id, const Standard& standard, std::string_view question,
                               std::string_view passes) {
  return query(id, standard, among_questions<asks_policy<kLabel>>, question, passes).neutral();
}

using namespace standards;

constexpr std::array kRows = {
    query("dns.query.edns", kEdns, has_edns, "How many queries use EDNS?", "An OPT record is present."),
    query("dns.query.edns.size", kEdns, size_is_recommended,
          "How many EDNS queries over UDP keep answers small enough not to be fragmented?",
          "A UDP payload size of at most 1232 octets.")
        .leaves_out("Queries without EDNS, and over TCP, where the UDP size says nothing."),
    query("dns.query.edns.sound", kEdns, among_options<is_broken, false>,
          "How many EDNS queries have well-formed options?", "Every option stays inside the OPT record.")
        .leaves_out("Queries without EDNS."),
    query("dns.query.do", kDnssec, among_edns<has_do>, "How many EDNS queries ask for DNSSEC records?",
          "The DO bit is set. Many resolvers set it without validating.")
        .leaves_out("Queries without EDNS."),
    resolver<among_edns<has_do>>("dns.query.do",
                                 "How many resolvers ask for DNSSEC records in all queries with EDNS?",
                                 "DO is set in each. Many set it without validating."),
    query("dns.query.ad", kDnssec, among_all<has_ad>, "How many queries ask whether the answer was validated?",
          "The AD bit is set in the query (RFC 6840 §5.7)."),
    resolver<among_all<has_ad>>("dns.query.ad", "How many resolvers set AD in all their queries?",
                                "The AD bit is set in each (RFC 6840 §5.7).")
        .neutral(),
    query("dns.query.cd", kDnssec, among_all<has_cd>, "How many queries want to validate for themselves?",
          "The CD bit is set.")
        .neutral(),
    resolver<among_all<has_cd>>("dns.query.cd", "How many resolvers set CD in all their queries?",
                                "The CD bit is set in each: they validate for themselves, as unbound does.")
        .neutral(),
    query("dns.query.cookie", kCookies, among_options<has_cookie, true>, "How many EDNS queries carry a DNS cookie?",
          "Option 10 is present.")
        .leaves_out("Queries without EDNS."),
    query("dns.query.no_client_subnet", kClientSubnet, among_options<has_subnet, false>,
          "How many EDNS queries keep the client's network to themselves?", "Option 8 is absent.")
        .leaves_out("Queries without EDNS."),
    query("dns.query.padding", kPadding, among_options<has_padding, true>,
          "How many EDNS queries in the clear are padded?",
          "Option 12 is present; it only helps where DNS is encrypted.")
        .leaves_out("Queries without EDNS."),
    query("dns.query.tcp", kDnsTcp, among_all<is_tcp>, "How many queries are asked over TCP?",
          "The query came over TCP.")
        .neutral(),

    asked<1>("dns.asks.a", kDns, "How many queries ask for IPv4 addresses (A)?"),
    asked<28>("dns.asks.aaaa", kIpv6, "How many queries ask for IPv6 addresses (AAAA)?"),
    asked<65>("dns.asks.https", kServiceBinding, "How many queries ask for HTTPS records?"),
    asked<64>("dns.asks.svcb", kServiceBinding, "How many queries ask for SVCB records?"),
    asked<52>("dns.asks.tlsa", kDane, "How many queries ask for TLSA records?"),
    asked<53>("dns.asks.smimea", kDane, "How many queries ask for SMIMEA records?"),
    asked<61>("dns.asks.openpgpkey", kDane, "How many queries ask for OPENPGPKEY records?"),
    asked<44>("dns.asks.sshfp", kDns, "How many queries ask for SSHFP records?"),
    asked<257>("dns.asks.caa", kCaa, "How many queries ask for CAA records?"),
    asked<43>("dns.asks.ds", kDnssec, "How many queries ask for DS records?"),
    asked<48>("dns.asks.dnskey", kDnssec, "How many queries ask for DNSKEY records?"),
    asked<46>("dns.asks.rrsig", kDnssec, "How many queries ask for RRSIG records?"),
    asked<51>("dns.asks.nsec3param", kNsec3, "How many queries ask for NSEC3PARAM records?"),
    asked<59>("dns.asks.cds", kDnssec, "How many queries ask for CDS records?"),
    asked<60>("dns.asks.cdnskey", kDnssec, "How many queries ask for CDNSKEY records?"),
    asked<62>("dns.asks.csync", kDnssec, "How many queries ask for CSYNC records?"),
    asked<63>("dns.asks.zonemd", kDnssec, "How many queries ask for ZONEMD records?"),
    asked<16>("dns.asks.txt", kDns, "How many queries ask for TXT records?"),
    asked<15>("dns.asks.mx", kDns, "How many queries ask for MX records?"),
    asked<2>("dns.asks.ns", kDns, "How many queries ask for NS records?"),
    asked<6>("dns.asks.soa", kDns, "How many queries ask for SOA records?"),
    asked<12>("dns.asks.ptr", kDns, "How many queries ask for PTR records?"),
    asked<33>("dns.asks.srv", kDns, "How many queries ask for SRV records?"),
    asked<35>("dns.asks.naptr", kDns, "How many queries ask for NAPTR records?"),
    asked<99>("dns.asks.spf_type", kSpf, "How many queries ask for the abandoned SPF record type?"),
    asked<255>("dns.asks.any", kDns, "How many queries ask for ANY?"),

    policy_asked<dns::Label::dmarc>("dns.asks.dmarc", kDmarc, "How many queries look for a DMARC policy?",
                                    "A TXT question under _dmarc."),
    policy_asked<dns::Label::domainkey>("dns.asks.dkim", kDkim, "How many queries look for a DKIM key?",
                                        "A TXT question under _domainkey."),
    policy_asked<dns::Label::mta_sts>("dns.asks.mta_sts", kMtaSts, "How many queries look for an MTA-STS policy?",
                                      "A TXT question under _mta-sts."),
    policy_asked<dns::Label::tls_rpt>("dns.asks.tls_rpt", kTlsRpt, "How many queries look for a TLS-RPT policy?",
                                      "A TXT question under _smtp._tls."),
    policy_asked<dns::Label::bimi>("dns.asks.bimi", kBimi, "How many queries look for a BIMI record?",
                                   "A TXT question under _bimi."),
};

}  // namespace

std::span<const Measure> dns_query_measures() noexcept { return kRows; }

}  // namespace uptake
