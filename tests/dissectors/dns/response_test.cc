#include <gtest/gtest.h>

#include <optional>

#include "tests/dissectors/dns/reading.h"

namespace uptake::dns {
namespace response_test {

using namespace test;

constexpr unsigned kResponseFlags = kQr | kRdFlag | kRaFlag;

Builder response(std::string_view name, unsigned type, unsigned flags = kResponseFlags) {
  Builder builder(flags);
  builder.question(name, type);
  return builder;
}

TEST(DnsResponse, HeaderBits) {
  Conversation flow;
  flow.answer(response("Example.ORG", 1, kQr | kAaFlag | kTcFlag | kAdFlag | kCdFlag | 3).done());
  ASSERT_EQ(flow.noted.size(), 1U);
  EXPECT_EQ(flow.noted[0].name, "example.org");
  const ResponseBits bits = flow.response();
  EXPECT_EQ(bits.qtype, 1);
  EXPECT_EQ(bits.rcode, 3);
  EXPECT_TRUE(bits.aa && bits.tc && bits.ad && bits.cd);
  EXPECT_FALSE(bits.rd || bits.ra || bits.edns || bits.query_seen || bits.answered || bits.cut || bits.tcp);
}

TEST(DnsResponse, EverySeenBit) {
  const Octets svcb = Wire{}.u16(0).name("example.net").out;
  const std::vector<std::tuple<Seen, unsigned, Octets>> rows = {
      {kSeenA, 1, a_rdata()},
      {kSeenAaaa, 28, aaaa_rdata({0x20})},
      {kSeenRrsig, 46, rrsig_rdata(1, 13)},
      {kSeenDnskey, 48, dnskey_rdata(13)},
      {kSeenDs, 43, ds_rdata(13, 2)},
      {kSeenNsec, 47, {0, 0, 1, 0x40}},
      {kSeenNsec3, 50, nsec3_rdata(0, 0, 0)},
      {kSeenTlsa, 52, {3, 1, 1, 0}},
      {kSeenCaa, 257, {0, 5}},
      {kSeenSvcb, 64, svcb},
      {kSeenHttps, 65, svcb},
      {kSeenTxt, 16, txt_rdata("x")},
  };
  ASSERT_EQ(rows.size(), std::size_t{kSeenCount});
  for (const auto& [seen, type, rdata] : rows)
    for (const int section : {1, 2, 3}) {
      Conversation flow;
      flow.answer(response("example.org", type).record(section, type, rdata).done());
      EXPECT_EQ(flow.response().seen, 1U << seen) << type;
      EXPECT_EQ(flow.response().answered, section == 1) << type;
    }
}

TEST(DnsResponse, TypesInAnNsecBitmapAreNotSeen) {
  Conversation flow;
  flow.answer(response("example.org", 1).record(2, 47, Wire{}.name("z.org").u8(0).u8(6).zeros(6).out).done());
  EXPECT_EQ(flow.response().seen, 1U << kSeenNsec);
}

TEST(DnsResponse, SignedAnswer) {
  Conversation flow;
  flow.answer(response("example.org", 1)
                  .record(1, 5, Wire{}.name("cdn.org").out)
                  .record(1, 46, rrsig_rdata(5, 8))
                  .record(1, 1, a_rdata())
                  .done());
  EXPECT_FALSE(flow.response().answer_signed);
  EXPECT_TRUE(flow.response().answered);
  flow.answer(
      response("example.org", 1).record(1, 1, a_rdata()).record(1, 46, rrsig_rdata(1, 8)).opt(1232, true).done());
  EXPECT_TRUE(flow.response().answer_signed && flow.response().dnssec_ok);
  flow.answer(response("example.org", 1).record(2, 46, rrsig_rdata(1, 8)).done());
  EXPECT_FALSE(flow.response().answer_signed);
  EXPECT_TRUE(flow.response().has(kSeenRrsig));
}

TEST(DnsResponse, AnyAsksForAll) {
  Conversation flow;
  flow.answer(response("example.org", 255).record(1, 1, a_rdata()).record(1, 46, rrsig_rdata(1, 8)).done());
  EXPECT_TRUE(flow.response().answered && flow.response().answer_signed);
}

TEST(DnsResponse, AlgorithmsOnceEach) {
  Conversation flow;
  flow.offer(Builder().question("example.org", 48).opt(1232, true).done());
  flow.answer(response("example.org", 48)
                  .record(1, 46, rrsig_rdata(48, 8))
                  .record(1, 46, rrsig_rdata(48, 13))
                  .record(1, 46, rrsig_rdata(48, 8))
                  .record(1, 48, dnskey_rdata(8))
                  .record(1, 48, dnskey_rdata(13))
                  .record(1, 48, dnskey_rdata(13))
                  .record(2, 43, ds_rdata(13, 2))
                  .record(2, 43, ds_rdata(13, 4))
                  .record(2, 43, ds_rdata(13, 2))
                  .done());
  EXPECT_EQ(flow.values(kRrsig), list({8 | 256, 13 | 256}));
  EXPECT_EQ(flow.values(kDnskey), list({8, 13}));
  EXPECT_EQ(flow.values(kDs), list({13 | 2 << 8, 13 | 4 << 8}));
  EXPECT_TRUE(flow.response().query_seen && flow.response().query_dnssec_ok);
}

TEST(DnsResponse, RrsigWithoutAKnownDo) {
  Conversation flow;
  flow.answer(response("example.org", 1).record(1, 46, rrsig_rdata(1, 13)).opt(1232, true).done());
  EXPECT_EQ(flow.values(kRrsig), list({13}));
}

TEST(DnsResponse, Nsec3Parameters) {
  Conversation flow;
  flow.answer(response("example.org", 1)
                  .record(2, 50, nsec3_rdata(1, 10, 8))
                  .record(2, 50, nsec3_rdata(1, 10, 8))
                  .record(1, 51, {1, 0, 0, 0, 0})
                  .done());
  EXPECT_EQ(flow.values(kNsec3),
            list({10 | 8 << 16 | 1 << 24 | std::uint64_t{1} << 32, std::uint64_t{1} << 32 | std::uint64_t{1} << 40}));
}

TEST(DnsResponse, ExtendedErrorsAndRcodes) {
  Conversation flow;
  const Octets errors = Wire{}.add(option(15, {0, 6})).add(option(15, {0, 9, 'n', 'o'})).out;
  flow.answer(response("example.org", 1, kResponseFlags | 2).opt(1232, true, errors).done());
  EXPECT_TRUE(flow.response().ede);
  EXPECT_EQ(flow.values(kEde), list({6 | 2 << 16, 9 | 2 << 16}));
  EXPECT_EQ(flow.response().rcode, 2);
  flow.answer(response("example.org", 1).opt(1232, false, option(15, {0, 1}), 1).done());
  EXPECT_EQ(flow.response().rcode, 15);
  EXPECT_EQ(flow.value(kEde), 1U | 16U << 16);
  flow.answer(response("example.org", 1).opt(1232, false, option(15, {9})).done());
  EXPECT_FALSE(flow.response().ede);
  EXPECT_TRUE(flow.response().edns);
}

TEST(DnsResponse, OnlyAServerCookieCounts) {
  Conversation flow;
  flow.answer(response("example.org", 1).opt(1232, false, option(10, Octets(8, 1))).done());
  EXPECT_FALSE(flow.response().cookie);
  flow.answer(response("example.org", 1).opt(1232, false, option(10, Octets(24, 1))).done());
  EXPECT_TRUE(flow.response().cookie);
}

TEST(DnsResponse, SynthesisedAaaa) {
  const Octets mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
  const Octets nat64 = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1};
  const Octets local_nat64 = {0, 0x64, 0xff, 0x9b, 0, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1};  // RFC 8215
  const Octets near_nat64 = {0, 0x64, 0xff, 0x9b, 0, 2, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1};
  const Octets own_nat64 = {0x20, 1, 0xd, 0xb8, 0, 0x64, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1};
  AddressRange own;
  std::copy(own_nat64.begin(), own_nat64.end(), own.first.begin());
  std::copy(own_nat64.begin(), own_nat64.end(), own.last.begin());
  own.first[15] = 0;
  own.last[15] = 255;
  const auto synthesised = [&own](std::initializer_list<Octets> answers, bool knows_own = false) {
    Builder builder = response("example.org", 28);
    for (const Octets& address : answers) builder.record(1, 28, address);
    Conversation flow;
    if (knows_own) flow.translated = {&own, 1};
    flow.answer(builder.done());
    return flow.response().aaaa_synthesised;
  };
  EXPECT_TRUE(synthesised({mapped}));
  EXPECT_TRUE(synthesised({mapped, nat64, local_nat64}));
  EXPECT_FALSE(synthesised({nat64, aaaa_rdata({0x20, 0x01})}));
  EXPECT_FALSE(synthesised({near_nat64}));
  EXPECT_FALSE(synthesised({}));
  EXPECT_FALSE(synthesised({own_nat64}));
  EXPECT_TRUE(synthesised({own_nat64, nat64}, true));
  EXPECT_FALSE(synthesised({own_nat64, aaaa_rdata({0x20, 0x01})}, true));
}

TEST(DnsResponse, AnAliasAlone) {
  const Octets target = Wire{}.name("www.example.net").out;
  const auto of = [](Builder& builder) {
    Conversation flow;
    flow.answer(builder.done());
    return flow.response();
  };
  for (const unsigned type : {5U, 39U}) {
    EXPECT_TRUE(of(response("example.org", 28).record(1, type, target)).alias);
    EXPECT_TRUE(of(response("example.org", 28).record(1, type, target).record(2, 2, {0})).alias);
    EXPECT_FALSE(of(response("example.org", 28).record(1, type, target).record(2, 6, {0})).alias) << "denied";
    EXPECT_FALSE(of(response("example.org", 28).record(1, type, target).record(1, 28, aaaa_rdata({}))).alias);
    EXPECT_FALSE(of(response("example.org", 28).record(2, type, target)).alias);
    EXPECT_FALSE(of(response("example.org", type).record(1, type, target)).alias);
  }
}

TEST(DnsResponse, WithoutQuestionWhateverThereIsAnswers) {
  Conversation flow(true);
  flow.answer(Builder(kQr | kAaFlag).owned(1, {0}, 2, {0}).framed());
  EXPECT_TRUE(flow.response().answered);
  EXPECT_EQ(flow.response().qtype, 0);
  flow.answer(Builder(kQr).opt(1232, false).framed());
  EXPECT_FALSE(flow.response().answered);
}

TEST(DnsResponse, Policies) {
  const auto policy = [](std::string_view name, std::initializer_list<std::string_view> texts, unsigned qtype = 16) {
    Builder builder = response(name, qtype);
    for (const std::string_view text : texts) builder.record(1, 16, txt_rdata(text));
    Conversation flow;
    flow.answer(builder.done());
    return flow.response().policy;
  };
  EXPECT_EQ(policy("example.org", {"site-proof=1", "v=spf1 -all"}), Policy::strict);
  EXPECT_EQ(policy("example.org", {"V=SPF1"}), Policy::stated);
  EXPECT_EQ(policy("example.org", {"v=spf10 -all", "v=spf2.0/pra", "spf1", ""}), Policy::none);
  EXPECT_EQ(policy("_dmarc.example.org", {"v=DMARC1; p=none"}), Policy::stated);
  EXPECT_EQ(policy("_dmarc.example.org", {"v=dmarc1; p=none"}), Policy::none);
  EXPECT_EQ(policy("_dmarc.example.org", {"v=spf1 -all", "v=DMARC1;p=reject"}), Policy::strict);
  EXPECT_EQ(policy("s._domainkey.example.org", {"v=DKIM1; k=rsa; p=AB"}), Policy::stated);
  EXPECT_EQ(policy("s._domainkey.example.org", {"k=rsa; p=AB"}), Policy::stated);
  EXPECT_EQ(policy("s._domainkey.example.org", {"p=AB"}), Policy::stated);
  EXPECT_EQ(policy("s._domainkey.example.org", {"k=rsa;"}), Policy::none);
  EXPECT_EQ(policy("example.org", {"k=rsa; p=AB"}), Policy::none);
  EXPECT_EQ(policy("_mta-sts.example.org", {"v=STSv1; id=1;"}), Policy::stated);
  EXPECT_EQ(policy("_smtp._tls.example.org", {"v=TLSRPTv1; rua=mailto:a@b"}), Policy::stated);
  EXPECT_EQ(policy("default._bimi.example.org", {"v=BIMI1; l="}), Policy::stated);
  EXPECT_EQ(policy("example.org", {"v=spf1 -all"}, 255), Policy::none);
  EXPECT_EQ(policy("example.org", {"v=DMARC1; p=reject"}), Policy::none) << "that is no policy of a plain name";
}

/// The policy that a TXT record of these character-strings states under a name.
Policy stated(std::string_view name, std::initializer_list<std::string_view> strings) {
  Octets rdata;
  for (const std::string_view text : strings) {
    const Octets one = txt_rdata(text);
    rdata.insert(rdata.end(), one.begin(), one.end());
  }
  Conversation flow;
  flow.answer(response(name, 16).record(1, 16, rdata).done());
  return flow.response().policy;
}

TEST(DnsResponse, SpfIsStrictByItsAll) {
  const auto spf = [](std::initializer_list<std::string_view> strings) { return stated("example.org", strings); };
  for (const char* text :
       {"v=spf1 -all", "v=spf1 ~ALL", "V=SPF1  mx a:b.example -all", "v=spf1 -all redirect=c", "v=spf1 -all ?all"})
    EXPECT_EQ(spf({text}), Policy::strict) << text;
  for (const char* text : {"v=spf1", "v=spf1 mx", "v=spf1 ?all", "v=spf1 +all", "v=spf1 all", "v=spf1 ?all -all",
                           "v=spf1 -all.example", "v=spf1 include:-all", "v=spf1 -allx"})
    EXPECT_EQ(spf({text}), Policy::stated) << text;
  EXPECT_EQ(spf({"v=spf1 redirect=_spf.example"}), Policy::doubtful);
  EXPECT_EQ(spf({"v=spf1 mx Redirect=_spf.example"}), Policy::doubtful);
  EXPECT_EQ(spf({"v=spf1 mx -a", "ll"}), Policy::strict) << "strings are put together without a space";
  EXPECT_EQ(spf({"v=spf1 mx", "-all"}), Policy::stated);
  const std::string long_text(250, 'x');
  EXPECT_EQ(spf({"v=spf1 ", long_text, long_text, " -all"}), Policy::strict);
  EXPECT_EQ(spf({"v=spf1 ", long_text, long_text, long_text, long_text, long_text, " -all"}), Policy::doubtful);
  EXPECT_EQ(spf({"v=spf1 -all ", long_text, long_text, long_text, long_text, long_text, " ?all"}), Policy::strict);
}

TEST(DnsResponse, DmarcIsStrictByWhatItAsksFor) {
  const auto dmarc = [](std::initializer_list<std::string_view> strings) {
    return stated("_dmarc.example.org", strings);
  };
  for (const char* text : {"v=DMARC1; p=reject", "v=DMARC1;p=Quarantine;rua=mailto:a@b",
                           "v=DMARC1 ; sp=none ; P = reject", "v=DMARC1; p=reject; pct=5", "v=DMARC1; p=reject; t=n"})
    EXPECT_EQ(dmarc({text}), Policy::strict) << text;
  for (const char* text : {"v=DMARC1", "v=DMARC1; p=none", "v=DMARC1; sp=reject", "v=DMARC1; p=reject; t=y",
                           "v=DMARC1; p=reject; pct=0", "v=DMARC1; p=rejected", "v=DMARC1; p"})
    EXPECT_EQ(dmarc({text}), Policy::stated) << text;
  EXPECT_EQ(dmarc({"v=DMARC1; p=rej", "ect"}), Policy::strict);
}

TEST(DnsResponse, OfTwoPoliciesNoneIsInForce) {
  Conversation flow;
  flow.answer(response("example.org", 16)
                  .record(1, 16, txt_rdata("v=spf1 -all"))
                  .record(1, 16, txt_rdata("v=spf1 -all"))
                  .done());
  EXPECT_EQ(flow.response().policy, Policy::stated);
}

TEST(DnsResponse, SvcParams) {
  const auto https = [](unsigned priority, const Octets& params) {
    Conversation flow;
    flow.answer(response("example.org", 65).record(1, 65, Wire{}.u16(priority).name("").add(params).out).done());
    return flow;
  };
  const Octets params = Wire{}.add(option(1, {2, 'h', '3'})).add(option(5, {1, 2})).add(option(300, {})).out;
  EXPECT_EQ(https(1, params).values(kSvcParams), list({1 << 1 | 1 << 5 | std::uint64_t{65} << 32}));
  EXPECT_TRUE(https(0, {}).values(kSvcParams).empty());
  EXPECT_TRUE(https(0, {}).response().has(kSeenHttps));
  const Octets twice = Wire{}.add(option(1, {})).add(option(1, {})).out;
  for (const Octets& bad : {twice, Octets{0, 1, 0, 9, 1}}) {
    EXPECT_EQ(https(1, bad).values(kBadRecord), list({65}));
    EXPECT_TRUE(https(1, bad).values(kSvcParams).empty());
  }
}

TEST(DnsResponse, WhatIsNotNotedOfAMessageIsCounted) {
  for (const unsigned records : {6U, 20U, 21U, 300U}) {
    Builder builder = response("example.org", 65);
    for (unsigned i = 0; i < records; ++i) builder.record(1, 65, Wire{}.u16(1).name("").out);
    Conversation flow;
    flow.answer(builder.done());
    EXPECT_EQ(flow.values(kSvcParams).size() + flow.dropped(), records);
    EXPECT_EQ(flow.dropped(), records > 20 ? records - 20 : 0);
  }
  Builder builder = response("example.org", 255);
  for (unsigned i = 0; i < 60; ++i)
    builder.record(1, 46, rrsig_rdata(1, i))
        .record(1, 48, dnskey_rdata(i))
        .record(1, 43, ds_rdata(i, 2))
        .record(1, 50, nsec3_rdata(0, i, 0))
        .record(1, 65, Wire{}.u16(1).name("").out);
  Octets errors;
  for (unsigned i = 0; i < 60; ++i) errors = Wire{errors}.add(option(15, {0, 1})).out;
  Conversation flow;
  flow.answer(builder.opt(1232, true, errors).done());
  EXPECT_LE(flow.noted.size(), std::size_t{kPerMessage});
  EXPECT_EQ(flow.noted.size() - 1 + flow.dropped(), 6U * 60);
}

TEST(DnsResponse, EveryRecordOfTheLongestMessageIsRead) {
  Builder builder(kQr | kAaFlag);
  for (int i = 0; i < 5900; ++i) builder.owned(1, {0}, 2, {});
  Conversation flow;
  flow.answer(builder.owned(2, {0}, 47, {}).done());
  EXPECT_FALSE(flow.response().cut);
  EXPECT_TRUE(flow.response().has(kSeenNsec));
}

TEST(DnsResponse, ARootKeySentinelSaysWhatItWasAskedFor) {
  const auto answer_to = [](std::string_view name, unsigned flags) {
    Conversation flow;
    flow.offer(Builder(kQr | flags).question(name, 28).done(), 0, Side::server);
    return flow.noted.size() == 2 && flow.noted[1].fact == kSentinel
               ? std::optional(SentinelBits::unpack(flow.noted[1].value))
               : std::nullopt;
  };
  const auto is = answer_to("root-key-sentinel-is-ta-20326.example", kRaFlag | 2U);
  ASSERT_TRUE(is.has_value());
  EXPECT_EQ(is->tag, 20326);
  EXPECT_EQ(is->rcode, 2);
  EXPECT_EQ(is->qtype, 28);
  EXPECT_TRUE(is->ra);
  EXPECT_FALSE(is->denies || is->cd);
  const auto is_not = answer_to("Root-Key-Sentinel-Not-TA-00007.example", kCdFlag);
  ASSERT_TRUE(is_not.has_value());
  EXPECT_EQ(is_not->tag, 7);
  EXPECT_TRUE(is_not->denies && is_not->cd);
  for (const char* name : {"root-key-sentinel-is-ta-2032.example", "root-key-sentinel-is-ta-203266.example",
                           "root-key-sentinel-is-ta-70000.example", "root-key-sentinel-is-ta-2032a.example",
                           "root-key-sentinel-not-ta-2032.example", "root-key-sentinels-is-ta-2032.org",
                           "a-label-of-twenty-nine-octets", "a.root-key-sentinel-is-ta-20326.example"})
    EXPECT_FALSE(answer_to(name, 0).has_value()) << name;
}

}  // namespace response_test
}  // namespace uptake::dns
