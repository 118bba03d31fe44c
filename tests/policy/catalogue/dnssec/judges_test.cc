#include <gtest/gtest.h>

#include "policy/catalogue/dnssec/words.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/resolvers/facts.h"
#include "tests/policy/judging_joins.h"

namespace uptake {
namespace dnssec_judges_test {

using dnssec::Bits;
using dnssec::Fault;
using dnssec::Kind;
using dnssec::Missing;
using dnssec::Security;

std::string judged_of(std::string_view id, const Unit& unit, const Bits& bits) {
  return judged_with_joins(id, unit, bits.pack());
}
std::string response(std::string_view id, const Bits& bits) { return judged_of(id, Unit::responses, bits); }
std::string of_name(std::string_view id, const Bits& bits) { return judged_of(id, Unit::names, bits); }

constexpr Bits kSecure{
    .verdict = Security::secure, .side = DnsSide::authority, .algorithm = 13, .key_bits = 256, .digest_type = 2};
constexpr Bits kBogus{.verdict = Security::bogus, .fault = Fault::expired, .side = DnsSide::authority};
constexpr Bits kInsecure{.verdict = Security::insecure, .side = DnsSide::authority};

TEST(DnssecJudges, WhatIsMissingIsAReason) {
  for (const auto& [missing, reason] : {std::pair{Missing::anchor, "no_anchor"},
                                        {Missing::dnskey, "no_dnskey"},
                                        {Missing::ds, "no_ds"},
                                        {Missing::denial, "no_denial"},
                                        {Missing::query, "no_query"},
                                        {Missing::not_asked, "not_asked"},
                                        {Missing::truncated, "truncated"},
                                        {Missing::malformed, "malformed"},
                                        {Missing::limit, "limit"},
                                        {Missing::budget, "budget"}}) {
    const Bits bits{.missing = missing};
    EXPECT_EQ(response("dnssec.secure", bits), reason);
    EXPECT_EQ(response("dnssec.bogus", bits), reason);
    EXPECT_EQ(of_name("dnssec.secure", bits), reason);
    EXPECT_EQ(response("dnssec.judged", bits), "fail");
  }
}

TEST(DnssecJudges, EachVerdictPassesItsRow) {
  for (const auto& [bits, row] :
       {std::pair{kSecure, "dnssec.secure"}, {kInsecure, "dnssec.insecure"}, {kBogus, "dnssec.bogus"}})
    for (const std::string_view id : {"dnssec.secure", "dnssec.insecure", "dnssec.bogus"})
      EXPECT_EQ(response(id, bits), id == row ? "pass" : "fail") << id;
  EXPECT_EQ(response("dnssec.judged", kInsecure), "pass");
  Bits error = kSecure;
  error.kind = Kind::error;
  EXPECT_EQ(response("dnssec.secure", error), "not_applicable");
  EXPECT_EQ(response("dnssec.judged", error), "not_applicable");
}

TEST(DnssecJudges, WhatAStubIsHandedIsNotHeldAgainstTheName) {
  EXPECT_EQ(of_name("dnssec.sound", kBogus), "fail");
  EXPECT_EQ(of_name("dnssec.sound", kInsecure), "pass");
  Bits handed = kBogus;
  handed.side = DnsSide::stub;
  EXPECT_EQ(of_name("dnssec.sound", handed), "handed_out");
  EXPECT_EQ(of_name("dnssec.zone.secure", handed), "handed_out");
  EXPECT_EQ(response("dnssec.bogus", handed), "pass") << "as handed out";
}

TEST(DnssecJudges, ReferralsAreNoAnswers) {
  Bits referral = kSecure;
  referral.kind = Kind::referral;
  EXPECT_EQ(response("dnssec.secure", referral), "not_applicable");
  EXPECT_EQ(response("dnssec.referral.secure", referral), "pass");
  referral.verdict = Security::insecure;
  EXPECT_EQ(response("dnssec.referral.secure", referral), "fail");
  EXPECT_EQ(response("dnssec.referral.secure", kSecure), "not_applicable");
  EXPECT_EQ(of_name("dnssec.secure", referral), "ignored");
}

TEST(DnssecJudges, TheResolversWordIsHeldAgainstOurs) {
  Bits said = kSecure;
  said.side = DnsSide::stub;
  said.asked_ad = true;
  EXPECT_EQ(response("dnssec.ad.said", said), "fail");
  EXPECT_EQ(response("dnssec.ad.right", said), "not_applicable");
  said.ad = true;
  EXPECT_EQ(response("dnssec.ad.said", said), "pass");
  EXPECT_EQ(response("dnssec.ad.right", said), "pass");
  said.verdict = Security::bogus;
  EXPECT_EQ(response("dnssec.ad.right", said), "fail");
  said.verdict = Security::secure;
  said.cd = true;
  EXPECT_EQ(response("dnssec.ad.said", said), "not_applicable") << "it wanted no validation";
  EXPECT_EQ(response("dnssec.ad.right", kSecure), "not_applicable") << "no resolver";
}

TEST(DnssecJudges, AResolverNeedNotSayAdOfAll) {
  for (bool Bits::*const what : {&Bits::authoritative, &Bits::optional}) {
    Bits said = kSecure;
    said.side = DnsSide::stub;
    said.asked_ad = true;
    EXPECT_EQ(response("dnssec.ad.said", said), "fail");
    said.*what = true;
    EXPECT_EQ(response("dnssec.ad.said", said), "not_applicable");
  }
}

TEST(DnssecJudges, WhomTheResolversWordIsAboutDoesNotDependOnAVerdict) {
  Bits open{.missing = Missing::denial, .side = DnsSide::authority};
  EXPECT_EQ(response("dnssec.ad.right", open), "not_applicable");
  EXPECT_EQ(response("dnssec.ad.said", open), "not_applicable");
  open.side = DnsSide::stub;
  EXPECT_EQ(response("dnssec.ad.right", open), "not_applicable");
  EXPECT_EQ(response("dnssec.ad.said", open), "not_applicable");
  open.asked_ad = true;
  EXPECT_EQ(response("dnssec.ad.right", open), "not_applicable");
  EXPECT_EQ(response("dnssec.ad.said", open), "no_denial");
  open.ad = true;
  EXPECT_EQ(response("dnssec.ad.right", open), "no_denial");
  open.cd = true;
  EXPECT_EQ(response("dnssec.ad.said", open), "not_applicable");
}

TEST(DnssecJudges, AlgorithmsKeysAndDigestsOfWhatIsSecure) {
  EXPECT_EQ(response("dnssec.algorithm.p256", kSecure), "pass");
  EXPECT_EQ(response("dnssec.algorithm.rsa_sha1", kSecure), "fail");
  EXPECT_EQ(response("dnssec.algorithm.p256", kBogus), "not_applicable");
  EXPECT_EQ(response("dnssec.digest.sha256", kSecure), "pass");
  Bits rsa = kSecure;
  rsa.algorithm = 8;
  rsa.key_bits = 1024;
  EXPECT_EQ(response("dnssec.key.size", rsa), "fail");
  rsa.key_bits = 2048;
  EXPECT_EQ(response("dnssec.key.size", rsa), "pass");
  EXPECT_EQ(response("dnssec.key.size", kSecure), "pass");
}

TEST(DnssecJudges, Faults) {
  EXPECT_EQ(response("dnssec.fault.expired", kBogus), "pass");
  EXPECT_EQ(response("dnssec.fault.signature", kBogus), "fail");
  EXPECT_EQ(response("dnssec.fault.expired", kSecure), "not_applicable");
}

TEST(DnssecJudges, Denials) {
  Bits denial = kSecure;
  denial.kind = Kind::no_name;
  denial.nsec3 = true;
  EXPECT_EQ(response("dnssec.denial.secure", denial), "pass");
  EXPECT_EQ(response("dnssec.denial.nsec3", denial), "pass");
  EXPECT_EQ(response("dnssec.denial.secure", kSecure), "not_applicable");
}

TEST(ResolverJudges, AResolverValidatesByWhatItShows) {
  using resolvers::Shows;
  const auto shows = [](std::string_view id, const Unit& unit, Shows what) {
    return judged_with_joins(id, unit, static_cast<std::uint64_t>(what));
  };
  for (const auto& [what, validates, refuses, explains] :
       {std::tuple{Shows::called_validated, "pass", "not_applicable", "not_applicable"},
        {Shows::left_unsaid, "fail", "not_applicable", "not_applicable"},
        {Shows::handed_out, "fail", "fail", "not_applicable"},
        {Shows::explained, "pass", "pass", "pass"},
        {Shows::refused, "pass", "pass", "fail"}}) {
    EXPECT_EQ(shows("dnssec.resolver.validates", Unit::resolvers, what), validates);
    EXPECT_EQ(shows("dnssec.resolver.validates", Unit::subscribers, what), validates);
    EXPECT_EQ(shows("dnssec.resolver.refuses", Unit::responses, what), refuses);
    EXPECT_EQ(shows("dnssec.resolver.explains", Unit::responses, what), explains);
  }
  EXPECT_EQ(shows("dnssec.resolver.refuses", Unit::resolvers, Shows::left_unsaid), "ignored");
}

TEST(ResolverJudges, KeysAreKnownForSoLong) {
  using resolvers::Known;
  const auto seen = [](std::string_view id, Known known) {
    return judged_with_joins(id, Unit::responses, static_cast<std::uint64_t>(known));
  };
  EXPECT_EQ(seen("dnssec.keys.seen", Known::nothing), "fail");
  EXPECT_EQ(seen("dnssec.keys.seen", Known::minutes), "pass");
  EXPECT_EQ(seen("dnssec.keys.hours_2", Known::minutes), "fail");
  EXPECT_EQ(seen("dnssec.keys.hours_2", Known::two_hours), "pass");
  EXPECT_EQ(seen("dnssec.keys.hours_12", Known::twelve_hours), "pass");
  EXPECT_EQ(seen("dnssec.keys.day", Known::twelve_hours), "fail");
  EXPECT_EQ(seen("dnssec.keys.day", Known::day), "pass");
}

}  // namespace dnssec_judges_test
}  // namespace uptake
