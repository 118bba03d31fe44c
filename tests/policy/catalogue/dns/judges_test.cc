#include "dissectors/dns/facts.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace dns_judges_test {

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
  const auto vantage = [](FactId fact, std::uint64_t value) {
    const Vocabulary& words = all_measures().words(all_measures().find("dns.query.edns", Unit::queries));
    return words.of(all_measures().vantage(fact, value)).name;
  };
  const auto of_query = [&](const QueryBits& q) { return vantage(3, q.pack()); };
  const auto of_response = [&](const ResponseBits& r) { return vantage(4, r.pack()); };
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
  EXPECT_EQ(vantage(5, 8), "none");
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

TEST(DnsResponseJudges, AskOnlySignedAnswersWhetherTheyWereValidated) {
  ResponseBits r{.qtype = kAaaa, .ra = true, .ad = true, .answered = true, .answer_signed = true};
  EXPECT_EQ(response("dnssec.validated", r), "no_query");
  r.query_seen = r.query_ad = true;  // without DO nothing tells a name that is not signed
  EXPECT_EQ(response("dnssec.validated", r), "not_asked");
  r.query_dnssec_ok = true;
  EXPECT_EQ(response("dnssec.validated", r), "pass");
  r.ad = false;
  EXPECT_EQ(response("dnssec.validated", r), "fail");
  r.aa = true;
  EXPECT_EQ(response("dnssec.validated", r), "not_applicable") << "its own zone";
  r.aa = false;
  r.cd = true;  // AD or not: a resolver need not look
  EXPECT_EQ(response("dnssec.validated", r), "not_asked");
  r.cd = false;
  r.answer_signed = false;
  EXPECT_EQ(response("dnssec.validated", r), "not_applicable");
  r.answers_cut = r.cut = true;
  EXPECT_EQ(response("dnssec.validated", r), "truncated");
  r = {.qtype = kAaaa, .rcode = 3, .ra = true, .ad = true, .query_seen = true, .query_dnssec_ok = true};
  EXPECT_EQ(response("dnssec.validated", r), "not_applicable");
  r.rcode = 0;
  r.answered = r.answer_signed = true;
  r.ra = false;
  EXPECT_EQ(response("dnssec.validated", r), "not_applicable");
}

TEST(DnsResponseJudges, LeaveOutWhatCannotBeSigned) {
  ResponseBits r{.aa = true, .query_seen = true, .query_dnssec_ok = true, .answered = true};
  for (const unsigned type : {0U, 41U, 46U, 128U, 249U, 250U, 251U, 252U, 255U}) {
    r.qtype = static_cast<std::uint16_t>(type);
    for (const bool answered : {true, false}) {
      r.answered = answered;
      EXPECT_EQ(response("dnssec.signed", r), "not_applicable") << type;
      EXPECT_EQ(name("dnssec.signed", r), "ignored") << type;
      EXPECT_EQ(response("dnssec.denial", r), "not_applicable") << type;
    }
  }
  for (const unsigned type : {1U, 16U, 43U, 47U, 48U, 65U, 127U, 256U, 257U, 32768U}) {
    r.qtype = static_cast<std::uint16_t>(type);
    r.answered = true;
    EXPECT_EQ(response("dnssec.signed", r), "fail") << type;
    r.answered = false;
    EXPECT_EQ(response("dnssec.denial", r), "fail") << type;
  }
  r.other_class = true;
  EXPECT_EQ(response("dnssec.denial", r), "not_applicable");
  r.answered = true;
  EXPECT_EQ(response("dnssec.signed", r), "not_applicable");
  EXPECT_EQ(response("dns.carries.rrsig", r), "not_applicable");
  r.qtype = kTxt;
  EXPECT_EQ(response("dns.has.spf", r), "not_applicable");
  EXPECT_EQ(name("dns.has.spf", r), "ignored");
  EXPECT_EQ(response("dns.rcode.noerror", r), "pass");
}

