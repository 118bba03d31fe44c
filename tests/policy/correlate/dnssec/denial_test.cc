#include "policy/correlate/dnssec/denial.h"

#include <gtest/gtest.h>

#include <deque>

#include "tests/policy/correlate/dnssec/zone.h"

namespace uptake::dnssec {
namespace denial_test {

using namespace test;

constexpr unsigned kA = 1, kNs = 2, kCname = 5, kSoa = 6, kMx = 15, kDname = 39, kDs = 43, kRrsig = 46, kNsec = 47;
constexpr unsigned kNsec3Type = 50, kNxname = 128;

/// Records: what denies, in the zone "example".
class Records {
 public:
  Records& nsec(std::string_view owner, std::string_view next, const std::vector<unsigned>& at) {
    denial.add(name(owner), kNsec, rdata_.emplace_back(test::nsec(next, at)));
    return *this;
  }
  Records& nsec3(std::string_view of, bool covers, const std::vector<unsigned>& at = {}, bool opt_out = false,
                 unsigned iterations = 0) {
    const Nsec3 made = test::nsec3(of, "example", covers, at, opt_out, iterations);
    denial.add(name(made.owner), kNsec3Type, rdata_.emplace_back(made.rdata));
    return *this;
  }
  Records& matches(std::string_view of, const std::vector<unsigned>& at = {}) { return nsec3(of, false, at); }
  Records& covers(std::string_view of, bool opt_out = false) { return nsec3(of, true, {}, opt_out); }

  Denial denial{name("example")};

 private:
  std::deque<Octets> rdata_;
};

const std::vector<unsigned> kApex = {kNs, kSoa, kRrsig, kNsec};
const std::vector<unsigned> kHost = {kA, kRrsig, kNsec};

// --- NSEC ---

TEST(Nsec, ANameIsDeniedWithItsWildcard) {
  Records records;
  records.nsec("a.example", "d.example", kHost).nsec("example", "a.example", kApex);
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::proved);
  EXPECT_EQ(records.denial.no_name(name("x.y.b.example")), Proof::proved);
  EXPECT_EQ(records.denial.no_name(name("e.example")), Proof::none) << "it lies in no span";
  EXPECT_EQ(records.denial.no_name(name("a.example")), Proof::none) << "it exists";
}

TEST(Nsec, WithoutItsWildcardItIsNot) {
  Records records;
  records.nsec("a.example", "d.example", kHost);
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::none);
}

/// The wildcard that must be denied is that of the closest encloser, not that of the parent.
TEST(Nsec, TheWildcardIsThatOfTheClosestEncloser) {
  Records of_parent;
  of_parent.nsec("a.example", "d.example", kHost);  // covers b.example, c.b.example and *.b.example
  EXPECT_EQ(of_parent.denial.no_name(name("c.b.example")), Proof::none) << "*.example may exist";
  of_parent.nsec("example", "a.example", kApex);
  EXPECT_EQ(of_parent.denial.no_name(name("c.b.example")), Proof::proved);
}

TEST(Nsec, TheLastSpanEndsAtTheApex) {
  Records records;
  records.nsec("m.example", "example", kHost).nsec("example", "a.example", kApex);
  EXPECT_EQ(records.denial.no_name(name("z.example")), Proof::proved);
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::none);
  Records elsewhere;
  elsewhere.nsec("m.example", "c.example", kHost).nsec("example", "a.example", kApex);
  EXPECT_EQ(elsewhere.denial.no_name(name("z.example")), Proof::none) << "it goes back, and not to the apex";
}

TEST(Nsec, AnEmptyNonTerminalExists) {
  Records records;
  records.nsec("a.example", "x.b.example", kHost).nsec("example", "a.example", kApex);
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::none);
  EXPECT_EQ(records.denial.no_data(name("b.example"), kA), Proof::proved);
  EXPECT_EQ(records.denial.no_data(name("ab.example"), kA), Proof::none) << "it does not exist";
}

