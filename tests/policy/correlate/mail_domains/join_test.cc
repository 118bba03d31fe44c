#include "policy/correlate/mail_domains/join.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dissectors/dns/record.h"
#include "dissectors/smtp/facts.h"
#include "tests/policy/correlate/dane/filing.h"
#include "tests/policy/judging_joins.h"

namespace uptake::mail_domains {
namespace join_test {

using dane::test::bytes_of;
using dane::test::kBogus;
using dane::test::kInsecure;
using dane::test::kNotJudged;
using dane::test::kSecure;
using dane::test::Octets;
using dane::test::Reply;
using dane::test::unasked;

constexpr std::uint16_t kMx = 15;
constexpr std::uint16_t kTxt = 16;
constexpr std::uint16_t kTlsa = 52;

Octets mx(const std::string& host) {
  Octets rdata{0, 10};
  const Octets wire = Reply::wire_of(host);
  rdata.insert(rdata.end(), wire.begin(), wire.end());
  return rdata;
}
Octets txt(const std::string& text) {
  Octets rdata{static_cast<std::uint8_t>(text.size())};
  rdata.insert(rdata.end(), text.begin(), text.end());
  return rdata;
}
Octets tlsa(std::uint8_t usage = 3) {
  Octets rdata{usage, 1, 1};
  rdata.resize(3 + 32, 7);
  return rdata;
}

/// Filing: responses and deliveries, filed with the join.
class Filing final : public Findings {
 public:
  explicit Filing(const Join::Bounds& bounds = {}) : join(digests_, bounds) {}

  void note(std::uint16_t fact, std::uint64_t value, const About& about, std::uint32_t) noexcept override {
    all[fact].emplace_back(value, about.subject.name_digest);
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}

  Filing& judged(const std::string& name, const Reply& reply, dnssec::Bits verdict = kSecure) {
    Filed filed = filed_of(9);
    filed.about.subject.name = bytes_of(name);
    verdict.qtype = reply.type();
    filed.value = verdict.pack();
    filed.bytes = reply.octets();
    join.file(0, filed, *this);
    return *this;
  }
  Filing& answer(const std::string& name, std::uint16_t type, const std::vector<Octets>& records,
                 const dnssec::Bits& verdict = kSecure) {
    Reply reply(name, type);
    for (const Octets& record : records) reply.answer(name, type, 3600, record);
    dnssec::Bits bits = verdict;
    if (records.empty()) reply.soa("test", 3600);
    if (records.empty()) bits.kind = dnssec::Kind::no_data;
    return judged(name, reply, bits);
  }
  /// A domain whose mail goes to the host at 192.0.2.`server`.
  Filing& domain(const std::string& name, const std::string& host, std::uint8_t server) {
    answer(name, kMx, {mx(host)});
    return answer(host, dns::kTypeA, {{192, 0, 2, server}});
  }
  Filing& deliver(std::uint8_t server, smtp::Request request = smtp::Request::begun, bool lost = false) {
    return connect(server, request, lost, request == smtp::Request::begun || lost ? 0 : 1);
  }
  Filing& connect(std::uint8_t server, smtp::Request request, bool lost, std::uint8_t messages) {
    smtp::SessionBits session;
    session.service = smtp::Service::relay;
    session.request = request;
    session.client_seen = true;
    session.client_lost = lost;
    session.messages = messages;
    session.why = lost ? Ending::gap : Ending::closed;
    Filed filed = filed_of(server);
    filed.value = session.pack();
    join.file(1, filed, *this);
    return *this;
  }
  /// What the deliveries since the last call come to, by their domain.
  std::map<std::string, DeliveryBits> found(std::initializer_list<std::string> domains) {
    pass(10);
    std::map<std::string, DeliveryBits> out;
    for (const auto& [value, digest] : std::exchange(all[kDelivery], {}))
      for (const std::string& name : domains)
        if (digests_.name(bytes_of(name)) == digest) out[name] = DeliveryBits::unpack(value);
    return out;
  }
  void pass(std::uint64_t seconds) {
    now_ += seconds * kSecondNs;
    join.advance(now_, *this);
  }
  /// The last value of a fact.
  template <class Value>
  [[nodiscard]] Value last(Fact fact) {
    return static_cast<Value>(all[fact].back().first);
  }

  std::map<std::uint16_t, std::vector<std::pair<std::uint64_t, std::uint64_t>>> all;

