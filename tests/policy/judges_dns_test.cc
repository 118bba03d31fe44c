#include "dissectors/dns/facts.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace {

using dns::QueryBits;
using dns::ResponseBits;

std::string query(std::string_view id, const QueryBits& q) { return judged(id, Unit::queries, q.pack()); }
std::string response(std::string_view id, const ResponseBits& r) { return judged(id, Unit::responses, r.pack()); }
std::string name(std::string_view id, const ResponseBits& r) { return judged(id, Unit::names, r.pack()); }
std::string record(std::string_view id, std::uint64_t value) { return judged(id, Unit::records, value); }

constexpr std::uint16_t kAaaa = 28;
constexpr std::uint16_t kTxt = 16;

TEST(DnsQueryJudges, TellQueriesWithoutEdnsFromThoseThatDoNotAsk) {
  QueryBits q{.qtype = kAaaa};
  EXPECT_EQ(query("dns.query.edns", q), "fail");
  EXPECT_EQ(query("dns.query.do", q), "not_applicable");
  EXPECT_EQ(query("dns.query.edns.size", q), "not_applicable");
  EXPECT_EQ(query("dns.query.no_client_subnet", q), "not_applicable");
  q.edns = true;
  q.edns_size = 1232;
  EXPECT_EQ(query("dns.query.edns", q), "pass");
  EXPECT_EQ(query("dns.query.do", q), "fail");
  EXPECT_EQ(query("dns.query.edns.size", q), "pass");
  q.edns_size = 1233;
  EXPECT_EQ(query("dns.query.edns.size", q), "fail");
  q.tcp = true;
  EXPECT_EQ(query("dns.query.edns.size", q), "not_applicable");
  EXPECT_EQ(query("dns.query.tcp", q), "pass");
  q.dnssec_ok = q.client_subnet = q.cookie = true;
  EXPECT_EQ(query("dns.query.do", q), "pass");
  EXPECT_EQ(query("dns.query.no_client_subnet", q), "fail");
  EXPECT_EQ(query("dns.query.cookie", q), "pass");
}

TEST(DnsQueryJudges, DoNotTrustWhatTheCaptureCut) {
  const QueryBits q{.qtype = kAaaa, .ad = true, .cut = true};
  EXPECT_EQ(query("dns.query.edns", q), "truncated");
  EXPECT_EQ(query("dns.query.do", q), "truncated");
  EXPECT_EQ(query("dns.query.edns.size", q), "truncated");
  EXPECT_EQ(query("dns.query.ad", q), "pass");
  EXPECT_EQ(query("dns.asks.aaaa", q), "pass");
}

TEST(DnsQueryJudges, LeaveOtherOpcodesOut) {
  EXPECT_EQ(query("dns.query.edns", {.qtype = 6, .opcode = 4}), "ignored");
  EXPECT_EQ(query("dns.asks.soa", {.qtype = 6, .opcode = 4}), "ignored");
  EXPECT_EQ(response("dns.rcode.noerror", {.qtype = 6, .opcode = 4}), "ignored");
}

TEST(DnsQueryJudges, KnowWhatIsAsked) {
  EXPECT_EQ(query("dns.asks.https", {.qtype = 65}), "pass");
  EXPECT_EQ(query("dns.asks.https", {.qtype = 64}), "fail");
  EXPECT_EQ(query("dns.asks.dmarc", {.qtype = kTxt, .label = dns::Label::dmarc}), "pass");
  EXPECT_EQ(query("dns.asks.dmarc", {.qtype = kTxt, .label = dns::Label::mta_sts}), "fail");
  EXPECT_EQ(query("dns.asks.dmarc", {.qtype = 2, .label = dns::Label::dmarc}), "fail");
}