TEST(Nsec, NoDataNeedsNeitherTypeNorAlias) {
  Records records;
  records.nsec("a.example", "d.example", kHost).nsec("d.example", "f.example", {kCname, kRrsig, kNsec});
  EXPECT_EQ(records.denial.no_data(name("a.example"), kMx), Proof::proved);
  EXPECT_EQ(records.denial.no_data(name("a.example"), kA), Proof::none);
  EXPECT_EQ(records.denial.no_data(name("d.example"), kMx), Proof::none) << "a CNAME answers for MX";
  EXPECT_EQ(records.denial.no_data(name("a.example"), kCname), Proof::proved);
}

TEST(Nsec, TheParentsRecordAtACutSpeaksOfDsAlone) {
  Records records;
  records.nsec("child.example", "d.example", {kNs, kRrsig, kNsec}).nsec("example", "child.example", kApex);
  EXPECT_EQ(records.denial.no_data(name("child.example"), kA), Proof::none);
  EXPECT_EQ(records.denial.no_data(name("child.example"), kDs), Proof::proved);
  EXPECT_EQ(records.denial.no_name(name("www.child.example")), Proof::none) << "it stands below the cut";
  EXPECT_EQ(records.denial.no_data(name("www.child.example"), kA), Proof::none);
  EXPECT_EQ(records.denial.cut_at(name("child.example")), Cut::unsigned_zone);
}

TEST(Nsec, NorDoesThatAtADnameSpeakOfNamesBelow) {
  Records records;
  records.nsec("d.example", "f.example", {kDname, kRrsig, kNsec}).nsec("example", "d.example", kApex);
  EXPECT_EQ(records.denial.no_name(name("www.d.example")), Proof::none);
  EXPECT_EQ(records.denial.no_name(name("e.example")), Proof::proved);
}

TEST(Nsec, TheChildsApexDoesNotDenyItsDs) {
  Records records;
  records.nsec("example", "a.example", kApex);
  EXPECT_EQ(records.denial.no_data(name("example"), kDs), Proof::none);
  EXPECT_EQ(records.denial.no_data(name("example"), kMx), Proof::proved);
}

TEST(Nsec, TheRootHasNoDs) {
  Denial denial{Name()};
  const Octets rdata = test::nsec("aaa", kApex);
  denial.add(Name(), kNsec, rdata);
  EXPECT_EQ(denial.no_data(Name(), kDs), Proof::proved);
}

TEST(Nsec, NoDataThroughAWildcard) {
  Records records;
  records.nsec("*.example", "a.example", {kMx, kRrsig, kNsec}).nsec("a.example", "d.example", kHost);
  EXPECT_EQ(records.denial.no_data(name("b.example"), kA), Proof::proved);
  EXPECT_EQ(records.denial.no_data(name("b.example"), kMx), Proof::none);
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::none) << "the wildcard exists";
  Records other;
  other.nsec("*.a.example", "b.a.example", {kMx}).nsec("a.example", "d.example", kHost);
  EXPECT_EQ(other.denial.no_data(name("b.example"), kA), Proof::none) << "a wildcard of another name";
}

TEST(Nsec, ANameBelowAWildcardThatIsNoLeaf) {
  Records records;  // x.*.example exists, so *.example does
  records.nsec("example", "x.*.example", kApex).nsec("x.*.example", "d.example", kHost);
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::none);
}

TEST(Nsec, NothingStandsCloserThanTheWildcard) {
  Records records;
  records.nsec("a.example", "d.example", kHost);
  EXPECT_EQ(records.denial.no_closer(name("b.example"), 1), Proof::proved);
  EXPECT_EQ(records.denial.no_closer(name("x.b.example"), 1), Proof::proved);
  EXPECT_EQ(records.denial.no_closer(name("x.a.example"), 1), Proof::none) << "a.example stands closer";
  EXPECT_EQ(records.denial.no_closer(name("e.example"), 1), Proof::none);
}