TEST(DnsResponseJudges, DoNotMissSignaturesThatNobodyAskedFor) {
  for (const std::string_view id : {"dns.carries.rrsig", "dns.carries.nsec", "dns.carries.nsec3", "dns.carries.ds"}) {
    ResponseBits r{.qtype = kAaaa, .rd = true, .ra = true};
    EXPECT_EQ(response(id, r), "no_query") << id;
    r.query_cut = true;
    EXPECT_EQ(response(id, r), "truncated") << id;
    r.query_cut = false;
    r.query_seen = true;
    EXPECT_EQ(response(id, r), "not_asked") << id;
    r.query_dnssec_ok = true;
    EXPECT_EQ(response(id, r), "fail") << id;
    r.seen = 0xfff;
    EXPECT_EQ(response(id, r), "pass") << id;
  }
  EXPECT_EQ(response("dns.carries.ds", {.qtype = 43}), "fail");
  EXPECT_EQ(response("dns.carries.rrsig", {.qtype = 255}), "fail");
  EXPECT_EQ(response("dns.carries.tlsa", {.qtype = kAaaa}), "not_asked");
  EXPECT_EQ(response("dns.carries.tlsa", {.qtype = 52}), "fail");
  EXPECT_EQ(response("dns.carries.a", {.qtype = 15}), "fail");
  EXPECT_EQ(response("dns.carries.a", {.qtype = 15, .seen = 1}), "pass");
}

TEST(DnsResponseJudges, UseWhatACutLeaves) {
  ResponseBits r{.qtype = kAaaa,
                 .aa = true,
                 .query_seen = true,
                 .query_dnssec_ok = true,
                 .answered = true,
                 .answer_signed = true,
                 .cut = true};
  r.answers_cut = true;
  EXPECT_EQ(response("dnssec.signed", r), "pass");
  EXPECT_EQ(response("dns.has.aaaa", r), "pass");
  r.answer_signed = false;
  EXPECT_EQ(response("dnssec.signed", r), "truncated");
  r.broken = true;
  EXPECT_EQ(response("dnssec.signed", r), "malformed");
  r.broken = r.answers_cut = false;  // all answers were read, what stands behind them was not
  EXPECT_EQ(response("dnssec.signed", r), "fail");
  r.answered = false;
  EXPECT_EQ(response("dns.has.aaaa", r), "fail");
  EXPECT_EQ(response("dnssec.signed", r), "not_applicable");
  EXPECT_EQ(response("dnssec.denial", r), "truncated");
  r.seen = 1U << dns::kSeenNsec;
  EXPECT_EQ(response("dnssec.denial", r), "pass");
  EXPECT_EQ(response("dns.carries.nsec", r), "pass");
  EXPECT_EQ(response("dns.carries.rrsig", r), "truncated");
  EXPECT_EQ(response("dns.response.edns", r), "truncated");
  r.edns = true;
  EXPECT_EQ(response("dns.response.edns", r), "pass");
  EXPECT_EQ(response("dns.response.ede", r), "truncated");
  // The question itself was cut: it may have been any.
  r = {.rcode = 3, .aa = true, .cut = true, .answers_cut = true};
  for (const std::string_view id : {"dnssec.signed", "dns.has.aaaa", "dns.has.tlsa", "dns.has.dmarc",
                                    "dns.carries.caa", "dns.carries.rrsig", "dns.response.cookie"}) {
    r.rcode = 0;
    EXPECT_EQ(response(id, r), "truncated") << id;
  }
  r.rcode = 3;
  EXPECT_EQ(response("dns.rcode.nxdomain", r), "pass");
  EXPECT_EQ(response("dnssec.denial", r), "truncated");
  const QueryBits q{.cut = true};
  EXPECT_EQ(query("dns.asks.aaaa", q), "truncated");
  EXPECT_EQ(query("dns.asks.dmarc", q), "truncated");
  EXPECT_EQ(query("dns.query.tcp", q), "fail");
  EXPECT_EQ(record("dnssec.algorithm.ed25519", dns::kMayHideMore), "truncated");
  EXPECT_EQ(record("dns.https.ech", dns::kMayHideMore), "truncated");
  EXPECT_EQ(record("dns.ede.stale", dns::kMayHideMore), "truncated");
  EXPECT_EQ(record("dns.record.unread", 16), "malformed");
}