 private:
  [[nodiscard]] Filed filed_of(std::uint8_t server) const {
    Filed filed;
    filed.about.packet_ns = now_;
    filed.about.subject.client.octets = {198, 51, 100, 1};
    filed.about.subject.server.octets = {192, 0, 2, server};
    filed.about.subject.server_port = 25;
    return filed;
  }
  Digests digests_ = Digests::published();
  std::uint64_t now_ = 1'700'000'000 * kSecondNs;

 public:
  Join join;
};

TEST(MailDomains, ADeliveryIsOneOfTheDomainsOfItsServer) {
  Filing filing;
  filing.domain("a.test", "mx.test", 1).domain("b.test", "mx.test", 1).domain("c.test", "other.test", 2);
  filing.deliver(1);
  const auto found = filing.found({"a.test", "b.test", "c.test"});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at("a.test").practice, Practice::encrypted);
  EXPECT_EQ(found.at("b.test").practice, Practice::encrypted);
  EXPECT_EQ(filing.last<unsigned>(kPlaced), 1U);
  filing.deliver(77);
  EXPECT_TRUE(filing.found({"a.test"}).empty());
  EXPECT_EQ(filing.last<unsigned>(kPlaced), 0U);
}

TEST(MailDomains, WhatIsAskedBehindADeliveryWithinTheWaitCounts) {
  Filing filing;
  filing.deliver(1).domain("a.test", "mx.test", 1);
  EXPECT_EQ(filing.found({"a.test"}).size(), 1U);
}

TEST(MailDomains, PracticeIsSaidOrNotSeen) {
  Filing filing;
  filing.domain("a.test", "mx.test", 1);
  const auto practice = [&](smtp::Request request, bool lost) {
    return filing.deliver(1, request, lost).found({"a.test"}).at("a.test").practice;
  };
  EXPECT_EQ(practice(smtp::Request::begun, false), Practice::encrypted);
  EXPECT_EQ(practice(smtp::Request::begun, true), Practice::encrypted);
  EXPECT_EQ(practice(smtp::Request::none, false), Practice::clear);
  EXPECT_EQ(practice(smtp::Request::refused, false), Practice::clear);
  EXPECT_EQ(practice(smtp::Request::none, true), Practice::unseen);
}

/// A probe, a spammer that is refused, a client that is told to begin TLS first (RFC 3207 section 4).
TEST(MailDomains, WhatHandsOverNoMailIsNoDelivery) {
  Filing filing;
  filing.domain("a.test", "mx.test", 1);
  for (const smtp::Request request : {smtp::Request::none, smtp::Request::refused, smtp::Request::accepted})
    filing.connect(1, request, false, 0);
  EXPECT_TRUE(filing.found({"a.test"}).empty());
  EXPECT_TRUE(filing.all[kPlaced].empty());
}

TEST(MailDomains, PromisesAreYesNoOrUnknown) {
  Filing filing;
  filing.domain("a.test", "mx.test", 1);
  const auto bits = [&] { return filing.deliver(1).found({"a.test"}).at("a.test"); };
  EXPECT_EQ(bits().mta_sts, Promise::unknown);
  EXPECT_EQ(bits().tls_rpt, Promise::unknown);
  EXPECT_EQ(bits().dane, Promise::unknown);
  filing.answer("_mta-sts.a.test", kTxt, {txt("v=STSv1; id=1;")}, kInsecure);
  EXPECT_EQ(bits().mta_sts, Promise::yes);
  EXPECT_EQ(bits().tls_rpt, Promise::unknown);
  filing.answer("_smtp._tls.a.test", kTxt, {});
  EXPECT_EQ(bits().tls_rpt, Promise::no);
  filing.answer("_smtp._tls.a.test", kTxt, {txt("v=TLSRPTv1; rua=mailto:a@a.test")});
  EXPECT_EQ(bits().tls_rpt, Promise::yes);
  filing.answer("_mta-sts.a.test", kTxt, {txt("v=STSv10")});
  EXPECT_EQ(bits().mta_sts, Promise::no) << "another version";
  filing.pass(24 * 3600);
  filing.domain("a.test", "mx.test", 1);
  EXPECT_EQ(bits().mta_sts, Promise::unknown) << "a day later";
}

/// RFC 8461 section 3.1, RFC 8460 section 3.
TEST(MailDomains, APolicyIsOneSoundRecord) {
  Filing filing;
  filing.domain("a.test", "mx.test", 1);
  const auto mta_sts = [&](const std::vector<Octets>& records) {
    filing.answer("_mta-sts.a.test", kTxt, records, kInsecure);
    return filing.deliver(1).found({"a.test"}).at("a.test").mta_sts;
  };
  const auto tls_rpt = [&](const std::vector<Octets>& records) {
    filing.answer("_smtp._tls.a.test", kTxt, records, kInsecure);
    return filing.deliver(1).found({"a.test"}).at("a.test").tls_rpt;
  };
  const auto joined = [](const std::string& first, const std::string& second) {
    Octets both = txt(first);
    const Octets more = txt(second);
    both.insert(both.end(), more.begin(), more.end());
    return both;
  };
  const std::string long_id(33, '1');
  for (const std::string text : {"v=STSv1; id=20240101T000000", "v=STSv1;id=1;", "v=STSv1 ;\tid=1 ; ext_1=a/b ;"})
    EXPECT_EQ(mta_sts({txt(text)}), Promise::yes) << text;
  for (const std::string& text :
       {std::string("v=STSv1"), std::string("v=STSv1;"), std::string("v=STSv1; id="), std::string("v=STSv1; id=1-2"),
        "v=STSv1; id=" + long_id, std::string("v=STSv1; id=1; junk"), std::string("v=STSv1; ID=1"),
        std::string("v=stsv1; id=1"), std::string("v=STSv1; id=1;; a=b"), std::string(" v=STSv1; id=1")})
    EXPECT_EQ(mta_sts({txt(text)}), Promise::no) << text;
  EXPECT_EQ(mta_sts({joined("v=ST", "Sv1; id=1")}), Promise::yes);
  EXPECT_EQ(mta_sts({txt("v=STSv1; id=1"), txt("v=STSv1; id=2")}), Promise::no);
  EXPECT_EQ(mta_sts({txt("v=STSv1; id=1"), txt("v=STSv1;")}), Promise::no);
  EXPECT_EQ(mta_sts({txt("v=spf1 -all"), txt("v=STSv1; id=1"), txt("v=STSv10; id=1")}), Promise::yes);
  Octets broken = txt("v=STSv1; id=1");
  broken.push_back(9);
  EXPECT_EQ(mta_sts({broken}), Promise::no);
  for (const std::string text :
       {"v=TLSRPTv1;rua=mailto:a@a.test", "v=TLSRPTv1; rua=mailto:a@a.test , https://a.test/r;",
        "v=TLSRPTv1; rua=https://a.test/r?a=b; x = y"})
    EXPECT_EQ(tls_rpt({txt(text)}), Promise::yes) << text;
  for (const std::string text :
       {"v=TLSRPTv1", "v=TLSRPTv1;", "v=TLSRPTv1; rua=", "v=TLSRPTv1; rua=a@a.test", "v=TLSRPTv1; x=y"})
    EXPECT_EQ(tls_rpt({txt(text)}), Promise::no) << text;
  EXPECT_EQ(tls_rpt({txt("v=TLSRPTv1; rua=mailto:a@a.test"), txt("v=TLSRPTv1; rua=mailto:b@a.test")}), Promise::no);
}

/// RFC 5452 section 9.1.
TEST(MailDomains, WhatAnswersNoQueryPromisesNothing) {
  Filing filing;
  filing.domain("a.test", "mx.test", 1);
  filing.answer("_mta-sts.a.test", kTxt, {txt("v=STSv1; id=1")}, kInsecure);
  const auto bits = [&] { return filing.deliver(1).found({"a.test"}).at("a.test"); };
  filing.answer("_mta-sts.a.test", kTxt, {}, unasked(kInsecure));
  filing.answer("_smtp._tls.a.test", kTxt, {txt("v=TLSRPTv1; rua=mailto:a@a.test")}, unasked(kNotJudged));
  EXPECT_EQ(bits().mta_sts, Promise::yes);
  EXPECT_EQ(bits().tls_rpt, Promise::unknown);
  filing.answer("_mta-sts.a.test", kTxt, {}, unasked(kSecure));
  EXPECT_EQ(bits().mta_sts, Promise::no) << "its signatures say whose it is";
}

/// RFC 7672 sections 2.2 and 3.1.3: secure, and of a usage that mail knows.
TEST(MailDomains, OfTlsaRecordsThoseCountThatSendersCanRelyOn) {
  Filing filing;
  filing.domain("a.test", "mx.test", 1);
  const auto dane = [&] { return filing.deliver(1).found({"a.test"}).at("a.test").dane; };
  filing.answer("_25._tcp.mx.test", kTlsa, {tlsa()}, kNotJudged);
  EXPECT_EQ(dane(), Promise::unknown);
  filing.answer("_25._tcp.mx.test", kTlsa, {tlsa()}, kBogus);
  EXPECT_EQ(dane(), Promise::unknown);
  filing.answer("_25._tcp.mx.test", kTlsa, {tlsa()}, kInsecure);
  EXPECT_EQ(dane(), Promise::no);
  filing.answer("_25._tcp.mx.test", kTlsa, {tlsa(1)});
  EXPECT_EQ(dane(), Promise::no);
  filing.answer("_25._tcp.mx.test", kTlsa, {tlsa(1), tlsa()});
  EXPECT_EQ(dane(), Promise::yes);
  filing.answer("_465._tcp.mx.test", kTlsa, {});
  EXPECT_EQ(dane(), Promise::yes) << "another port";
  filing.answer("_25._tcp.mx.test", kTlsa, {});
  EXPECT_EQ(dane(), Promise::no);
}

TEST(MailDomains, MxRecordsSayWhoTakesTheMailOrThatNobodyDoes) {
  Filing filing;
  filing.answer("a.test", kMx, {mx("mx.test")});
  EXPECT_EQ(filing.last<Exchange>(kExchange), Exchange::hosts);
  filing.answer("b.test", kMx, {mx("")});
  EXPECT_EQ(filing.last<Exchange>(kExchange), Exchange::null_mx);
  filing.answer("c.test", kMx, {mx(""), mx("mx.test")});
  EXPECT_EQ(filing.last<Exchange>(kExchange), Exchange::hosts) << "RFC 7505 section 3: no other";
  filing.answer("d.test", kMx, {});
  EXPECT_EQ(filing.last<Exchange>(kExchange), Exchange::none);
  EXPECT_EQ(filing.all[kExchange].size(), 4U);
  filing.answer("e.test", kMx, {mx("mx.test")}, kBogus);
  EXPECT_EQ(filing.all[kExchange].size(), 4U) << "what is bogus says nothing";
}

TEST(MailDomains, StarvedItSaysLessAndNothingElse) {
  Filing filing({.published = {.domains = 4, .hosts = 4, .addresses = 4}, .waiting = 2});
  for (std::uint8_t i = 1; i <= 40; ++i) {
    const std::string name = "d" + std::to_string(i) + ".test";
    filing.domain(name, "mx" + std::to_string(i) + ".test", i);
    filing.answer("_mta-sts." + name, kTxt,
                  i % 2 == 0 ? std::vector<Octets>{txt("v=STSv1; id=1")} : std::vector<Octets>{});
  }
  for (std::uint8_t i = 1; i <= 40; ++i) filing.deliver(i);
  unsigned known = 0;
  for (unsigned i = 1; i <= 40; ++i) {
    const std::string name = "d" + std::to_string(i) + ".test";
    filing.pass(10);
    for (const auto& [value, digest] : filing.all[kDelivery]) {
      if (Digests::published().name(bytes_of(name)) != digest) continue;
      ++known;
      const DeliveryBits bits = DeliveryBits::unpack(value);
      EXPECT_NE(bits.mta_sts, i % 2 == 0 ? Promise::no : Promise::yes) << name;
    }
  }
  EXPECT_LE(known, 4U);
  EXPECT_EQ(filing.all[kPlaced].size(), 40U) << "each is answered";
  EXPECT_GT(filing.join.forgotten(), 36U);
}

TEST(MailDomains, Judges) {
  const auto kept = [](const DeliveryBits& bits) {
    return judged_with_joins("mail.domain.mta_sts.kept", Unit::names, bits.pack());
  };
  EXPECT_EQ(kept({.practice = Practice::clear, .mta_sts = Promise::yes}), "fail");
  EXPECT_EQ(kept({.practice = Practice::encrypted, .mta_sts = Promise::yes}), "pass");
  EXPECT_EQ(kept({.practice = Practice::unseen, .why = Ending::gap, .mta_sts = Promise::yes}), "gap");
  EXPECT_EQ(kept({.practice = Practice::clear, .mta_sts = Promise::no}), "ignored");
  const auto promised = [](const DeliveryBits& bits) {
    return judged_with_joins("mail.domain.dane.promised", Unit::names, bits.pack());
  };
  EXPECT_EQ(promised({.practice = Practice::encrypted, .dane = Promise::no}), "fail");
  EXPECT_EQ(promised({.practice = Practice::encrypted, .dane = Promise::yes}), "pass");
  EXPECT_EQ(promised({.practice = Practice::encrypted}), "nobody_asked");
  EXPECT_EQ(promised({.practice = Practice::clear, .dane = Promise::no}), "ignored");
}

}  // namespace join_test
}  // namespace uptake::mail_domains