TEST(Nsec, CompactDenial) {
  Records records;  // RFC 9824: the name itself, which it says not to exist
  records.nsec("b.example", "000.b.example", {kRrsig, kNsec, kNxname});
  EXPECT_EQ(records.denial.no_data(name("b.example"), kA), Proof::proved);
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::proved);
  Records exists;
  exists.nsec("b.example", "000.b.example", kHost);
  EXPECT_EQ(exists.denial.no_name(name("b.example")), Proof::none);
}

TEST(Nsec, WhatIsNoCut) {
  Records records;
  records.nsec("a.example", "x.b.example", kHost).nsec("s.example", "t.example", {kNs, kDs, kRrsig, kNsec});
  EXPECT_EQ(records.denial.cut_at(name("a.example")), Cut::no_cut);
  EXPECT_EQ(records.denial.cut_at(name("b.example")), Cut::no_cut) << "an empty non-terminal";
  EXPECT_EQ(records.denial.cut_at(name("ab.example")), Cut::no_cut) << "no name at all";
  EXPECT_EQ(records.denial.cut_at(name("s.example")), Cut::unknown) << "there is a DS";
  EXPECT_EQ(records.denial.cut_at(name("z.example")), Cut::unknown);
}

TEST(Nsec, RecordsOfOtherZonesAndBrokenOnesProveNothing) {
  Records records;
  records.nsec("a.test", "z.test", kHost).nsec("a.example", "b.test", kHost);
  EXPECT_EQ(records.denial.no_data(name("a.example"), kMx), Proof::none);
  const Octets broken = Wire{}.name("d.example").u8(0).u8(33).zeros(33).out;
  records.denial.add(name("a.example"), kNsec, broken);
  EXPECT_EQ(records.denial.no_data(name("a.example"), kMx), Proof::none);
}

// --- NSEC3 ---

TEST(Nsec3, ANameIsDeniedByThreeRecords) {
  Records records;
  records.matches("example", kApex).covers("b.example").covers("*.example");
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::proved);
  EXPECT_EQ(records.denial.no_name(name("x.b.example")), Proof::proved) << "its next closer name is b.example";
  EXPECT_EQ(records.denial.no_name(name("c.example")), Proof::none);
  EXPECT_EQ(records.denial.no_name(name("example")), Proof::none);
}

TEST(Nsec3, EachOfThemIsNeeded) {
  EXPECT_EQ(Records{}.covers("b.example").covers("*.example").denial.no_name(name("b.example")), Proof::none);
  EXPECT_EQ(Records{}.matches("example", kApex).covers("*.example").denial.no_name(name("b.example")), Proof::none);
  EXPECT_EQ(Records{}.matches("example", kApex).covers("b.example").denial.no_name(name("b.example")), Proof::none);
}

TEST(Nsec3, OptOutIsNeverSecure) {
  Records records;
  records.matches("example", kApex).covers("b.example", true).covers("*.example");
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::insecure);
  EXPECT_EQ(records.denial.no_data(name("b.example"), kDs), Proof::insecure);
  EXPECT_EQ(records.denial.cut_at(name("b.example")), Cut::unsigned_zone);
  EXPECT_EQ(records.denial.no_closer(name("b.example"), 1), Proof::insecure);
  Records at_wildcard;
  at_wildcard.matches("example", kApex).covers("b.example").covers("*.example", true);
  EXPECT_EQ(at_wildcard.denial.no_name(name("b.example")), Proof::proved) << "no name can be in that span";
}

TEST(Nsec3, TheEncloserMustBeOfThisZone) {
  Records cut;
  cut.matches("child.example", {kNs, kDs}).covers("b.child.example").covers("*.child.example");
  EXPECT_EQ(cut.denial.no_name(name("b.child.example")), Proof::none);
  Records dname;
  dname.matches("d.example", {kDname}).covers("b.d.example").covers("*.d.example");
  EXPECT_EQ(dname.denial.no_name(name("b.d.example")), Proof::none);
}