TEST(DnsResponseJudges, CountATransferOnce) {
  ResponseBits more{.tcp = true, .aa = true, .answered = true, .seen = 0xfff};
  for (const std::string_view id : {"dns.rcode.noerror", "dnssec.signed", "dnssec.denial", "dns.carries.a",
                                    "dns.response.tcp", "dns.response.edns"})
    EXPECT_EQ(response(id, more), "ignored") << id;
  EXPECT_EQ(response("dns.response.first", more), "fail");
  more.qtype = 252;
  EXPECT_EQ(response("dns.rcode.noerror", more), "pass");
  EXPECT_EQ(response("dns.response.first", more), "pass");
  EXPECT_EQ(response("dnssec.signed", more), "not_applicable");
  // An error without a question, and an answer to nothing but a cookie (RFC 7873 §5.4), are responses.
  EXPECT_EQ(response("dns.rcode.formerr", {.rcode = 1, .tcp = true}), "pass");
  EXPECT_EQ(response("dnssec.denial", {.rd = true, .ra = true}), "not_applicable");
}

TEST(DnsResponseJudges, WantACookieOfServersThatGotOne) {
  ResponseBits r{.qtype = kAaaa, .edns = true};
  EXPECT_EQ(response("dns.response.cookie", r), "no_query");
  r.query_seen = true;
  EXPECT_EQ(response("dns.response.cookie", r), "not_asked");
  r.query_cookie = true;
  EXPECT_EQ(response("dns.response.cookie", r), "fail");
  r.cookie = true;
  EXPECT_EQ(response("dns.response.cookie", r), "pass");
  EXPECT_EQ(response("dns.response.ede.servfail", {.rcode = 2}), "not_applicable");
  EXPECT_EQ(response("dns.response.ede.servfail", {.rcode = 2, .edns = true}), "fail");
  EXPECT_EQ(response("dns.response.edns", {.edns_other = true}), "pass");
  EXPECT_EQ(response("dns.response.ede", {.edns_other = true}), "not_applicable");
}

TEST(DnsQueryJudges, DoNotReadOtherVersionsOfEdns) {
  const QueryBits q{.qtype = 1, .edns = true, .edns_other = true};
  EXPECT_EQ(query("dns.query.edns", q), "pass");
  for (const std::string_view id : {"dns.query.do", "dns.query.edns.size", "dns.query.edns.sound", "dns.query.cookie",
                                    "dns.query.padding", "dns.query.no_client_subnet"})
    EXPECT_EQ(query(id, q), "not_applicable") << id;
}

TEST(DnsQueryJudges, UseWhatACutLeaves) {
  QueryBits q{.qtype = 1, .edns_size = 1232, .edns = true, .dnssec_ok = true, .cut = true};
  EXPECT_EQ(query("dns.query.edns", q), "pass");
  EXPECT_EQ(query("dns.query.do", q), "pass");
  EXPECT_EQ(query("dns.query.edns.size", q), "pass");
  for (const std::string_view id :
       {"dns.query.edns.sound", "dns.query.cookie", "dns.query.padding", "dns.query.no_client_subnet"})
    EXPECT_EQ(query(id, q), "truncated") << id;
  q.cookie = q.client_subnet = true;
  EXPECT_EQ(query("dns.query.cookie", q), "pass");
  EXPECT_EQ(query("dns.query.no_client_subnet", q), "fail");
}

TEST(DnsResponseJudges, WantProofOfDenials) {
  ResponseBits r{.qtype = kAaaa, .rcode = 3, .aa = true, .query_seen = true, .query_dnssec_ok = true};
  EXPECT_EQ(response("dnssec.denial", r), "fail");
  r.seen = 1U << dns::kSeenNsec3;
  EXPECT_EQ(response("dnssec.denial", r), "pass");
  r.aa = false;
  EXPECT_EQ(response("dnssec.denial", r), "not_applicable");
  // Compact denial (RFC 9824): the name does not exist, but for NSEC at itself.
  r.rcode = 0;
  r.aa = true;
  r.seen = 1U << dns::kSeenNsec;
  EXPECT_EQ(response("dnssec.denial", r), "pass");
  EXPECT_EQ(name("dns.has.aaaa", r), "fail");
}

