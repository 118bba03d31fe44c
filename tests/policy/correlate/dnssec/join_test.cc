#include "policy/correlate/dnssec/join.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/correlate/dnssec/records.h"
#include "policy/correlate/resolvers/join.h"
#include "tests/policy/correlate/dnssec/filing.h"

namespace uptake::dnssec {
namespace join_test {

using namespace test;

const World& world() {
  static const World kWorld;
  return kWorld;
}

/// A run that has seen all links.
struct Linked : Filing {
  Linked() : Filing(world().files()) { world().link(*this); }
};

TEST(DnssecJoin, AnAnswerIsSecureUpToTheAnchor) {
  Linked run;
  for (const Found::Of& one : run.found.responses()) EXPECT_EQ(one.bits.verdict, Security::secure) << one.name;
  run.file(world().address("www.example.test"));
  const Bits bits = run.found.last();
  EXPECT_EQ(run.found.responses().size(), 6U) << "it does not wait";
  EXPECT_EQ(bits.verdict, Security::secure);
  EXPECT_EQ(bits.kind, Kind::answer);
  EXPECT_EQ(bits.side, DnsSide::authority);
  EXPECT_EQ(bits.algorithm, 13);
  EXPECT_EQ(bits.key_bits, 256);
  EXPECT_EQ(bits.digest_type, 2);
  EXPECT_EQ(run.found.all[kZone].back().name, "example.test");
}

TEST(DnssecJoin, ItWaitsForLinksThatComeLater) {
  Filing run(world().files());
  run.file(world().address("www.example.test"));
  EXPECT_TRUE(run.found.responses().empty());
  run.file(World::keys(world().zone), 1);
  run.file(World::ds(world().tld, world().zone), 2);
  run.file(World::keys(world().tld), 3);
  run.file(World::ds(world().root, world().tld), 4);
  run.file(World::keys(world().root), 4.9);
  run.advance(5);
  ASSERT_EQ(run.found.responses().size(), 2U) << "its wait is over; the root's keys have the anchor at once";
  EXPECT_EQ(run.found.last().verdict, Security::secure);
  EXPECT_EQ(run.found.responses()[1].name, "www.example.test");
}

TEST(DnssecJoin, AndNoLonger) {
  Filing run(world().files());
  run.file(world().address("www.example.test"));
  world().link(run, 5.1);
  ASSERT_FALSE(run.found.responses().empty());
  EXPECT_EQ(run.found.responses()[0].bits.verdict, Security::not_judged);
  EXPECT_EQ(run.found.responses()[0].bits.missing, Missing::ds);
  EXPECT_EQ(run.found.all[kMissing][0].name, "example.test");
}

TEST(DnssecJoin, ItNamesTheMissingLink) {
  const World& w = world();
  const auto missing = [&](const std::vector<Reply>& links) {
    Filing run(w.files());
    for (const Reply& link : links) run.file(link);
    const Bits bits = run.verdict(w.address("www.example.test"));
    EXPECT_EQ(bits.verdict, Security::not_judged);
    return std::pair(bits.missing, run.found.all[kMissing].back().name);
  };
  using Lacks = std::pair<Missing, std::string>;
  const std::vector<Reply> all = {World::keys(w.root), World::ds(w.root, w.tld), World::keys(w.tld),
                                  World::ds(w.tld, w.zone), World::keys(w.zone)};
  const auto without = [&](std::size_t which) {
    std::vector<Reply> left = all;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(which));
    return missing(left);
  };
  EXPECT_EQ(without(0), Lacks(Missing::dnskey, "."));
  EXPECT_EQ(without(1), Lacks(Missing::ds, "test"));
  EXPECT_EQ(without(2), Lacks(Missing::dnskey, "test"));
  EXPECT_EQ(without(3), Lacks(Missing::ds, "example.test"));
  EXPECT_EQ(without(4), Lacks(Missing::dnskey, "example.test"));
}

TEST(DnssecJoin, AnAnchorThatDoesNotMatchSaysNothing) {
  const Zone other("");
  Filing run({.dnssec_anchors = ds_text(other)});
  world().link(run);
  const Bits bits = run.verdict(world().address("www.example.test"));
  EXPECT_EQ(bits.verdict, Security::not_judged);
  EXPECT_EQ(bits.missing, Missing::anchor);
}

TEST(DnssecJoin, AnAnchorHasItsDays) {
  std::string text = ds_text(world().root);
  text.insert(text.size() - 1, " ; from 2010-07-15 until 2019-01-11");
  Filing run({.dnssec_anchors = text});
  world().link(run);
  EXPECT_EQ(run.verdict(world().address("www.example.test")).missing, Missing::anchor);
}

TEST(DnssecJoin, ASpoiledSignatureIsBogus) {
  Linked run;
  Octets rrsig = world().zone.rrsig("www.example.test", 1, {dns::test::a_rdata()});
  rrsig.back() ^= 1;
  Reply reply("www.example.test", 1);
  reply.add(1, "www.example.test", 1, dns::test::a_rdata()).add(1, "www.example.test", 46, rrsig);
  const Bits bits = run.verdict(reply);
  EXPECT_EQ(bits.verdict, Security::bogus);
  EXPECT_EQ(bits.fault, Fault::signature);
  reply.add(1, "www.example.test", 46, world().zone.rrsig("www.example.test", 1, {dns::test::a_rdata()}));
  EXPECT_EQ(run.verdict(reply).verdict, Security::secure) << "one good path is enough";
}

TEST(DnssecJoin, TimesAreHeldAgainstPacketTimeWithSomeTolerance) {
  Linked run;
  const auto verdict = [&](std::int64_t from, std::int64_t until) {
    return run.verdict(world().address("www.example.test", {.from = kNow + from, .until = kNow + until}));
  };
  constexpr std::int64_t kHour = 3600, kDay = 24 * kHour;
  EXPECT_EQ(verdict(-kDay, kDay).verdict, Security::secure);
  EXPECT_EQ(verdict(-11 * kDay, -23 * kHour).verdict, Security::secure) << "a tenth of its life";
  EXPECT_EQ(verdict(-10 * kDay, -kDay).fault, Fault::expired);
  EXPECT_EQ(verdict(-100 * kDay, -kDay - kHour).fault, Fault::expired) << "at most a day";
  EXPECT_EQ(verdict(kHour - 10, 2 * kHour).verdict, Security::secure) << "at least an hour";
  EXPECT_EQ(verdict(2 * kHour, 3 * kHour).fault, Fault::not_yet_valid);
}

TEST(DnssecJoin, TheOwnerAndTheDataAreComparedInCanonicalForm) {
  const World& w = world();
  Linked run;
  // Signed in lower case; sent in upper case, compressed, out of order, and one of them twice.
  const std::vector<Octets> targets = {Wire{}.u16(10).name("a.example.test").out,
                                       Wire{}.u16(5).name("b.example.test").out};
  const Octets upper_a = Wire{}.u16(10).u8(1).text("A").u16(0xc00c).out;
  const Octets upper_b = Wire{}.u16(5).u8(1).text("B").u16(0xc00c).out;
  Reply reply("EXAMPLE.test", 15);
  for (const Octets& rdata : {upper_a, upper_b, upper_a}) reply.add(1, "eXample.Test", 15, rdata);
  reply.add(1, "example.test", 46, w.zone.rrsig("example.test", 15, targets));
  EXPECT_EQ(run.verdict(reply).verdict, Security::secure);
}

TEST(DnssecJoin, WhatTheSignerMayNotSign) {
  const World& w = world();
  Linked run;
  const auto answered = [&](const Zone& signer, std::string_view owner, const Octets& rrsig) {
    (void)signer;
    Reply reply(owner, 1);
    reply.add(1, owner, 1, dns::test::a_rdata()).add(1, owner, 46, rrsig);
    return run.verdict(reply);
  };
  // By a zone that is not above the name.
  const Octets foreign = w.zone.rrsig("www.other.test", 1, {dns::test::a_rdata()});
  EXPECT_NE(answered(w.zone, "www.other.test", foreign).verdict, Security::secure);
  // With more labels than the name has.
  Octets labels = w.zone.rrsig("www.example.test", 1, {dns::test::a_rdata()});
  labels[3] = 4;
  EXPECT_NE(answered(w.zone, "www.example.test", labels).verdict, Security::secure);
  // Over another type.
  const Octets type = w.zone.rrsig("www.example.test", 28, {dns::test::a_rdata()});
  EXPECT_NE(answered(w.zone, "www.example.test", type).verdict, Security::secure);
}

TEST(DnssecJoin, KeysThatAreNone) {
  const World& w = world();
  for (const unsigned flags : {0U, 0x0181U}) {  // no zone key; revoked
    Zone zone("flags.test");
    zone.key = Key(13, flags);
    Linked run;
    run.file(World::ds(w.tld, zone));
    run.file(World::keys(zone));
    Reply reply("flags.test", 1);
    reply.add(1, zone, "flags.test", 1, {dns::test::a_rdata()});
    const Bits bits = run.verdict(reply);
    EXPECT_EQ(bits.verdict, Security::bogus) << flags;
    EXPECT_EQ(bits.fault, Fault::ds_mismatch) << flags;
  }
}

TEST(DnssecJoin, ADsBySha1DoesNotCountBesideABetterOne) {
  const World& w = world();
  const Zone zone("sha1.test");
  const Zone other("sha1.test");
  const auto verdict = [&](const std::vector<Octets>& ds) {
    Linked run;
    run.file(std::move(Reply("sha1.test", 43).add(1, w.tld, "sha1.test", 43, ds)));
    run.file(World::keys(zone));
    Reply reply("sha1.test", 1);
    reply.add(1, zone, "sha1.test", 1, {dns::test::a_rdata()});
    return run.verdict(reply).verdict;
  };
  EXPECT_EQ(verdict({zone.ds(1)}), Security::secure);
  EXPECT_EQ(verdict({zone.ds(1), other.ds(2)}), Security::bogus);
  EXPECT_EQ(verdict({zone.ds(2), other.ds(2)}), Security::secure);
  EXPECT_EQ(verdict({zone.ds(4), other.ds(2)}), Security::secure);
  Octets unknown_digest = zone.ds(2);
  unknown_digest[3] = 200;
  Octets unknown_algorithm = zone.ds(2);
  unknown_algorithm[2] = 200;
  EXPECT_EQ(verdict({unknown_digest, unknown_algorithm}), Security::insecure) << "as if there were none";
  EXPECT_EQ(verdict({zone.ds(2), unknown_digest}), Security::secure);
}

TEST(DnssecJoin, EveryAlgorithm) {
  const World& w = world();
  for (const unsigned algorithm : {5U, 7U, 8U, 10U, 13U, 14U, 15U, 16U}) {
    const Zone zone("algorithm.test", algorithm);
    Linked run;
    run.file(World::ds(w.tld, zone));
    run.file(World::keys(zone));
    Reply reply("www.algorithm.test", 1);
    reply.add(1, zone, "www.algorithm.test", 1, {dns::test::a_rdata()});
    const Bits bits = run.verdict(reply);
    EXPECT_EQ(bits.verdict, Security::secure) << algorithm;
    EXPECT_EQ(bits.algorithm, algorithm);
    EXPECT_EQ(bits.key_bits, algorithm < 13 ? 2048 : algorithm == 14 ? 384 : algorithm == 16 ? 456 : 256);
  }
}

/// RFC 9905: a resolver that knows no SHA-1 takes the zone for insecure, and says no AD.
TEST(DnssecJoin, Sha1IsOptional) {
  const World& w = world();
  const auto judged = [&](const Zone& zone, const std::vector<Octets>& ds, Reply reply) {
    Linked run;
    run.file(std::move(Reply(zone.name, 43).add(1, w.tld, zone.name, 43, ds)));
    run.file(World::keys(zone));
    return run.verdict(reply);
  };
  const auto signed_by = [](const Zone& zone) {
    return std::move(Reply(zone.name, 1).add(1, zone, zone.name, 1, {dns::test::a_rdata()}));
  };
  for (const unsigned algorithm : {5U, 7U, 8U, 10U, 13U, 14U, 15U, 16U}) {
    const Zone zone("algorithm.test", algorithm);
    const bool required = algorithm != 5 && algorithm != 7;
    EXPECT_EQ(judged(zone, {zone.ds()}, signed_by(zone)).optional, !required) << algorithm;
  }
  const Zone zone("digest.test");
  EXPECT_TRUE(judged(zone, {zone.ds(1)}, signed_by(zone)).optional);
  EXPECT_FALSE(judged(zone, {zone.ds(4)}, signed_by(zone)).optional);
  EXPECT_FALSE(judged(zone, {zone.ds(1), zone.ds(2)}, signed_by(zone)).optional);
  // Also of what is bogus, or stands below.
  const Zone old("old.test", 7);
  Octets rrsig = old.rrsig("old.test", 1, {dns::test::a_rdata()});
  rrsig.back() ^= 1;
  Reply spoiled("old.test", 1);
  spoiled.add(1, "old.test", 1, dns::test::a_rdata()).add(1, "old.test", 46, rrsig);
  EXPECT_EQ(judged(old, {old.ds()}, spoiled).verdict, Security::bogus);
  EXPECT_TRUE(judged(old, {old.ds()}, spoiled).optional);
  Reply plain("old.test", 1);
  plain.add(1, "old.test", 1, dns::test::a_rdata());
  EXPECT_TRUE(judged(old, {old.ds()}, plain).optional);
  const Zone below("below.old.test");
  Linked run;
  run.file(World::ds(w.tld, old));
  run.file(World::keys(old));
  run.file(World::ds(old, below));
  run.file(World::keys(below));
  EXPECT_EQ(run.verdict(signed_by(below)).verdict, Security::secure);
  EXPECT_TRUE(run.found.last().optional);
}

/// RFC 9276 section 3.2.
TEST(DnssecJoin, IterationsOfNsec3AreOptional) {
  const World& w = world();
  for (const unsigned iterations : {0U, 1U}) {
    Linked run;
    const Nsec3 none = test::nsec3("www.example.test", "example.test", false, {1}, false, iterations);
    Reply reply("www.example.test", 28);
    reply.add(2, w.zone, "example.test", 6, {soa("example.test")}).add(2, w.zone, none.owner, 50, {none.rdata});
    EXPECT_EQ(run.verdict(reply).verdict, Security::secure);
    EXPECT_EQ(run.found.last().optional, iterations != 0);
  }
}

/// RFC 6147 section 5.5; RFC 8914 sections 4.4, 4.5, 4.16 to 4.18, 4.20.
TEST(DnssecJoin, WhatIsNotHeldOutAsTheZonesIsNotBogus) {
  using dns::test::option;
  Linked run;
  Reply of_stub("example.test", 28, 0, dns::test::kRaFlag | dns::test::kRdFlag);
  of_stub.add(1, "example.test", 28, Octets(16, 7));
  EXPECT_EQ(run.verdict(of_stub).verdict, Security::bogus);
  of_stub.said.aaaa_synthesised = true;
  EXPECT_EQ(run.verdict(of_stub).kind, Kind::error);
  EXPECT_NE(run.found.last().verdict, Security::bogus);
  dns::ResponseBits said = of_stub.said;
  said.aaaa_synthesised = false;
  said.qtype = 1;
  const auto kind = [&](unsigned rcode, const Octets& errors, bool authority = false) {
    dns::test::Builder builder(dns::test::kQr | (authority ? dns::test::kAaFlag : dns::test::kRaFlag) | rcode);
    builder.question("example.test", 1);
    if (rcode == 0) builder.record(1, 1, dns::test::a_rdata());
    said.rcode = static_cast<std::uint8_t>(rcode);
    said.ede = true;
    said.aa = authority;
    said.ra = said.rd = !authority;
    run.file(builder.opt(1232, true, errors).done(), said);
    run.join.finish(run.found);
    return std::pair(run.found.last().verdict, run.found.last().kind);
  };
  const std::pair left_out(Security::not_judged, Kind::error);
  for (const std::uint8_t code : Octets{3, 4, 15, 16, 17, 19})
    EXPECT_EQ(kind(0, option(15, {0, code})), left_out) << int{code};
  EXPECT_EQ(kind(3, option(15, {0, 15})), left_out);
  for (const std::uint8_t code : Octets{0, 6, 18, 22})
    EXPECT_EQ(kind(0, option(15, {0, code})), std::pair(Security::bogus, Kind::answer)) << int{code};
  EXPECT_EQ(kind(0, option(15, {0, 16}), true).first, Security::bogus) << "an authority's own";
}

TEST(DnssecJoin, AnUnsignedDelegationIsProved) {
  const World& w = world();
  Linked run;
  Reply referral("www.plain.test", 1, 0, 0);
  referral.add(2, "plain.test", 2, wire("ns.plain.test"));
  referral.add(2, w.tld, "plain.test", 47, {nsec("q.test", {2, 46, 47})});
  EXPECT_EQ(run.verdict(referral).verdict, Security::insecure);
  EXPECT_EQ(run.found.last().kind, Kind::referral);
  Reply answer("www.plain.test", 1);
  answer.add(1, "www.plain.test", 1, dns::test::a_rdata());
  run.file(answer);
  EXPECT_EQ(run.found.last().verdict, Security::insecure) << "at once";
  Reply below("a.b.plain.test", 1);
  below.add(1, "a.b.plain.test", 1, dns::test::a_rdata());
  EXPECT_EQ(run.verdict(below).verdict, Security::insecure);
  // Not proved of another name.
  Reply other("www.other.test", 1);
  other.add(1, "www.other.test", 1, dns::test::a_rdata());
  EXPECT_EQ(run.verdict(other).verdict, Security::not_judged);
  EXPECT_EQ(run.found.last().missing, Missing::denial);
}

TEST(DnssecJoin, AMissingSignatureIsBogusWhereTheZoneIsKnown) {
  Linked run;
  Reply apex("example.test", 1);
  apex.add(1, "example.test", 1, dns::test::a_rdata());
  EXPECT_EQ(run.verdict(apex).verdict, Security::bogus);
  EXPECT_EQ(run.found.last().fault, Fault::no_signature);
  Reply host("www.example.test", 1);
  host.add(1, "www.example.test", 1, dns::test::a_rdata());
  EXPECT_EQ(run.verdict(host).missing, Missing::denial) << "there may be a cut";
  Reply denial("www.example.test", 1, 3);
  denial.add(2, "example.test", 6, soa("example.test"));
  EXPECT_EQ(run.verdict(denial).verdict, Security::bogus) << "its SOA says which zone it is";
}

TEST(DnssecJoin, OnlyWhoAskedMissesASignature) {
  Linked run;
  Reply apex("example.test", 1, 0, dns::test::kRaFlag | dns::test::kRdFlag);
  apex.add(1, "example.test", 1, dns::test::a_rdata());
  EXPECT_EQ(run.verdict(apex).verdict, Security::bogus);
  apex.said.query_dnssec_ok = false;
  EXPECT_EQ(run.verdict(apex).missing, Missing::not_asked);
  apex.said.query_dnssec_ok = true;
  apex.said.dnssec_ok = false;
  EXPECT_EQ(run.verdict(apex).missing, Missing::not_asked) << "a resolver that knows no DNSSEC";
  apex.said.query_seen = apex.said.query_dnssec_ok = false;
  EXPECT_EQ(run.verdict(apex).missing, Missing::query);
}

/// RFC 5452 section 9.1: whoever asked throws away what answers no query.
TEST(DnssecJoin, WhatAnswersNoQueryIsHeldAgainstNobody) {
  Linked run;
  const auto unasked = [](Reply reply) {
    reply.said.query_seen = reply.said.query_dnssec_ok = false;
    return reply;
  };
  Octets rrsig = world().zone.rrsig("www.example.test", 1, {dns::test::a_rdata()});
  rrsig.back() ^= 1;
  Reply spoiled("www.example.test", 1);
  spoiled.add(1, "www.example.test", 1, dns::test::a_rdata()).add(1, "www.example.test", 46, rrsig);
  const std::size_t zones = run.found.all[kZone].size();
  EXPECT_EQ(run.verdict(unasked(spoiled)).verdict, Security::not_judged);
  EXPECT_EQ(run.found.last().missing, Missing::query);
  EXPECT_TRUE(run.found.last().unasked);
  EXPECT_EQ(run.found.all[kZone].size(), zones);
  EXPECT_TRUE(run.found.all[kMissing].empty()) << "no record is missing";
  Reply little("zzz.example.test", 1, 3);
  little.add(2, world().zone, "example.test", 6, {soa("example.test")})
      .add(2, world().zone, "example.test", 47, {nsec("www.example.test", {2, 6, 46, 47, 48})});
  EXPECT_EQ(run.verdict(unasked(little)).missing, Missing::query);
  EXPECT_EQ(run.verdict(unasked(world().address("www.example.test"))).verdict, Security::secure);
  // The capture cut its query.
  Reply cut = unasked(spoiled);
  cut.said.query_cut = true;
  EXPECT_EQ(run.verdict(cut).verdict, Security::bogus);
  EXPECT_FALSE(run.found.last().unasked);
}

TEST(DnssecJoin, Denials) {
  const World& w = world();
  Linked run;
  Reply none("no.example.test", 1, 3);
  none.add(2, w.zone, "example.test", 6, {soa("example.test")})
      .add(2, w.zone, "example.test", 47, {nsec("www.example.test", {2, 6, 46, 47, 48})});
  EXPECT_EQ(run.verdict(none).verdict, Security::secure);
  EXPECT_EQ(run.found.last().kind, Kind::no_name);
  EXPECT_TRUE(run.found.last().nsec);
  Reply data("www.example.test", 28);
  data.add(2, w.zone, "example.test", 6, {soa("example.test")})
      .add(2, w.zone, "www.example.test", 47, {nsec("example.test", {1, 46, 47})});
  EXPECT_EQ(run.verdict(data).verdict, Security::secure);
  EXPECT_EQ(run.found.last().kind, Kind::no_data);
  Reply little("zzz.example.test", 1, 3);
  little.add(2, w.zone, "example.test", 6, {soa("example.test")})
      .add(2, w.zone, "example.test", 47, {nsec("www.example.test", {2, 6, 46, 47, 48})});
  EXPECT_EQ(run.verdict(little).fault, Fault::no_denial);
}

TEST(DnssecJoin, ADenialMadeFromAWildcardDeniesNothing) {
  const World& w = world();
  Linked run;
  Reply none("no.example.test", 1, 3);
  none.add(2, w.zone, "example.test", 6, {soa("example.test")});
  none.add(2, w.zone, "a.example.test", 47, {nsec("www.example.test", {1, 46, 47})}, {.over = "*.example.test"});
  none.add(2, w.zone, "example.test", 47, {nsec("a.example.test", {2, 6, 46, 47, 48})});
  EXPECT_EQ(run.verdict(none).fault, Fault::no_denial);
}

TEST(DnssecJoin, AWildcardNeedsTheDenialOfTheCloserName) {
  const World& w = world();
  Linked run;
  Reply made = w.address("a.example.test", {.over = "*.example.test"});
  EXPECT_EQ(run.verdict(made).fault, Fault::no_denial);
  made.add(2, w.zone, "*.example.test", 47, {nsec("www.example.test", {1, 46, 47})});
  EXPECT_EQ(run.verdict(made).verdict, Security::secure);
  EXPECT_TRUE(run.found.last().expanded);
  EXPECT_EQ(run.verdict(w.address("*.example.test")).verdict, Security::secure) << "asked for by its own name";
}

TEST(DnssecJoin, Aliases) {
  const World& w = world();
  Linked run;
  Reply chain("a.example.test", 1);
  chain.add(1, w.zone, "a.example.test", 5, {wire("b.example.test")});
  chain.add(1, w.zone, "b.example.test", 1, {dns::test::a_rdata()});
  EXPECT_EQ(run.verdict(chain).verdict, Security::secure);
  Reply partly("a.example.test", 1);
  partly.add(1, w.zone, "a.example.test", 5, {wire("example.test")});
  partly.add(1, "example.test", 1, dns::test::a_rdata());
  EXPECT_EQ(run.verdict(partly).verdict, Security::bogus) << "the worst decides";
  Reply alone("a.example.test", 1);
  alone.add(1, w.zone, "a.example.test", 5, {wire("b.elsewhere.test")});
  EXPECT_EQ(run.verdict(alone).verdict, Security::secure);
  Reply loop("a.example.test", 1);
  loop.add(1, w.zone, "a.example.test", 5, {wire("a.example.test")});
  EXPECT_EQ(run.verdict(loop).missing, Missing::limit);
}

TEST(DnssecJoin, ADnameSignsForTheAliasThatItMakes) {
  const World& w = world();
  Linked run;
  const auto reply = [&](std::string_view target) {
    Reply made("www.d.example.test", 1);
    made.add(1, w.zone, "d.example.test", 39, {wire("e.example.test")});
    made.add(1, "www.d.example.test", 5, wire(target));
    made.add(1, w.zone, "www.e.example.test", 1, {dns::test::a_rdata()});
    return made;
  };
  EXPECT_EQ(run.verdict(reply("www.e.example.test")).verdict, Security::secure);
  EXPECT_EQ(run.verdict(reply("evil.example.test")).verdict, Security::bogus);
}

TEST(DnssecJoin, AZonesOwnSignatureOverItsDsIsNone) {
  const World& w = world();
  Filing run(w.files());
  for (const Reply& link : {World::keys(w.root), World::ds(w.root, w.tld), World::keys(w.tld), World::keys(w.zone)})
    run.file(link);
  run.file(World::ds(w.zone, w.zone));
  EXPECT_NE(run.verdict(w.address("www.example.test")).verdict, Security::secure);
}

TEST(DnssecJoin, ATtlIsOver) {
  const World& w = world();
  Linked run;
  EXPECT_EQ(run.verdict(w.address("www.example.test"), 299).verdict, Security::secure);
  EXPECT_EQ(run.verdict(w.address("www.example.test"), 301).verdict, Security::not_judged);
}

TEST(DnssecJoin, BothSetsOfARollOverServe) {
  const World& w = world();
  Linked run;
  Zone next("example.test");
  Reply keys("example.test", 48);
  keys.add(1, w.zone, "example.test", 48, {w.zone.key.rdata, next.key.rdata});
  run.file(keys);
  Reply by_next("www.example.test", 1);
  by_next.add(1, next, "www.example.test", 1, {dns::test::a_rdata()});
  EXPECT_EQ(run.verdict(by_next).verdict, Security::secure);
  EXPECT_EQ(run.verdict(w.address("www.example.test")).verdict, Security::secure);
}

TEST(DnssecJoin, OnlyAnAuthoritysKeysAreHeldAgainstAZone) {
  const World& w = world();
  const Zone other("example.test");
  for (const auto& [authority, asked] : {std::pair{true, true}, {true, false}, {false, true}}) {
    Filing run(w.files());
    for (const Reply& link :
         {World::keys(w.root), World::ds(w.root, w.tld), World::keys(w.tld), World::ds(w.tld, w.zone)})
      run.file(link);
    Reply keys("example.test", 48, 0, authority ? dns::test::kAaFlag : dns::test::kRaFlag | dns::test::kRdFlag);
    keys.add(1, other, "example.test", 48, {other.key.rdata});
    keys.said.query_seen = keys.said.query_dnssec_ok = asked;
    run.file(keys);
    const Bits bits = run.verdict(w.address("www.example.test"));
    EXPECT_EQ(bits.verdict, authority && asked ? Security::bogus : Security::not_judged);
    EXPECT_EQ(bits.missing, authority && asked ? Missing::nothing : Missing::dnskey);
  }
}

TEST(DnssecJoin, WhatIsNotWholeIsNotJudged) {
  Linked run;
  Reply cut("example.test", 1);
  cut.said.tc = true;
  run.file({}, cut.said);
  EXPECT_EQ(run.found.last().missing, Missing::truncated);
  cut.said.tc = false;
  cut.said.broken = true;
  run.file({}, cut.said);
  EXPECT_EQ(run.found.last().missing, Missing::malformed);
  EXPECT_EQ(run.verdict(Reply("example.test", 1, 2)).kind, Kind::error);
}

TEST(DnssecJoin, RecordsCanBeLent) {
  const World& w = world();
  const auto line = [](std::string_view owner, unsigned type, const Octets& rdata) {
    return (owner.empty() ? "." : std::string(owner) + ".") + " 3600 IN TYPE" + std::to_string(type) + " \\# " +
           std::to_string(rdata.size()) + " " + text_of(rdata) + "\n";
  };
  JoinFiles files = w.files();
  files.dnssec_records = line("", 48, w.root.key.rdata) + line("", 46, w.root.rrsig("", 48, {w.root.key.rdata})) +
                         line("test", 43, w.tld.ds()) + line("test", 46, w.root.rrsig("test", 43, {w.tld.ds()})) +
                         line("test", 48, w.tld.key.rdata) +
                         line("test", 46, w.tld.rrsig("test", 48, {w.tld.key.rdata}));
  Filing run(files);
  run.file(World::ds(w.tld, w.zone));
  run.file(World::keys(w.zone));
  EXPECT_EQ(run.verdict(w.address("www.example.test")).verdict, Security::secure);
  // Lent records are verified like all others.
  const Zone other("");
  files.dnssec_anchors = ds_text(other);
  Filing wrong(files);
  wrong.file(World::ds(w.tld, w.zone));
  wrong.file(World::keys(w.zone));
  EXPECT_EQ(wrong.verdict(w.address("www.example.test")).verdict, Security::not_judged);
}

/// What a Records takes of what a join showed.
void keep(Records& records, const Found& found) {
  const Digests digests = Digests::published();
  Found none;
  const auto keeping = records.row().make(digests, {});
  Filed filed;
  filed.about.packet_ns = Filing::ns(0);
  for (const Found::Shown& shown : found.shown) {
    filed.bytes = shown.message;
    filed.value = shown.bits.pack();
    keeping->file(0, filed, none);
  }
}

TEST(DnssecJoin, WhatItVerifiedCanBeLent) {
  const World& w = world();
  Filing first(w.files());
  w.link(first);
  const Zone other("other.test");
  Reply referral("www.other.test", 1, 0, 0);
  referral.add(2, "other.test", 2, wire("ns.other.test"));
  first.file(referral.add(2, w.tld, "other.test", 43, {other.ds()}));
  first.file(World::keys(other));
  first.file(World::keys(Zone("unsigned.test")));
  first.join.finish(first.found);
  Records records;
  keep(records, first.found);
  JoinFiles files = w.files();
  files.dnssec_records = records.text();
  EXPECT_THAT(files.dnssec_records, testing::StartsWith("; 7 DS and DNSKEY RRsets that uptake verified; 0 more"));
  EXPECT_THAT(files.dnssec_records, testing::Not(testing::HasSubstr("unsigned.test")));
  Filing second(files);
  EXPECT_EQ(second.verdict(w.address("www.example.test")).verdict, Security::secure);
  Reply of_other("www.other.test", 1);
  EXPECT_EQ(second.verdict(of_other.add(1, other, "www.other.test", 1, {dns::test::a_rdata()})).verdict,
            Security::secure);
}

TEST(DnssecJoin, VerifiedRecordsAreBounded) {
  const World& w = world();
  Filing run(w.files());
  w.link(run);
  for (int i = 0; i < 20; ++i) run.file(World::ds(w.tld, Zone("zone" + std::to_string(i) + ".test")));
  run.join.finish(run.found);
  Records records(8);
  keep(records, run.found);
  EXPECT_EQ(records.forgotten(), 17U);
  // Those at the top stay.
  EXPECT_THAT(records.text(),
              testing::AllOf(testing::HasSubstr("\n.\t300\tIN\tDNSKEY\t257"), testing::HasSubstr("\ntest.\t"),
                             testing::HasSubstr("17 more had no room")));
}

TEST(DnssecJoin, SignaturesBeyondTheBudgetAreNotJudged) {
  JoinFiles files = world().files();
  files.dnssec_per_second = 3;
  Filing run(files);
  world().link(run);
  const Bits bits = run.verdict(world().address("www.example.test"));
  EXPECT_EQ(bits.verdict, Security::not_judged);
  EXPECT_EQ(bits.missing, Missing::budget);
  // A second later there is more, and what was verified is remembered.
  run.advance(1);
  EXPECT_EQ(run.verdict(world().address("www.example.test"), 1).verdict, Security::secure);
}

TEST(DnssecJoin, WithoutRoomToWaitItSaysSo) {
  Filing run(world().files(), {.waiting = 1});
  run.file(world().address("a.example.test"));
  run.file(world().address("b.example.test"));
  ASSERT_EQ(run.found.responses().size(), 1U);
  EXPECT_EQ(run.found.last().missing, Missing::limit);
  EXPECT_EQ(run.join.forgotten(), 1U);
}

/// Resolving: what a join of resolvers notes of responses that were judged.
class Resolving final : public Findings {
 public:
  explicit Resolving(const resolvers::Join::Bounds& bounds = {}) : join(digests_, bounds) {}

