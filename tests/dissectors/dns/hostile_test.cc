#include <gtest/gtest.h>

#include "tests/dissectors/dns/reading.h"

namespace uptake::dns {
namespace hostile_test {

using namespace test;

Octets rich_response() {
  return Builder(kQr | kRdFlag | kRaFlag)
      .question("www.Example.org", 28)
      .owned(1, Wire{}.name("www.example.org").out, 5, Wire{}.name("a.example.net").out)
      .record(1, 28, aaaa_rdata({0x20}))
      .record(1, 46, rrsig_rdata(28, 13))
      .record(2, 43, ds_rdata(13, 2))
      .record(2, 50, nsec3_rdata(1, 5, 4))
      .record(2, 16, txt_rdata("v=spf1 -all"))
      .record(3, 65, Wire{}.u16(1).name("").add(option(1, {2, 'h', '3'})).out)
      .record(3, 48, dnskey_rdata(8))
      .opt(1232, true, Wire{}.add(option(10, Octets(24, 1))).add(option(15, {0, 6})).out)
      .done();
}
Octets rich_query() {
  return Builder()
      .question("_dmarc.Example.org", 16)
      .opt(1232, true, Wire{}.add(option(10, Octets(8, 1))).add(option(8, {0, 1, 24, 0, 192, 0, 2})).out)
      .done();
}

void expect_malformed(const Octets& message, const char* what) {
  Conversation flow;
  EXPECT_EQ(flow.offer(message).verdict, Verdict::malformed) << what;
  EXPECT_TRUE(flow.only_unreadable(Ending::malformed)) << what;
}

TEST(DnsHostile, TheWholeMessageIsSound) {
  Conversation flow;
  EXPECT_EQ(flow.offer(rich_query()).verdict, Verdict::keep_going);
  EXPECT_EQ(flow.answer(rich_response()).verdict, Verdict::keep_going);
  EXPECT_EQ(flow.noted.size(), 8U);
}

TEST(DnsHostile, EveryPrefixIsMalformed) {
  for (const Octets& message : {rich_query(), rich_response()})
    for (std::size_t size = 0; size < message.size(); ++size) {
      Conversation flow;
      ASSERT_EQ(flow.offer(Bytes{message}.first(size)).verdict, Verdict::malformed) << size;
      ASSERT_TRUE(flow.only_unreadable(Ending::malformed)) << size;
    }
}

/// Whatever is certain of a message that the snaplen cut to `size` octets is so of the whole.
void expect_no_more_than(const ResponseBits& whole, const ResponseBits& cut, std::size_t size) {
  EXPECT_TRUE(cut.cut) << size;
  EXPECT_EQ(cut.seen & ~whole.seen, 0) << size;
  EXPECT_LE(cut.answered, whole.answered) << size;
  EXPECT_LE(cut.answer_signed, whole.answer_signed) << size;
  EXPECT_TRUE(cut.answers_cut || (cut.answered == whole.answered && cut.answer_signed == whole.answer_signed &&
                                  cut.policy == whole.policy && cut.aaaa_synthesised == whole.aaaa_synthesised))
      << size;
  EXPECT_TRUE(cut.policy == Policy::none || cut.policy == Policy::doubtful || cut.policy == whole.policy) << size;
  EXPECT_LE(cut.aaaa_synthesised, whole.aaaa_synthesised) << size;
  EXPECT_LE(cut.edns, whole.edns) << size;
  EXPECT_LE(cut.ede, whole.ede) << size;
  EXPECT_LE(cut.cookie, whole.cookie) << size;
  EXPECT_EQ(cut.rcode & 15, whole.rcode & 15) << size;
  EXPECT_EQ(cut.aa, whole.aa) << size;
}

TEST(DnsHostile, EverySnaplenClaimsNoMoreThanTheWhole) {
  const Octets mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
  const auto response = [](std::string_view name, unsigned type) { return Builder(kQr).question(name, type); };
  const Octets responses[] = {
      rich_response(),
      response("example.org", 28).record(1, 28, mapped).record(1, 28, aaaa_rdata({0x20})).done(),
      response("example.org", 28).record(1, 28, mapped).record(1, 28, mapped).opt(1232, true).done(),
      response("_dmarc.example.org", 16).record(1, 16, txt_rdata("v=DMARC1; p=none")).done(),
      response("example.org", 16).record(1, 16, txt_rdata("v=spf1x")).record(1, 16, txt_rdata("v=spf1")).done(),
      response("example.org", 1)
          .record(1, 5, Wire{}.name("a.example.net").out)
          .record(1, 46, rrsig_rdata(5, 8))
          .owned(1, {1, 'a', 0xc0, 12}, 1, a_rdata())
          .record(1, 46, rrsig_rdata(1, 8))
          .record(2, 47, {0})
          .opt(1232, true, option(15, {0, 1}))
          .done(),
  };
  for (const Octets& message : responses) {
    Conversation whole;
    whole.answer(message);
    const std::size_t question = 12 + message[12] + 1U;
    for (std::size_t size = 0; size < message.size(); ++size) {
      Conversation flow;
      const Result result = flow.answer(Bytes{message}.first(size), static_cast<std::uint32_t>(message.size()));
      if (size < 12) {
        ASSERT_EQ(result.verdict, Verdict::truncated) << size;
        ASSERT_TRUE(flow.only_unreadable(Ending::truncated)) << size;
        continue;
      }
      ASSERT_EQ(result.verdict, Verdict::keep_going) << size;
      ASSERT_EQ(flow.values(kResponse).size(), 1U) << size;
      ASSERT_LE(flow.noted.size(), kPerMessage);
      expect_no_more_than(whole.response(), flow.response(), size);
      if (size < question) {
        EXPECT_EQ(flow.response().qtype, 0);
        EXPECT_EQ(flow.noted[0].name, "");
      }
      for (const std::uint16_t fact : {kRrsig, kDnskey, kDs, kNsec3, kSvcParams, kEde}) {
        const auto all = whole.values(fact);
        for (const std::uint64_t value : flow.values(fact))
          EXPECT_TRUE(value == kMayHideMore || std::ranges::find(all, value) != all.end()) << size << ' ' << fact;
      }
    }
  }
}

TEST(DnsHostile, EverySnaplenOfAQuery) {
  const Octets message = rich_query();
  const std::size_t question = 12 + 20 + 4;
  Conversation whole;
  whole.offer(message);
  for (std::size_t size = 0; size < message.size(); ++size) {
    Conversation flow;
    const Result result = flow.offer(Bytes{message}.first(size), static_cast<std::uint32_t>(message.size()));
    if (size < 12) {
      ASSERT_TRUE(flow.only_unreadable(Ending::truncated)) << size;
      continue;
    }
    ASSERT_EQ(result.verdict, Verdict::keep_going) << size;
    EXPECT_TRUE(flow.query().cut);
    EXPECT_FALSE(flow.query().edns_malformed);
    EXPECT_EQ(flow.query().rd, whole.query().rd);
    if (size < question) {
      EXPECT_EQ(flow.query().qtype, 0);
      continue;
    }
    EXPECT_EQ(flow.noted[0].name, whole.noted[0].name);
    // The front of OPT says DO and size, whatever was cut behind it.
    EXPECT_EQ(flow.query().edns, size >= question + 11) << size;
    EXPECT_EQ(flow.query().dnssec_ok, size >= question + 11) << size;
    flow.answer(Builder(kQr).raw_question({message.begin() + 12, message.begin() + question}).done());
    EXPECT_EQ(flow.response().query_seen, size >= question + 11) << size;
    EXPECT_EQ(flow.response().query_cut, size < question + 11) << size;
  }
}

TEST(DnsHostile, ACutThatHidesNothingIsNone) {
  const Octets message = rich_query();
  Conversation flow;
  EXPECT_EQ(flow.offer(message, static_cast<std::uint32_t>(message.size()) + 9).verdict, Verdict::keep_going);
  EXPECT_FALSE(flow.query().cut);
}

TEST(DnsHostile, ACutSynthesisedAaaaIsNoClaim) {
  const Octets mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
  const Octets message =
      Builder(kQr).question("example.org", 28).record(1, 28, mapped).record(1, 28, aaaa_rdata({0x20})).done();
  Conversation flow;
  flow.answer(Bytes{message}.first(message.size() - 1), static_cast<std::uint32_t>(message.size()));
  EXPECT_TRUE(flow.response().has(kSeenAaaa) && flow.response().answers_cut);
  EXPECT_FALSE(flow.response().aaaa_synthesised || flow.response().answered);
}

TEST(DnsHostile, EverySingleOctetChangeStaysSafe) {
  for (const Octets& message : {rich_query(), rich_response()})
    for (std::size_t at = 0; at < message.size(); ++at) {
      Octets changed = message;
      for (unsigned octet = 0; octet < 256; ++octet) {
        changed[at] = static_cast<std::uint8_t>(octet);
        Conversation flow;
        const Result result = flow.offer(changed);
        ASSERT_TRUE(result.verdict == Verdict::keep_going || result.verdict == Verdict::malformed);
        ASSERT_EQ(result.consumed, changed.size());
        ASSERT_TRUE(!flow.noted.empty());
        ASSERT_LE(flow.noted.size(), kPerMessage);
        const bool unreadable = result.verdict == Verdict::malformed;
        ASSERT_EQ(flow.values(kUnreadable).size(), unreadable ? 1U : 0U);
        ASSERT_TRUE(!unreadable || flow.noted.size() == 1);
      }
    }
}

TEST(DnsHostile, CountsThatLie) {
  for (int count = 0; count < 4; ++count)
    for (const unsigned lie : {2U, 3U, 255U, 4097U, 65535U}) {
      Builder builder = Builder().question("example.org", 1).opt(1232, true);
      builder.counts[count] = lie;
      expect_malformed(builder.done(), "count");
    }
  Builder empty;
  empty.counts[0] = 65535;
  expect_malformed(empty.done(), "QDCOUNT 65535 in 12 octets");
}

TEST(DnsHostile, SeveralQuestions) {
  expect_malformed(Builder().question("example.org", 1).question("example.net", 1).done(), "QDCOUNT 2");
}

TEST(DnsHostile, CompressedOrOddQuestionNames) {
  expect_malformed(Builder().raw_question({0xc0, 12, 0, 1, 0, 1}).done(), "self pointer");
  expect_malformed(Builder().raw_question({1, 'a', 0xc0, 12, 0, 1, 0, 1}).done(), "loop");
  expect_malformed(Builder().raw_question({0xc0, 14, 0xc0, 12, 0, 1, 0, 1}).done(), "ping-pong");
  expect_malformed(Builder().raw_question({0x41, 'a', 0, 0, 1, 0, 1}).done(), "label type 01");
  expect_malformed(Builder().raw_question({0x81, 'a', 0, 0, 1, 0, 1}).done(), "label type 10");
  expect_malformed(Builder().raw_question({0x3f, 'a', 0, 0, 1, 0, 1}).done(), "label past the end");
  Wire endless;
  for (int i = 0; i < 140; ++i) endless.u8(1).u8('a');
  expect_malformed(Builder().raw_question(endless.u8(0).u16(1).u16(1).out).done(), "281 octets");
}

TEST(DnsHostile, OwnerNames) {
  const auto owner = [](const Octets& name) {
    return Builder(kQr).question("example.org", 1).owned(1, name, 1, a_rdata()).done();
  };
  const std::uint8_t self = 12 + 13 + 4;
  expect_malformed(owner({0x40}), "label type 01");
  expect_malformed(owner({0xbf, 0}), "label type 10");
  Conversation sound;
  sound.answer(owner({1, 'a', 0xc0, 12}));
  EXPECT_TRUE(sound.response().answered);
  // A pointer that leads nowhere still ends its name: it costs the record.
  for (const Octets& bad : {Octets{0xc0, self}, {0xc0, self + 2}, {0xff, 0xff}, {0xc0, 0}, {1, 'a', 0xc0, self}}) {
    Conversation flow;
    EXPECT_EQ(flow.answer(owner(bad)).verdict, Verdict::keep_going);
    EXPECT_FALSE(flow.response().answered);
    EXPECT_TRUE(flow.response().answers_cut && flow.response().broken);
    EXPECT_EQ(flow.values(kBadRecord), test::list({1}));
  }
}

/// One record is malformed, the message around it is not.
TEST(DnsHostile, OneBadRecordCostsThatRecord) {
  const auto first = [](Octets rdata, std::size_t size) {
    rdata.resize(size);
    return rdata;
  };
  std::vector<std::pair<unsigned, Octets>> bad = {{1, first(a_rdata(), 3)}, {28, first(aaaa_rdata({}), 15)},
                                                  {28, Octets(17, 0)},      {16, {}},
                                                  {16, {5, 'a'}},           {65, {0}},
                                                  {65, {0, 1, 0xc0, 12}},   {65, {0, 1, 0, 0, 1, 0, 9, 1}}};
  for (const std::size_t size : {0U, 2U, 17U, 18U}) bad.emplace_back(46, first(rrsig_rdata(1, 8), size));
  for (const std::size_t size : {0U, 3U}) bad.emplace_back(48, first(dnskey_rdata(8), size));
  for (const std::size_t size : {0U, 3U}) bad.emplace_back(43, first(ds_rdata(8, 2), size));
  for (const std::size_t size : {0U, 4U, 12U}) bad.emplace_back(50, first(nsec3_rdata(0, 0, 8), size));
  for (const auto& [type, rdata] : bad)
    for (const int section : {1, 2, 3})
      for (const unsigned qtype : {type, 15U}) {
        Conversation flow;
        const Octets message = Builder(kQr)
                                   .question("example.org", qtype)
                                   .record(section, type, rdata)
                                   .record(section, 2, {0})
                                   .record(3, 47, {0})
                                   .done();
        EXPECT_EQ(flow.answer(message).verdict, Verdict::keep_going);
        EXPECT_EQ(flow.values(kBadRecord), test::list({type}));
        EXPECT_EQ(flow.noted.size(), 2U) << type;  // no list holds anything of it
        const ResponseBits r = flow.response();
        EXPECT_TRUE(r.has(kSeenNsec)) << "what stands behind it is read";
        EXPECT_FALSE(r.answered || r.answer_signed || r.cut);
        const bool matters = section == 1 && (qtype == type || type == 46);
        EXPECT_EQ(r.answers_cut && r.broken, matters) << type;
        EXPECT_EQ(r.answers_cut || r.broken, matters) << type;
      }
  Conversation beside;
  beside.answer(Builder(kQr).question("example.org", 16).record(1, 16, {}).record(1, 16, txt_rdata("v=spf1")).done());
  EXPECT_TRUE(beside.response().answered);
  EXPECT_EQ(beside.response().policy, Policy::stated);
}

TEST(DnsHostile, RdlengthPastTheEnd) {
  Octets message = Builder(kQr).question("example.org", 99).record(1, 99, Octets(40, 0)).done();
  message[12 + 13 + 4 + 11] = 41;
  expect_malformed(message, "RDLENGTH");
}

TEST(DnsHostile, TrailingOctetsAreNotTheMessage) {
  Octets message = rich_query();
  Conversation clean;
  clean.offer(message);
  message.insert(message.end(), 30, 0xff);
  Conversation flow;
  flow.offer(message);
  EXPECT_EQ(flow.noted, clean.noted);
}

TEST(DnsHostile, AGoodMessageAfterABadOneIsRead) {
  Conversation flow;
  flow.offer(Builder().raw_question({0xc0, 12, 0, 1, 0, 1}).done());
  flow.offer(rich_query());
  EXPECT_EQ(flow.values(kQuery).size(), 1U);
  EXPECT_EQ(flow.values(kUnreadable).size(), 1U);
}

}  // namespace hostile_test
}  // namespace uptake::dns