TEST(DnsResponseJudges, KnowWhoHasTheLastWord) {
  const auto has = [](const ResponseBits& r) { return response("dns.has.tlsa", r); };
  ResponseBits r{.qtype = 52, .aa = true, .query_seen = true, .query_dnssec_ok = true};
  EXPECT_EQ(has(r), "fail");
  r.alias = true;  // of a target that this server does not speak of
  EXPECT_EQ(has(r), "not_applicable");
  EXPECT_EQ(name("dns.has.tlsa", r), "ignored");
  EXPECT_EQ(response("dnssec.denial", r), "not_applicable");
  r.ra = r.rd = true;  // a server that is both, asked by a stub or not
  EXPECT_EQ(has(r), "not_applicable");
  r.aa = false;  // a resolver follows aliases
  EXPECT_EQ(has(r), "fail");
  r.rd = false;  // unless it was asked for what it has
  EXPECT_EQ(has(r), "not_applicable");
  r.alias = false;  // a referral by a server that would recurse for others
  EXPECT_EQ(has(r), "not_applicable");
  r.rcode = 3;  // of the target
  r.alias = r.aa = true;
  EXPECT_EQ(has(r), "fail");
}

TEST(DnsPublicationJudges, TellNoAddressFromReferralAndFromAnInventedOne) {
  ResponseBits r{.qtype = kAaaa, .rd = true, .ra = true};
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
  EXPECT_EQ(name("dns.has.aaaa", {.qtype = kAaaa, .rd = true, .ra = true, .cut = true, .answers_cut = true}),
            "truncated");
  EXPECT_EQ(name("dns.has.aaaa", {.qtype = 1, .ra = true, .answered = true}), "ignored");
}

TEST(DnsPublicationJudges, FindPoliciesUnderTheirLabels) {
  ResponseBits r{.qtype = kTxt,
                 .rd = true,
                 .ra = true,
                 .answered = true,
                 .label = dns::Label::dmarc,
                 .policy = dns::Policy::stated};
  EXPECT_EQ(response("dns.has.dmarc", r), "pass");
  EXPECT_EQ(response("dns.has.mta_sts", r), "not_applicable");
  r.policy = dns::Policy::none;
  EXPECT_EQ(response("dns.has.dmarc", r), "fail");
  r.label = dns::Label::plain;
  EXPECT_EQ(response("dns.has.spf", r), "fail");
  r.policy = dns::Policy::stated;
  EXPECT_EQ(name("dns.has.spf", r), "pass");
}

TEST(DnsPublicationJudges, AStrictPolicyIsOneOfThoseThatArePublished) {
  ResponseBits r{.qtype = kTxt, .rd = true, .ra = true, .answered = true, .policy = dns::Policy::strict};
  EXPECT_EQ(response("dns.has.spf.strict", r), "pass");
  EXPECT_EQ(response("dns.has.dmarc.enforced", r), "not_applicable");
  r.policy = dns::Policy::stated;
  EXPECT_EQ(response("dns.has.spf.strict", r), "fail");
  r.policy = dns::Policy::none;
  EXPECT_EQ(name("dns.has.spf.strict", r), "fail") << "the base is that of dns.has.spf";
  r.policy = dns::Policy::doubtful;
  EXPECT_EQ(response("dns.has.spf.strict", r), "elsewhere");
  EXPECT_EQ(name("dns.has.spf", r), "pass");
  r.cut = true;
  EXPECT_EQ(response("dns.has.spf.strict", r), "truncated");
  r.policy = dns::Policy::strict;
  EXPECT_EQ(response("dns.has.spf.strict", r), "truncated") << "a second record would undo it";
  r.cut = false;
  r.label = dns::Label::dmarc;
  EXPECT_EQ(name("dns.has.dmarc.enforced", r), "pass");
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
  EXPECT_EQ(record("dnssec.nsec3.opt_out", 0), "pass");
  EXPECT_EQ(record("dnssec.nsec3.opt_out", 1ULL << 40), "not_applicable");
  EXPECT_EQ(record("dns.ede.bogus", 6 | 2 << 16), "pass");
  EXPECT_EQ(record("dns.ede.bogus", 13 | 2 << 16), "fail");
  EXPECT_EQ(record("dns.ede.stale", 19), "pass");
  EXPECT_EQ(record("dns.https.ech", 1ULL << 5 | 65ULL << 32), "pass");
  EXPECT_EQ(record("dns.https.ech", 1ULL << 1 | 65ULL << 32), "fail");
  EXPECT_EQ(record("dns.https.ech", 1ULL << 5 | 64ULL << 32), "not_applicable");
  EXPECT_EQ(record("dns.unread", static_cast<std::uint64_t>(Ending::malformed)), "malformed");
  EXPECT_EQ(record("dns.unread", 99), "gap");
}

