#include "dissectors/dns/pairing.h"

#include <gtest/gtest.h>

#include "tests/dissectors/dns/reading.h"

namespace uptake::dns {
namespace pairing_test {

using test::Builder;
using test::Conversation;
using test::kAdFlag;
using test::kQr;
using test::Octets;

struct Exchange {
  unsigned id = 1;
  const char* name = "example.org";
  unsigned type = 1;
  unsigned qclass = 1;
};

Octets query(const Exchange& of, bool dnssec_ok = false) {
  return Builder(kAdFlag, of.id).question(of.name, of.type, of.qclass).opt(1232, dnssec_ok).done();
}
Octets answer(const Exchange& of) { return Builder(kQr, of.id).question(of.name, of.type, of.qclass).done(); }

TEST(DnsPairing, EachAnswerOfManyMeetsItsOwnQuery) {
  for (const bool last_first : {false, true}) {
    Conversation flow;
    constexpr unsigned kMany = 600;
    const auto exchange = [](unsigned i) {
      return Exchange{.id = i / 3 * 7 + 1, .type = i % 3 == 0 ? 1U : i % 3 == 1 ? 28U : 65U};
    };
    for (unsigned i = 0; i < kMany; ++i) flow.offer(query(exchange(i), i % 5 == 0));
    for (unsigned n = 0; n < kMany; ++n) {
      const unsigned i = last_first ? kMany - 1 - n : n;
      flow.answer(answer(exchange(i)));
      EXPECT_TRUE(flow.response().query_seen && flow.response().query_ad) << i;
      EXPECT_EQ(flow.response().query_dnssec_ok, i % 5 == 0) << i;
    }
    EXPECT_EQ(flow.table->exchanges.take_displaced(), 0U);
  }
}

TEST(DnsPairing, NothingButTheWholeQuestionWillDo) {
  Conversation flow;
  flow.offer(query({}));
  for (const Exchange& other :
       {Exchange{.id = 2}, Exchange{.name = "example.net"}, Exchange{.type = 33}, Exchange{.type = 28},
        Exchange{.qclass = 3}, Exchange{.name = "xexample.org"}, Exchange{.name = "org"}, Exchange{.name = "."}}) {
    flow.answer(answer(other));
    EXPECT_FALSE(flow.response().query_seen || flow.response().query_ad) << other.name << other.type;
  }
  flow.answer(Builder(kQr, 1).done());  // without a question
  EXPECT_FALSE(flow.response().query_seen);
  flow.offer(answer({}));  // from the side that asked
  EXPECT_FALSE(flow.response().query_seen);
  Conversation other_flow;
  other_flow.table = flow.table;
  other_flow.flow = flow.flow + 1;
  other_flow.answer(answer({}));
  EXPECT_FALSE(other_flow.response().query_seen);
  flow.answer(answer({}));
  EXPECT_TRUE(flow.response().query_seen);
}

TEST(DnsPairing, TheCaseOfLettersDoesNotCount) {
  for (const auto& [asked, answered] : std::initializer_list<std::pair<const char*, const char*>>{
           {"eXaMPle.ORG", "ExAmpLE.org"},
           {"A.b", "a.B"},
           {"WWW.SOME-EXAMPLE-7.ORGANISATION.EXAMPLE", "www.some-example-7.organisation.example"},
           {".", "."}}) {
    Conversation flow;
    flow.offer(query({.name = asked}, true));
    flow.answer(answer({.name = answered}));
    EXPECT_TRUE(flow.response().query_dnssec_ok) << asked;
  }
}

TEST(DnsPairing, EveryLengthOfName) {
  for (std::size_t length = 1; length <= 63; ++length) {
    Conversation flow;
    const std::string name(length, 'a');
    std::string other = name;
    flow.offer(query({.name = name.c_str()}));
    for (std::size_t at = 0; at < length; ++at) {
      other[at] = 'b';
      flow.answer(answer({.name = other.c_str()}));
      EXPECT_FALSE(flow.response().query_seen) << length << ' ' << at;
      other[at] = 'a';
    }
    flow.answer(answer({.name = name.c_str()}));
    EXPECT_TRUE(flow.response().query_seen) << length;
  }
}

TEST(DnsPairing, AskedAgainAndAnsweredTwice) {
  Conversation flow;
  flow.offer(query({}, true));
  flow.offer(query({}, true));
  for (int answers = 0; answers < 3; ++answers) {  // the copies of a forger come to the same question
    flow.answer(answer({}));
    EXPECT_TRUE(flow.response().query_dnssec_ok);
  }
  flow.offer(query({}, false));  // the ID is used again: only the newer question still waits
  flow.answer(answer({}));
  EXPECT_TRUE(flow.response().query_seen);
  EXPECT_FALSE(flow.response().query_dnssec_ok);
}

TEST(DnsPairing, TwoThatWaitAndDifferAreNotToldApart) {
  Conversation flow;
  flow.offer(query({}, true));
  flow.offer(query({}, false));
  flow.answer(answer({}));
  EXPECT_FALSE(flow.response().query_seen);
}

TEST(DnsPairing, AnAnswerBeforeItsQueryMeetsNothing) {
  Conversation flow;
  flow.answer(answer({}));
  EXPECT_FALSE(flow.response().query_seen);
  flow.offer(query({}));
  flow.answer(answer({}));
  EXPECT_TRUE(flow.response().query_seen);
}

TEST(DnsPairing, AnAnswerThatComesTooLateMeetsNothing) {
  for (const std::uint32_t late : {Exchanges::kWait, Exchanges::kWait + 1}) {
    Conversation flow;
    flow.ticks = 0xffff'fff0;  // it wraps
    flow.offer(query({}));
    flow.ticks += late;
    flow.answer(answer({}));
    EXPECT_EQ(flow.response().query_seen, late == Exchanges::kWait);
  }
}

TEST(DnsPairing, BothSidesMayAsk) {
  Conversation flow;
  flow.offer(query({}, true), 0, Side::server);
  flow.answer(answer({}));
  EXPECT_FALSE(flow.response().query_seen);
  flow.offer(answer({}));
  EXPECT_TRUE(flow.response().query_dnssec_ok);
}

TEST(DnsPairing, AMillionQuestionsThatNobodyAnswers) {
  Conversation flow;
  constexpr unsigned kMany = 1'000'000;
  for (unsigned i = 0; i < kMany; ++i) flow.table->exchanges.remember(i * 0x9e3779b97f4a7c15, 1, 5);
  EXPECT_EQ(flow.table->exchanges.take_displaced(), kMany - Exchanges::kPlaces);
  EXPECT_EQ(flow.table->exchanges.take_displaced(), 0U);
  flow.offer(query({}, true));
  flow.answer(answer({}));
  EXPECT_TRUE(flow.response().query_dnssec_ok);
  // Whoever was answered, or waits no longer, gives up its place without a word.
  (void)flow.table->exchanges.take_displaced();
  for (unsigned i = 0; i < kMany; ++i) {
    const std::uint64_t digest = i * 0xa0761d6478bd642f;
    flow.table->exchanges.remember(digest, 1, 6 + Exchanges::kWait);
    EXPECT_TRUE(flow.table->exchanges.find(digest, 6 + Exchanges::kWait).question);
  }
  EXPECT_EQ(flow.table->exchanges.take_displaced(), 0U);
}

TEST(DnsPairing, WithoutATableNothingIsRemembered) {
  Conversation flow;
  flow.table = nullptr;
  flow.offer(query({}));
  flow.answer(answer({}));
  EXPECT_FALSE(flow.response().query_seen);
}

}  // namespace pairing_test
}  // namespace uptake::dns
