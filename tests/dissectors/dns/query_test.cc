#include <gtest/gtest.h>

#include "tests/dissectors/dns/reading.h"

namespace uptake::dns {
namespace query_test {

using namespace test;

Payload datagram(const Octets& octets) {
  Payload payload;
  payload.bytes = octets;
  payload.wire = static_cast<std::uint32_t>(octets.size());
  payload.client_port = 40000;
  payload.server_port = 53;
  return payload;
}

TEST(DnsClaims, TellsTheSideByQr) {
  const Octets query = Builder().question("example.org", 1).done();
  const Claim of_query = Dissector::claims(datagram(query));
  EXPECT_EQ(of_query, Claim::from_client);
  const Octets response = Builder(kQr).question("example.org", 1).done();
  EXPECT_EQ(Dissector::claims(datagram(response)), Claim::from_server);
}

TEST(DnsClaims, WantsPort53AndAPlausibleHeader) {
  const Octets query = Builder().question("example.org", 1).done();
  Payload payload = datagram(query);
  payload.server_port = 5353;
  EXPECT_EQ(Dissector::claims(payload), Claim::no);
  payload.client_port = 53;
  EXPECT_EQ(Dissector::claims(payload), Claim::from_client);
  const Octets opcode3 = Builder(3U << 11).question("example.org", 1).done();
  EXPECT_EQ(Dissector::claims(datagram(opcode3)), Claim::no);
  const Octets noise(64, 0x45);
  EXPECT_EQ(Dissector::claims(datagram(noise)), Claim::no);
  const Octets eleven(11, 0);
  EXPECT_EQ(Dissector::claims(datagram(eleven)), Claim::no);
}

TEST(DnsClaims, ACutHeaderIsClaimedWithoutASide) {
  const Octets query = Builder().question("example.org", 1).done();
  Payload payload = datagram(query);
  payload.bytes = payload.bytes.first(5);
  const Claim claim = Dissector::claims(payload);
  EXPECT_EQ(claim, Claim::yes);
}

TEST(DnsClaims, LyingCountsBehindAGoodQuestionDoNotLoseTheFlow) {
  Builder builder = Builder().question("example.org", 1);
  for (unsigned& count : builder.counts) count = 65535;
  const Octets lying = builder.done();
  EXPECT_EQ(Dissector::claims(datagram(lying)), Claim::from_client);
}

TEST(DnsQuery, PlainBits) {
  Conversation flow;
  const Result result = flow.offer(Builder(kRdFlag | kAdFlag | kCdFlag).question("WWW.Example.Org", 28).done());
  EXPECT_EQ(result.verdict, Verdict::keep_going);
  ASSERT_EQ(flow.noted.size(), 1U);
  EXPECT_EQ(flow.noted[0].name, "www.example.org");
  const QueryBits query = flow.query();
  EXPECT_EQ(query.qtype, 28);
  EXPECT_EQ(query.opcode, 0);
  EXPECT_TRUE(query.rd && query.ad && query.cd);
  EXPECT_FALSE(query.tcp || query.edns || query.dnssec_ok || query.edns_malformed || query.cut);
  EXPECT_EQ(query.label, Label::plain);
}

TEST(DnsQuery, EdnsBits) {
  const Octets options = Wire{}
                             .add(option(10, Octets(8, 7)))
                             .add(option(8, {0, 1, 24, 0, 192, 0, 2}))
                             .add(option(12, Octets(20, 0)))
                             .add(option(65001, {1, 2, 3}))
                             .out;
  Conversation flow;
  flow.offer(Builder(0).question("example.org", 1).opt(1232, true, options).done());
  const QueryBits query = flow.query();
  EXPECT_EQ(query.edns_size, 1232);
  EXPECT_TRUE(query.edns && query.dnssec_ok && query.cookie && query.client_subnet && query.padding);
  EXPECT_FALSE(query.edns_malformed || query.rd);
}

QueryBits with_options(const Octets& options) {
  Conversation flow;
  flow.offer(Builder().question("example.org", 1).opt(512, false, options).done());
  return flow.query();
}

TEST(DnsQuery, ABrokenOptionIsCountedAndTheQueryStays) {
  const Octets past_end = Wire{}.add(option(12, {})).u16(10).u16(9).zeros(8).out;
  EXPECT_TRUE(with_options(past_end).edns_malformed);
  EXPECT_TRUE(with_options(past_end).edns && with_options(past_end).padding);
  EXPECT_FALSE(with_options(past_end).cookie);
  EXPECT_TRUE(with_options({0, 10, 0}).edns_malformed);
  EXPECT_TRUE(with_options(option(8, {0, 1, 24})).edns_malformed);
  EXPECT_FALSE(with_options(option(8, {0, 1, 24})).client_subnet);
  for (const std::size_t size : {0U, 7U, 9U, 15U, 41U}) {
    EXPECT_TRUE(with_options(option(10, Octets(size, 1))).edns_malformed) << size;
    EXPECT_FALSE(with_options(option(10, Octets(size, 1))).cookie) << size;
  }
  for (const std::size_t size : {8U, 16U, 40U}) EXPECT_TRUE(with_options(option(10, Octets(size, 1))).cookie) << size;
}

TEST(DnsQuery, TwoOptsOrAnOwnerThatIsNotTheRoot) {
  Conversation two;
  two.offer(Builder().question("example.org", 1).opt(1232, true).opt(512, false).done());
  EXPECT_TRUE(two.query().edns_malformed && two.query().dnssec_ok);
  EXPECT_EQ(two.query().edns_size, 1232);
  Conversation owner;
  owner.offer(Builder().question("example.org", 1).record(3, 41, {}, 1232, 0x8000).done());
  EXPECT_TRUE(owner.query().edns_malformed);
  EXPECT_FALSE(owner.query().edns);
}

TEST(DnsQuery, OptOutsideTheAdditionalSectionIsNoEdns) {
  Conversation flow;
  flow.offer(Builder().question("example.org", 1).owned(1, {0}, 41, {}, 1232).done());
  EXPECT_FALSE(flow.query().edns || flow.query().edns_malformed);
}

TEST(DnsQuery, OptionsOfALaterVersionAreNotRead) {
  Conversation flow;
  flow.offer(Builder().question("example.org", 1).opt(1232, true, {1}, 0, 1).done());
  EXPECT_TRUE(flow.query().edns && flow.query().edns_other);
  EXPECT_FALSE(flow.query().edns_malformed || flow.query().dnssec_ok);
  flow.answer(Builder(kQr).question("example.org", 1).opt(1232, false, {}, 1).done());  // BADVERS
  EXPECT_TRUE(flow.response().edns && flow.response().query_seen);
  EXPECT_FALSE(flow.response().query_dnssec_ok || flow.response().edns_other);
  EXPECT_EQ(flow.response().rcode, 15);
  flow.answer(Builder(kQr).question("example.org", 1).opt(1232, true, {}, 0, 1).done());
  EXPECT_TRUE(flow.response().edns_other);
  EXPECT_FALSE(flow.response().edns || flow.response().dnssec_ok || flow.response().cookie);
}

TEST(DnsQuery, ClassesOtherThanIn) {
  for (const unsigned qclass : {1U, 3U, 4U, 254U, 255U}) {
    Conversation flow;
    flow.offer(Builder().question("version.bind", 16, qclass).done());
    EXPECT_EQ(flow.query().other_class, qclass != 1);
    flow.answer(Builder(kQr).question("version.bind", 16, qclass).done());
    EXPECT_EQ(flow.response().other_class, qclass != 1);
    EXPECT_TRUE(flow.response().query_seen);
  }
}

TEST(DnsClaims, MulticastDnsAndItsKinAreNot) {
  const Octets query = Builder().question("host.local", 28).done();
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{5353, 5355, 137, 853, 5300}) {
    Payload payload = datagram(query);
    payload.client_port = payload.server_port = port;
    EXPECT_EQ(Dissector::claims(payload), Claim::no) << port;
    payload.client_port = 40000;
    EXPECT_EQ(Dissector::claims(payload), Claim::no) << port;
  }
}

TEST(DnsQuery, WithoutQuestion) {
  Conversation flow;
  flow.offer(Builder(0).opt(1232, false, option(10, Octets(8, 1))).done());
  ASSERT_EQ(flow.noted.size(), 1U);
  EXPECT_EQ(flow.noted[0].name, "");
  EXPECT_EQ(flow.query().qtype, 0);
  EXPECT_TRUE(flow.query().cookie);
}

TEST(DnsQuery, PolicyLabels) {
  const auto label = [](std::string_view name) {
    Conversation flow;
    flow.offer(Builder().question(name, 16).done());
    return flow.query().label;
  };
  EXPECT_EQ(label("_DMARC.example.org"), Label::dmarc);
  EXPECT_EQ(label("s1._domainkey.example.org"), Label::domainkey);
  EXPECT_EQ(label("a.b._domainkey.example.org"), Label::domainkey);
  EXPECT_EQ(label("_mta-sts.example.org"), Label::mta_sts);
  EXPECT_EQ(label("_smtp._tls.example.org"), Label::tls_rpt);
  EXPECT_EQ(label("default._bimi.example.org"), Label::bimi);
  for (const std::string_view plain :
       {"example.org", "dmarc.example.org", "mta-sts.example.org", "_domainkey.example", "x._dmarc.example.org",
        "_tls.example.org", "_dmarcx.example.org"})
    EXPECT_EQ(label(plain), Label::plain) << plain;
}

TEST(DnsOpcodes, UpdateIsNotMisread) {
  // RFC 2136 §2.5.2: deletes an RRset: RDLENGTH 0 would be no A record.
  const auto update = [](unsigned flags) {
    return Builder(5U << 11 | flags).question("example.org", 6).record(2, 1, {}, 255, 0).opt(1232, false).done();
  };
  Conversation flow;
  flow.offer(update(0));
  EXPECT_EQ(flow.query().opcode, 5);
  EXPECT_EQ(flow.query().qtype, 6);
  EXPECT_TRUE(flow.query().edns);
  flow.answer(update(kQr));
  EXPECT_EQ(flow.response().opcode, 5);
  EXPECT_EQ(flow.response().seen, 0);
  EXPECT_FALSE(flow.response().answered);
  EXPECT_TRUE(flow.response().query_seen);
}

TEST(DnsOpcodes, StatefulOperationHasNoRecords) {
  Conversation flow;
  flow.offer(Wire{}.add(Builder(6U << 11).done()).u16(1).u16(8).zeros(8).out);
  EXPECT_EQ(flow.query().opcode, 6);
  Conversation lying;
  lying.offer(Builder(6U << 11).question("example.org", 1).done());
  EXPECT_TRUE(lying.only_unreadable(Ending::malformed));
}

TEST(DnsOpcodes, UnassignedIsUnreadable) {
  for (const unsigned opcode : {3U, 7U, 8U, 15U}) {
    Conversation flow;
    EXPECT_EQ(flow.offer(Builder(opcode << 11).question("example.org", 1).done()).verdict, Verdict::malformed);
    EXPECT_TRUE(flow.only_unreadable(Ending::malformed)) << opcode;
  }
}

KeyTags told_by(Builder builder) {
  Conversation flow;
  flow.offer(builder.done());
  EXPECT_LE(flow.noted.size(), 2U);
  return flow.noted.back().fact == kKeyTags ? KeyTags::unpack(flow.noted.back().value) : KeyTags{};
}
KeyTags told_by_option(const Octets& value) {
  return told_by(Builder(0).question(".", 48).opt(1232, true, option(14, value)));
}
KeyTags told_by_name(std::string_view name, unsigned type = 10) { return told_by(Builder(0).question(name, type)); }

TEST(DnsQuery, TrustAnchorsAreToldByEdns) {
  const KeyTags two = told_by_option({0x4f, 0x66, 0x97, 0x28});
  EXPECT_EQ(two.count, 2);
  EXPECT_TRUE(two.has(20326) && two.has(38696) && two.has_all());
  EXPECT_FALSE(two.has(19036) || two.has(0) || two.by_name);
  const KeyTags many = told_by_option(Octets(32, 1));
  EXPECT_EQ(many.count, 15);
  EXPECT_FALSE(many.has_all());
  for (const Octets& broken : {Octets{}, Octets{1}, Octets{1, 2, 3}}) {
    EXPECT_EQ(told_by_option(broken).count, 0);
    EXPECT_TRUE(with_options(option(14, broken)).edns_malformed);
  }
}

TEST(DnsQuery, TrustAnchorsAreToldByName) {
  const KeyTags one = told_by_name("_ta-4F66");
  EXPECT_EQ(one.count, 1);
  EXPECT_TRUE(one.has(20326) && one.by_name);
  const KeyTags two = told_by_name("_TA-4a5c-9728.example");
  EXPECT_TRUE(two.has(19036) && two.has(38696));
  EXPECT_EQ(two.count, 2);
  EXPECT_EQ(told_by_name("_ta-4f66", 16).count, 0) << "not for NULL";
  for (const char* name : {"_ta", "_ta-", "_ta-4f6", "_ta-4f66-", "_ta-4f6g", "_ta-4f667", "_ta4f66", "_tb-4f66",
                           "ta", ".", "x._ta-4f66"})
    EXPECT_EQ(told_by_name(name).count, 0) << name;
}

}  // namespace query_test
}  // namespace uptake::dns