TEST(DnsQueryJudges, ResolversAreJudgedByWhatTheyAskAuthorities) {
  const auto resolver = [](std::string_view id, const QueryBits& q) { return judged(id, Unit::resolvers, q.pack()); };
  EXPECT_EQ(resolver("dns.query.do", {.edns = true, .dnssec_ok = true}), "pass");
  EXPECT_EQ(resolver("dns.query.do", {.edns = true}), "fail");
  EXPECT_EQ(resolver("dns.query.do", {}), "ignored") << "without EDNS";
  EXPECT_EQ(resolver("dns.query.do", {.rd = true, .edns = true, .dnssec_ok = true}), "ignored") << "a stub's";
  EXPECT_EQ(resolver("dns.query.do", {.cut = true}), "truncated");
  EXPECT_EQ(resolver("dns.query.cd", {.cd = true}), "pass");
  EXPECT_EQ(resolver("dns.query.ad", {.cd = true}), "fail");
  EXPECT_EQ(resolver("dns.query.cd", {.opcode = 4}), "ignored");
}

TEST(DnsAnchorJudges, CountByTag) {
  dns::KeyTags tags{.first = 20326, .second = 38696, .count = 2, .by_name = true};
  for (const Unit& unit : {Unit::queries, Unit::resolvers}) {
    EXPECT_EQ(judged("dnssec.anchor.20326", unit, tags.pack()), "pass");
    EXPECT_EQ(judged("dnssec.anchor.38696", unit, tags.pack()), "pass");
    EXPECT_EQ(judged("dnssec.anchor.19036", unit, tags.pack()), "fail");
  }
  EXPECT_EQ(judged("dnssec.anchor.by_option", Unit::queries, tags.pack()), "fail");
  tags.count = 4;
  EXPECT_EQ(judged("dnssec.anchor.19036", Unit::queries, tags.pack()), "limit");
}

TEST(DnsAnchorJudges, ASentinelTellsByFailing) {
  const auto told = [](const dns::SentinelBits& bits) {
    return judged("dnssec.sentinel.38696", Unit::responses, bits.pack());
  };
  dns::SentinelBits bits{.tag = 38696, .rcode = 2, .ra = true, .qtype = kAaaa};
  EXPECT_EQ(told(bits), "fail");
  bits.denies = true;
  EXPECT_EQ(told(bits), "pass");
  bits.rcode = 0;
  EXPECT_EQ(told(bits), "not_applicable");
  for (const dns::SentinelBits& other :
       {dns::SentinelBits{.tag = 20326, .rcode = 2, .ra = true, .qtype = kAaaa},
        dns::SentinelBits{.tag = 38696, .rcode = 2, .qtype = kAaaa},
        dns::SentinelBits{.tag = 38696, .rcode = 2, .ra = true, .cd = true, .qtype = kAaaa},
        dns::SentinelBits{.tag = 38696, .rcode = 2, .ra = true, .qtype = kTxt}})
    EXPECT_EQ(told(other), "ignored");
}

}  // namespace dns_judges_test
}  // namespace uptake
