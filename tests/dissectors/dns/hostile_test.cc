#include <gtest/gtest.h>

#include "tests/dissectors/dns/reading.h"

namespace uptake::dns {
namespace {

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

TEST(DnsHostile, EverySnaplenClaimsNoMoreThanTheWhole) {
  for (const Octets& message : {rich_query(), rich_response()}) {
    const bool is_query = message == rich_query();
    const std::size_t question = is_query ? 12 + 20 + 4 : 12 + 17 + 4;
    const auto wire = static_cast<std::uint32_t>(message.size());
    Conversation whole;
    whole.offer(message);
    for (std::size_t size = 0; size < message.size(); ++size) {
      Conversation flow;
      const Result result = flow.offer(Bytes{message}.first(size), wire);
      if (size < question) {
        ASSERT_EQ(result.verdict, Verdict::truncated) << size;
        ASSERT_TRUE(flow.only_unreadable(Ending::truncated)) << size;
      } else if (is_query) {
        ASSERT_TRUE(flow.query().cut);
        ASSERT_EQ(flow.noted[0].name, whole.noted[0].name);
      } else {
        const ResponseBits bits = flow.response();
        ASSERT_TRUE(bits.cut);
        ASSERT_EQ(bits.seen & ~whole.response().seen, 0) << size;
        ASSERT_LE(flow.noted.size(), whole.noted.size());
      }
    }
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
  EXPECT_TRUE(flow.response().has(kSeenAaaa));
  EXPECT_FALSE(flow.response().aaaa_synthesised);
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
  expect_malformed(owner({0xc0, self}), "self pointer");
  expect_malformed(owner({0xc0, self + 2}), "forward pointer");
  expect_malformed(owner({0xff, 0xff}), "pointer past the end");
  expect_malformed(owner({0xc0, 0}), "pointer into the header");
  expect_malformed(owner({1, 'a', 0xc0, self}), "loop");
  expect_malformed(owner({0x40}), "label type 01");
  expect_malformed(owner({0xbf, 0}), "label type 10");
  Conversation sound;
  sound.answer(owner({1, 'a', 0xc0, 12}));
  EXPECT_TRUE(sound.response().answered);
}

TEST(DnsHostile, RdataThatIsTooShort) {
  const auto with = [](unsigned type, const Octets& rdata) {
    return Builder(kQr).question("example.org", type).record(1, type, rdata).record(1, 2, {0}).done();
  };
  const auto first = [](Octets rdata, std::size_t size) {
    rdata.resize(size);
    return rdata;
  };
  expect_malformed(with(1, first(a_rdata(), 3)), "A");
  expect_malformed(with(28, first(aaaa_rdata({}), 15)), "AAAA");
  expect_malformed(with(28, Octets(17, 0)), "AAAA");
  for (const std::size_t size : {0U, 2U, 17U, 18U})
    expect_malformed(with(46, first(rrsig_rdata(1, 8), size)), "RRSIG");
  for (const std::size_t size : {0U, 3U}) expect_malformed(with(48, first(dnskey_rdata(8), size)), "DNSKEY");
  for (const std::size_t size : {0U, 3U}) expect_malformed(with(43, first(ds_rdata(8, 2), size)), "DS");
  for (const std::size_t size : {0U, 4U, 12U}) expect_malformed(with(50, first(nsec3_rdata(0, 0, 8), size)), "NSEC3");
  expect_malformed(with(16, {}), "TXT without string");
  expect_malformed(with(16, {5, 'a'}), "TXT string past RDATA");
  expect_malformed(with(65, {0}), "HTTPS without target");
  expect_malformed(with(65, {0, 1, 0xc0, 12}), "HTTPS with a compressed target");
  expect_malformed(with(65, {0, 1, 0, 0, 1, 0, 9, 1}), "SvcParam past RDATA");
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

}  // namespace
}  // namespace uptake::dns
