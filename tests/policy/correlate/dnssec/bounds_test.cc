// What a join under DNSSEC does when it may do little: it says that it does not know.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <set>

#include "tests/policy/correlate/dnssec/filing.h"
#include "tests/policy/correlate/dnssec/keytrap.h"

namespace uptake::dnssec {
namespace bounds_test {

using namespace test;

TEST(DnssecBounds, ManyKeysOfOneTagCostEightVerifications) {
  const KeyTrap trap;
  Filing run(trap.world.files());
  trap.link(run);
  EXPECT_EQ(run.found.last().verdict, Security::secure) << "the keys themselves";
  const std::uint64_t before = run.join.verifier().verified();
  run.file(trap.answer(1));
  EXPECT_LE(run.join.verifier().verified() - before, 8U);
  run.join.finish(run.found);
  EXPECT_EQ(run.found.last().verdict, Security::not_judged);
  EXPECT_EQ(run.found.last().missing, Missing::limit) << "the ninth might have been good";
}

TEST(DnssecBounds, OneGoodSignatureAmongManyIsEnough) {
  const World world;
  Filing run(world.files());
  world.link(run);
  Reply reply = world.address("www.example.test");
  for (int i = 0; i < 40; ++i)
    reply.add(1, "www.example.test", 46, world.zone.rrsig("www.example.test", 1, {dns::test::a_rdata()}));
  EXPECT_EQ(run.verdict(reply).verdict, Security::secure);
}

TEST(DnssecBounds, TheReadingOfAMessageIsBounded) {
  const World world;
  Filing run(world.files());
  Reply reply("www.example.test", 1);
  for (unsigned i = 0; i < 65; ++i) reply.add(1, "n" + std::to_string(i) + ".example.test", 1, dns::test::a_rdata());
  EXPECT_EQ(run.verdict(reply).missing, Missing::limit);
  EXPECT_EQ(run.verdict(Reply("a", 1).add(1, "a", 46, {1, 2, 3})).missing, Missing::malformed);
}

/// Signed: a response, and what it comes to when all is known.
struct Signed {
  Octets message;
  dns::ResponseBits said;
  Security truth = Security::secure;
};

/// Zones of every kind, their links, and answers in them.
std::vector<Signed> everything() {
  const auto of = [](const Reply& reply, Security truth) { return Signed{reply.done(), reply.said, truth}; };
  static const World w;
  const Zone other("other.test");
  std::vector<Signed> all;
  for (const Reply& link :
       {World::keys(w.root), World::ds(w.root, w.tld), World::keys(w.tld), World::ds(w.tld, w.zone),
        World::keys(w.zone), World::ds(w.tld, other), World::keys(other)})
    all.push_back(of(link, Security::secure));
  Reply referral("www.plain.test", 1, 0, 0);
  referral.add(2, "plain.test", 2, wire("ns.plain.test"));
  referral.add(2, w.tld, "plain.test", 47, {nsec("q.test", {2, 46, 47})});
  all.push_back(of(referral, Security::insecure));
  Reply plain("www.plain.test", 1);
  plain.add(1, "www.plain.test", 1, dns::test::a_rdata());
  all.push_back(of(plain, Security::insecure));
  for (const char* const host : {"a.example.test", "b.example.test"})
    all.push_back(of(w.address(host), Security::secure));
  Reply expired = w.address("old.example.test", {.from = kNow - 20 * 86'400, .until = kNow - 10 * 86'400});
  all.push_back(of(expired, Security::bogus));
  Reply foreign("c.example.test", 1);
  Octets rrsig = w.zone.rrsig("c.example.test", 1, {dns::test::a_rdata()});
  rrsig.back() ^= 1;
  foreign.add(1, "c.example.test", 1, dns::test::a_rdata()).add(1, "c.example.test", 46, rrsig);
  all.push_back(of(foreign, Security::bogus));
  Reply none("no.example.test", 1, 3);
  none.add(2, w.zone, "example.test", 6, {soa("example.test")})
      .add(2, w.zone, "example.test", 47, {nsec("www.example.test", {2, 6, 46, 47, 48})});
  all.push_back(of(none, Security::secure));
  Reply of_other("www.other.test", 1);
  of_other.add(1, other, "www.other.test", 1, {dns::test::a_rdata()});
  all.push_back(of(of_other, Security::secure));
  return all;
}

/// Random tables, budgets, orders, losses and times: what is judged is judged right. UPTAKE_CASES: how many.
TEST(DnssecBounds, WhatStarvesIsNotJudgedAndNeverWrong) {
  const std::vector<Signed> all = everything();
  const char* const wanted = std::getenv("UPTAKE_CASES");
  const int cases = wanted != nullptr ? std::atoi(wanted) : 500;
  // The root's key stands in the first message: a DNSKEY line is as good an anchor as a DS.
  const auto owned = std::make_unique<Message>();
  Message& first = *owned;
  ASSERT_EQ(first.read(all[0].message), Message::Reading::read);
  std::string anchor;
  first.each_record(*first.find(Section::answer, Name(), kTypeDnskey), [&](Bytes rdata) {
    const Octets octets(rdata.begin(), rdata.end());
    anchor = ". IN TYPE48 \\# " + std::to_string(octets.size()) + " " + text_of(octets) + "\n";
  });
  std::set<std::pair<std::string, Security>> right;
  for (const Signed& one : all) {
    std::array<std::uint8_t, Name::kMostText> text;
    ASSERT_EQ(first.read(one.message), Message::Reading::read);
    right.emplace(
        std::string(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(first.qname().text(text.data()))),
        one.truth);
  }
  std::mt19937 random(7);
  const auto any = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  std::size_t judged = 0;
  std::size_t starved = 0;
  for (int i = 0; i < cases; ++i) {
    const Join::Bounds bounds{.chain = {.key_sets = 1 + any(16),
                                        .delegations = 1 + any(16),
                                        .candidates = 1 + any(16),
                                        .candidate_octets = 256 + any(4096),
                                        .verifier = {.verdicts = 1 + any(16), .keys = 1 + any(8)}},
                              .waiting = 1 + any(20),
                              .waiting_octets = 256 + any(8192)};
    Filing run({.dnssec_anchors = anchor, .dnssec_per_second = any(3) == 0 ? 1 + any(6) : 0}, bounds);
    double seconds = 0;
    for (int k = 0; k < 40; ++k) {
      seconds += any(20) == 0 ? any(8) : any(1000) / 2000.0;
      const Signed& one = all[any(static_cast<unsigned>(all.size()))];
      run.file(one.message, one.said, seconds);
    }
    run.join.finish(run.found);
    ASSERT_EQ(run.found.responses().size(), 40U);
    for (const Found::Of& response : run.found.responses()) {
      if (response.bits.verdict == Security::not_judged) {
        ASSERT_NE(response.bits.missing, Missing::nothing) << response.name;
        ++starved;
        continue;
      }
      ++judged;
      ASSERT_TRUE(right.contains({response.name, response.bits.verdict})) << "case " << i << ": " << response.name;
    }
  }
  EXPECT_GT(judged, starved / 8) << "they do not starve altogether";
  EXPECT_GT(starved, 0U);
}

}  // namespace bounds_test
}  // namespace uptake::dnssec