TEST(DnsVantage, FollowsRecursion) {
  const auto of_query = [](const QueryBits& q) { return name_of(all_measures().vantage(3, q.pack())); };
  const auto of_response = [](const ResponseBits& r) { return name_of(all_measures().vantage(4, r.pack())); };
  const Registry registry(dissectors());
  ASSERT_EQ(registry.base("dns"), 3);
  EXPECT_EQ(of_query({.rd = true}), "stub_resolver");
  EXPECT_EQ(of_query({.rd = false}), "resolver_authoritative");
  EXPECT_EQ(of_response({.rd = true, .ra = true}), "stub_resolver");
  EXPECT_EQ(of_response({.aa = true, .rd = true, .ra = true}), "stub_resolver");
  EXPECT_EQ(of_response({.aa = true}), "resolver_authoritative");
  EXPECT_EQ(of_response({.aa = true, .ra = true}), "resolver_authoritative");
  EXPECT_EQ(of_response({}), "resolver_authoritative");
  EXPECT_EQ(of_response({.rd = true}), "other");
  EXPECT_EQ(name_of(all_measures().vantage(5, 8)), "none");
}

TEST(DnsResponseJudges, DoNotSayUnsignedWhenNobodyAsked) {
  ResponseBits r{.qtype = kAaaa, .ra = true, .answered = true};
  EXPECT_EQ(response("dnssec.signed", r), "no_query");
  r.query_seen = true;
  EXPECT_EQ(response("dnssec.signed", r), "not_asked");
  EXPECT_EQ(name("dnssec.signed", r), "not_asked");
  r.query_dnssec_ok = true;
  EXPECT_EQ(response("dnssec.signed", r), "fail");
  EXPECT_EQ(name("dnssec.signed", r), "fail");
  r.answer_signed = true;
  EXPECT_EQ(response("dnssec.signed", r), "pass");
  r.tc = true;
  EXPECT_EQ(response("dnssec.signed", r), "truncated");
  r.tc = false;
  r.rcode = 2;
  EXPECT_EQ(response("dnssec.signed", r), "not_applicable");
  EXPECT_EQ(name("dnssec.signed", r), "ignored");
}

TEST(DnsResponseJudges, AskOnlyThoseThatWantedToKnowWhetherItWasValidated) {
  ResponseBits r{.qtype = kAaaa, .ra = true, .ad = true};
  EXPECT_EQ(response("dnssec.validated", r), "no_query");
  r.query_seen = true;
  EXPECT_EQ(response("dnssec.validated", r), "not_asked");
  r.query_ad = true;
  EXPECT_EQ(response("dnssec.validated", r), "pass");
  r.cd = true;  // AD or not: a resolver need not look
  EXPECT_EQ(response("dnssec.validated", r), "not_asked");
  r.ad = false;
  EXPECT_EQ(response("dnssec.validated", r), "not_asked");
  r.cd = false;
  EXPECT_EQ(response("dnssec.validated", r), "fail");
  r.rcode = 3;
  EXPECT_EQ(response("dnssec.validated", r), "fail");
  r.rcode = 2;
  EXPECT_EQ(response("dnssec.validated", r), "not_applicable");
  r.rcode = 0;
  r.ra = false;
  EXPECT_EQ(response("dnssec.validated", r), "not_applicable");
}

TEST(DnsResponseJudges, WantProofOfDenials) {
  ResponseBits r{.qtype = kAaaa, .rcode = 3, .aa = true, .query_seen = true, .query_dnssec_ok = true};
  EXPECT_EQ(response("dnssec.denial", r), "fail");
  r.seen = 1U << dns::kSeenNsec3;
  EXPECT_EQ(response("dnssec.denial", r), "pass");
  r.aa = false;
  EXPECT_EQ(response("dnssec.denial", r), "not_applicable");
}