  void note(std::uint16_t fact, std::uint64_t value, const About& about, std::uint32_t) noexcept override {
    const std::uint8_t client = fact == resolvers::kResolver ? 2 : 1;
    EXPECT_EQ(about.subject.client.octets[3], client);
    EXPECT_EQ(about.subject.server.octets[3], 3 - client);
    noted[fact].push_back(value);
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}

  void file(std::string_view name, const Bits& bits, double seconds = 0, const Octets& message = {}) {
    Filed filed;
    filed.about.packet_ns = Filing::ns(seconds);
    filed.about.subject.client.octets[3] = 1;
    filed.about.subject.server.octets[3] = 2;
    filed.about.subject.name = {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
    filed.value = bits.pack();
    filed.bytes = message;
    join.file(0, filed, *this);
  }
  /// A resolver fails, and says why, or nothing.
  void fail(std::string_view name, const Octets& errors, double seconds = 0) {
    const Octets message =
        dns::test::Builder(dns::test::kQr | dns::test::kRaFlag | 2U).question(name, 1).opt(1232, true, errors).done();
    file(name, {.kind = Kind::error, .side = DnsSide::stub, .qtype = 1}, seconds, message);
  }
  void advance(double seconds) { join.advance(Filing::ns(seconds), *this); }
  [[nodiscard]] std::vector<resolvers::Shows> shown() const {
    std::vector<resolvers::Shows> all;
    EXPECT_EQ(noted[resolvers::kAnswer], noted[resolvers::kResolver]);
    for (const std::uint64_t value : noted[resolvers::kAnswer]) all.push_back(static_cast<resolvers::Shows>(value));
    return all;
  }

 private:
  Digests digests_ = Digests::published();

 public:
  std::vector<std::uint64_t> noted[resolvers::kFactCount];
  resolvers::Join join;
};

using Showing = std::vector<resolvers::Shows>;
using resolvers::Shows;

TEST(Resolvers, AreHeldAgainstWhatAnswersComeTo) {
  Resolving run;
  Bits bits{.verdict = Security::secure, .side = DnsSide::stub, .ad = true, .asked_ad = true, .qtype = 1};
  run.file("a.test", bits);
  bits.ad = false;
  run.file("a.test", bits);
  bits.asked_ad = false;
  run.file("a.test", bits);  // nobody asked
  bits.verdict = Security::insecure;
  run.file("a.test", bits);
  bits.verdict = Security::bogus;
  run.file("a.test", bits);
  bits.cd = true;
  run.file("a.test", bits);
  bits.cd = false;
  bits.side = DnsSide::authority;
  run.file("a.test", bits);
  EXPECT_EQ(run.shown(), (Showing{Shows::called_validated, Shows::left_unsaid, Shows::handed_out}));
}

TEST(Resolvers, WhatAnswersNoQueryShowsNothingOfThem) {
  Resolving run;
  const Octets says_bogus = dns::test::Builder(dns::test::kQr | 2U)
                                .question("a.test", 1)
                                .opt(1232, true, dns::test::option(15, {0, 6}))
                                .done();
  run.file("a.test", {.kind = Kind::error, .side = DnsSide::stub, .qtype = 1, .unasked = true}, 0, says_bogus);
  run.file("a.test", {.verdict = Security::secure, .side = DnsSide::stub, .ad = true, .qtype = 1, .unasked = true});
  EXPECT_EQ(run.shown(), Showing{});
  EXPECT_EQ(run.noted[resolvers::kKnown].size(), 2U);
}

TEST(Resolvers, WhatTheyNeedNotValidateShowsNothingOfThem) {
  Resolving run;
  const Bits bits{.verdict = Security::secure, .side = DnsSide::stub, .asked_ad = true, .qtype = 1};
  for (const Security verdict : {Security::secure, Security::bogus}) {
    Bits own = bits;
    own.verdict = verdict;
    own.authoritative = true;
    run.file("a.test", own);
    Bits optional = bits;
    optional.verdict = verdict;
    optional.optional = true;
    run.file("a.test", optional);
  }
  EXPECT_EQ(run.shown(), Showing{});
  Bits said = bits;
  said.ad = said.optional = true;
  run.file("a.test", said);
  EXPECT_EQ(run.shown(), Showing{Shows::called_validated});
}

TEST(Resolvers, AFailureSaysWhyOrWaitsForTheAnswerThatItIsAbout) {
  using dns::test::option;
  Resolving run;
  run.fail("a.test", option(15, {0, 7}));
  run.fail("a.test", Wire{}.add(option(15, {0, 22})).add(option(15, {0, 12})).out);
  EXPECT_EQ(run.shown(), (Showing{Shows::explained, Shows::explained}));
  for (const Octets& other : {option(15, {0, 5}), option(15, {0, 13}), option(15, {0}), option(10, {0, 6}), Octets{}})
    run.fail("bogus.test", other, 1);
  run.fail("fine.test", {}, 1);
  // The verdict comes when the links had their time.
  const Bits bogus{.verdict = Security::bogus, .side = DnsSide::authority, .qtype = 1};
  run.file("bogus.test", bogus, 0.9);
  run.file("fine.test", bogus, 1.1);
  run.advance(5.9);
  EXPECT_EQ(run.shown().size(), 2U);
  run.advance(6);
  EXPECT_EQ(run.shown().size(), 7U);
  EXPECT_EQ(run.shown().back(), Shows::refused);
  run.fail("bogus.test", {}, 200);
  run.fail("bogus.test", {}, 400);
  run.join.finish(run);
  EXPECT_EQ(run.shown().size(), 8U) << "a failure is kept for five minutes";
}

TEST(Resolvers, FailuresBeyondTheRoomAreForgotten) {
  Resolving run({.bogus = 4, .waiting = 2});
  run.file("a.test", {.verdict = Security::bogus, .side = DnsSide::authority, .qtype = 1});
  for (int i = 0; i < 5; ++i) run.fail("a.test", {}, 1);
  run.join.finish(run);
  EXPECT_EQ(run.shown().size(), 2U);
  EXPECT_EQ(run.join.forgotten(), 3U);
}

TEST(Resolvers, KeysAreSeenSinceTheFirstThatVerify) {
  using resolvers::Known;
  Resolving run;
  constexpr double kHour = 3600;
  run.file("a.test", {.verdict = Security::secure, .qtype = 1});
  run.file("a.test", {.verdict = Security::bogus, .qtype = 48}, 1);
  run.file("a.test", {.verdict = Security::secure, .qtype = 48}, 2);
  for (const double hours : {1.0, 2.0, 11.9, 12.0, 23.9, 24.0})
    run.file("a.test", {.verdict = Security::insecure, .qtype = 1}, 2 + hours * kHour);
  std::vector<Known> known;
  for (const std::uint64_t value : run.noted[resolvers::kKnown]) known.push_back(static_cast<Known>(value));
  EXPECT_EQ(known,
            (std::vector<Known>{Known::nothing, Known::nothing, Known::minutes, Known::minutes, Known::two_hours,
                                Known::two_hours, Known::twelve_hours, Known::twelve_hours, Known::day}));
}

}  // namespace join_test
}  // namespace uptake::dnssec