TEST(Nsec3, NoData) {
  Records records;
  records.matches("a.example", {kA}).matches("c.example", {kCname}).matches("s.example", {kNs});
  EXPECT_EQ(records.denial.no_data(name("a.example"), kMx), Proof::proved);
  EXPECT_EQ(records.denial.no_data(name("a.example"), kA), Proof::none);
  EXPECT_EQ(records.denial.no_data(name("c.example"), kA), Proof::none);
  EXPECT_EQ(records.denial.no_data(name("s.example"), kA), Proof::none);
  EXPECT_EQ(records.denial.no_data(name("s.example"), kDs), Proof::proved);
  EXPECT_EQ(records.denial.cut_at(name("s.example")), Cut::unsigned_zone);
  EXPECT_EQ(records.denial.cut_at(name("a.example")), Cut::no_cut);
  Records apex;
  apex.matches("example", {kNs, kSoa});
  EXPECT_EQ(apex.denial.no_data(name("example"), kDs), Proof::none) << "the parent knows of it";
}

TEST(Nsec3, NoDataThroughAWildcard) {
  Records records;
  records.matches("example", kApex).covers("b.example").matches("*.example", {kMx});
  EXPECT_EQ(records.denial.no_data(name("b.example"), kA), Proof::proved);
  EXPECT_EQ(records.denial.no_data(name("b.example"), kMx), Proof::none);
}

TEST(Nsec3, NothingStandsCloserThanTheWildcard) {
  Records records;
  records.covers("b.example");
  EXPECT_EQ(records.denial.no_closer(name("b.example"), 1), Proof::proved);
  EXPECT_EQ(records.denial.no_closer(name("x.b.example"), 1), Proof::proved);
  EXPECT_EQ(records.denial.no_closer(name("c.example"), 1), Proof::none);
}

TEST(Nsec3, IterationsAboveTheLimitAreNotMade) {
  Records at_limit;
  at_limit.nsec3("a.example", false, {kA}, false, 150);
  EXPECT_EQ(at_limit.denial.no_data(name("a.example"), kMx), Proof::proved);
  Records above;
  above.nsec3("a.example", false, {kA}, false, 151);
  EXPECT_EQ(above.denial.no_data(name("a.example"), kMx), Proof::insecure);
  EXPECT_EQ(above.denial.no_name(name("b.example")), Proof::insecure);
  EXPECT_EQ(above.denial.no_closer(name("b.example"), 1), Proof::insecure);
  EXPECT_EQ(above.denial.cut_at(name("b.example")), Cut::unsigned_zone);
}

TEST(Nsec3, AllHaveTheParametersOfTheFirst) {
  Records records;
  records.matches("example", kApex).nsec3("b.example", true, {}, false, 1).covers("*.example");
  EXPECT_EQ(records.denial.no_name(name("b.example")), Proof::none);
}

TEST(Nsec3, TheWorkIsBounded) {
  std::string deep = "example";
  for (int i = 0; i < 40; ++i) deep = "a." + deep;
  Records records;
  records.nsec3("example", false, kApex, false, 150).nsec3("a.example", true, {}, false, 150);
  EXPECT_EQ(records.denial.no_name(name(deep)), Proof::limit);
  Records cheap;
  cheap.matches("example", kApex).covers("a.example").covers("*.example");
  EXPECT_EQ(cheap.denial.no_name(name(deep)), Proof::proved) << "without iterations the same is cheap";
}

TEST(Nsec3, UnknownHashesAndFlagsArePassedOver) {
  Nsec3 made = test::nsec3("a.example", "example", false, {kA});
  Denial denial(name("example"));
  made.rdata[0] = 2;
  denial.add(name(made.owner), kNsec3Type, made.rdata);
  made.rdata[0] = 1;
  made.rdata[1] = 2;
  denial.add(name(made.owner), kNsec3Type, made.rdata);
  EXPECT_EQ(denial.no_data(name("a.example"), kMx), Proof::none);
  EXPECT_FALSE(denial.has_nsec3());
}

}  // namespace denial_test
}  // namespace uptake::dnssec