TEST(DnsPublicationJudges, TellNoAddressFromReferralAndFromAnInventedOne) {
  ResponseBits r{.qtype = kAaaa, .ra = true};
  EXPECT_EQ(name("dns.has.aaaa", r), "fail");
  r.answered = true;
  EXPECT_EQ(name("dns.has.aaaa", r), "pass");
  EXPECT_EQ(response("dns.has.aaaa.own", r), "pass");
  r.aaaa_synthesised = true;
  EXPECT_EQ(name("dns.has.aaaa", r), "fail");
  EXPECT_EQ(response("dns.has.aaaa.own", r), "fail");
  EXPECT_EQ(name("dns.has.aaaa", {.qtype = kAaaa}), "ignored");  // a referral
  EXPECT_EQ(response("dns.has.aaaa", {.qtype = kAaaa}), "not_applicable");
  EXPECT_EQ(name("dns.has.aaaa", {.qtype = kAaaa, .rcode = 2, .ra = true}), "ignored");
  EXPECT_EQ(name("dns.has.aaaa", {.qtype = kAaaa, .rcode = 3, .aa = true}), "fail");
  EXPECT_EQ(name("dns.has.aaaa", {.qtype = kAaaa, .tc = true, .ra = true}), "truncated");
  EXPECT_EQ(name("dns.has.aaaa", {.qtype = kAaaa, .ra = true, .cut = true}), "truncated");
  EXPECT_EQ(name("dns.has.aaaa", {.qtype = 1, .ra = true, .answered = true}), "ignored");
}

TEST(DnsPublicationJudges, FindPoliciesUnderTheirLabels) {
  ResponseBits r{
      .qtype = kTxt, .ra = true, .answered = true, .label = dns::Label::dmarc, .policy = dns::Policy::dmarc};
  EXPECT_EQ(response("dns.has.dmarc", r), "pass");
  EXPECT_EQ(response("dns.has.mta_sts", r), "not_applicable");
  r.policy = dns::Policy::none;
  EXPECT_EQ(response("dns.has.dmarc", r), "fail");
  r.label = dns::Label::plain;
  EXPECT_EQ(response("dns.has.spf", r), "fail");
  r.policy = dns::Policy::spf;
  EXPECT_EQ(name("dns.has.spf", r), "pass");
}

TEST(DnsRecordJudges, RankAlgorithmsAndDigests) {
  for (const unsigned algorithm : {8U, 13U, 14U, 15U, 16U})
    EXPECT_EQ(record("dnssec.algorithm.recommended", algorithm | 1U << 8), "pass") << algorithm;
  for (const unsigned algorithm : {1U, 3U, 5U, 6U, 7U, 10U, 12U})
    EXPECT_EQ(record("dnssec.algorithm.recommended", algorithm), "fail") << algorithm;
  EXPECT_EQ(record("dnssec.algorithm.recommended", 253), "not_applicable");
  EXPECT_EQ(record("dnssec.algorithm.ecdsap256sha256", 13 | 1 << 8), "pass");
  EXPECT_EQ(record("dnssec.ds.recommended", 13 | 2 << 8), "pass");
  EXPECT_EQ(record("dnssec.ds.recommended", 13 | 1 << 8), "fail");
  EXPECT_EQ(record("dnssec.ds.recommended", 13 | 5 << 8), "not_applicable");
  EXPECT_EQ(record("dnssec.ds.algorithm.recommended", 5 | 2 << 8), "fail");
}

TEST(DnsRecordJudges, ReadNsec3ParametersErrorsAndBindings) {
  EXPECT_EQ(record("dnssec.nsec3.iterations", 0), "pass");
  EXPECT_EQ(record("dnssec.nsec3.iterations", 1), "fail");
  EXPECT_EQ(record("dnssec.nsec3.salt", 8U << 16), "fail");
  EXPECT_EQ(record("dnssec.nsec3.salt", 1U << 24), "pass");
  EXPECT_EQ(record("dnssec.nsec3.opt_out", 1U << 24), "fail");
  EXPECT_EQ(record("dns.ede.bogus", 6 | 2 << 16), "pass");
  EXPECT_EQ(record("dns.ede.bogus", 13 | 2 << 16), "fail");
  EXPECT_EQ(record("dns.ede.stale", 19), "pass");
  EXPECT_EQ(record("dns.https.ech", 1ULL << 5 | 65ULL << 32), "pass");
  EXPECT_EQ(record("dns.https.ech", 1ULL << 1 | 65ULL << 32), "fail");
  EXPECT_EQ(record("dns.https.ech", 1ULL << 5 | 64ULL << 32), "not_applicable");
  EXPECT_EQ(record("dns.unread", static_cast<std::uint64_t>(Ending::malformed)), "malformed");
  EXPECT_EQ(record("dns.unread", 99), "gap");
}

}  // namespace
}  // namespace uptake
