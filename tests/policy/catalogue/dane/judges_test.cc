#include <gtest/gtest.h>

#include <string_view>

#include "policy/catalogue/dane/area.h"
#include "policy/catalogue/dane/words.h"
#include "policy/correlate/dane/facts.h"
#include "policy/profiles/profile.h"

namespace uptake::dane {
namespace dane_judges_test {

using certificates::Sight;
using enum Judgement::Outcome;

Judgement judged(std::string_view id, const Bits& bits, const Unit& unit = Unit::connections) {
  for (const Measure& measure : dane_area().measures)
    if (measure.id == id && measure.unit == unit) return measure.judge(bits.pack(), default_profile());
  ADD_FAILURE() << "no measure " << id;
  return {};
}
/// A delivery by DANE that is as it should be.
Bits good() {
  return {.published = Published::usable,
          .match = Match::valid,
          .mail = true,
          .relay = true,
          .server_name = ServerName::present,
          .asked = true};
}

TEST(DaneJudges, AChainIsValidOrNot) {
  Bits bits = good();
  EXPECT_EQ(judged("dane.valid", bits).outcome, pass);
  EXPECT_EQ(judged("dane.verified", bits).outcome, pass);
  EXPECT_EQ(judged("dane.usage.ee", bits).outcome, pass);
  EXPECT_EQ(judged("dane.usage.ta", bits).outcome, fail);
  for (const auto& [match, id] : {std::pair{Match::mismatch, "dane.invalid.mismatch"},
                                  {Match::expired, "dane.invalid.expired"},
                                  {Match::wrong_name, "dane.invalid.name"},
                                  {Match::untrusted, "dane.invalid.chain"}}) {
    EXPECT_EQ(judged(id, good()).outcome, fail);
    bits.match = match;
    EXPECT_EQ(judged("dane.valid", bits).outcome, fail);
    EXPECT_EQ(judged("dane.verified", bits).outcome, fail);
    EXPECT_EQ(judged(id, bits).outcome, pass);
    EXPECT_EQ(judged("dane.invalid.in_clear", bits).outcome, fail);
    EXPECT_EQ(judged("dane.usage.ee", bits).outcome, not_applicable);
  }
  bits.match = Match::no_anchors;
  EXPECT_EQ(judged("dane.valid", bits).reason, kNoAnchors);
  bits.match = Match::malformed;
  EXPECT_EQ(judged("dane.valid", bits).reason, Reason::malformed);
}

TEST(DaneJudges, WhatIsHiddenIsNotKnownAndInferredApart) {
  for (const auto& [sight, reason] : {std::pair{Sight::tls13, kTls13},
                                      {Sight::resumed, kResumed},
                                      {Sight::no_hello, kNoHello},
                                      {Sight::gap, Reason::gap},
                                      {Sight::truncated, Reason::truncated},
                                      {Sight::limit, Reason::limit},
                                      {Sight::malformed, Reason::malformed}}) {
    Bits bits = good();
    bits.sight = sight;
    bits.inferred = true;
    for (const char* const id : {"dane.valid", "dane.verified", "dane.invalid.mismatch", "dane.usage.ee"}) {
      EXPECT_EQ(judged(id, bits).outcome, unobservable);
      EXPECT_EQ(judged(id, bits).reason, reason);
    }
    const bool hidden = sight == Sight::tls13 || sight == Sight::resumed;
    EXPECT_EQ(judged("dane.inferred.chain", bits).outcome, hidden ? pass : not_applicable);
  }
  Bits bits = good();
  bits.sight = Sight::none;
  EXPECT_EQ(judged("dane.valid", bits).outcome, not_applicable);
}

TEST(DaneJudges, WhatIsOutsideIsSoWhateverIsNotKnown) {
  for (const Published published :
       {Published::bogus, Published::not_judged, Published::ambiguous, Published::limit}) {
    Bits bits = good();
    bits.published = published;
    EXPECT_EQ(judged("dane.valid", bits).outcome, unobservable);
    EXPECT_EQ(judged("dane.tls", bits).outcome, unobservable);
    EXPECT_EQ(judged("dane.inferred.chain", bits).outcome, not_applicable) << "its chain is not hidden";
    bits.sight = Sight::none;
    EXPECT_EQ(judged("dane.valid", bits).outcome, not_applicable);
    EXPECT_EQ(judged("dane.tls", bits).outcome, unobservable);
    bits.sight = Sight::tls13;
    EXPECT_EQ(judged("dane.inferred.chain", bits).outcome, unobservable);
    bits.way = Way::unused;
    EXPECT_EQ(judged("dane.valid", bits).outcome, not_applicable);
    EXPECT_EQ(judged("dane.tls", bits).outcome, not_applicable);
    bits.way = Way::not_offered;
    EXPECT_EQ(judged("dane.valid", bits).outcome, unobservable) << "who has no records need not offer it";
  }
}

TEST(DaneJudges, WhatNoClientCanUseIsOutside) {
  for (const Published published :
       {Published::unusable, Published::absent, Published::insecure, Published::address}) {
    Bits bits = good();
    bits.published = published;
    EXPECT_EQ(judged("dane.valid", bits).outcome, not_applicable);
    EXPECT_EQ(judged("dane.verified", bits).outcome, not_applicable);
    EXPECT_EQ(judged("dane.valid", bits, Unit::servers).outcome, ignored);
    EXPECT_EQ(judged("dane.tlsa.published", bits).outcome, published == Published::address  ? not_applicable
                                                           : published == Published::absent ? fail
                                                                                            : pass);
  }
  Bits bits = good();
  for (const auto& [published, reason] : {std::pair{Published::bogus, kBogus},
                                          {Published::not_judged, kNotJudged},
                                          {Published::ambiguous, kAmbiguous},
                                          {Published::limit, Reason::limit}}) {
    bits.published = published;
    EXPECT_EQ(judged("dane.valid", bits).reason, reason);
    EXPECT_EQ(judged("dane.valid", bits).outcome, unobservable);
  }
  bits.published = Published::unseen;
  EXPECT_EQ(judged("dane.valid", bits).outcome, ignored);
  EXPECT_EQ(judged("dane.verified", bits).outcome, ignored);
  EXPECT_EQ(judged("dane.tlsa.published", bits).reason, Reason::not_asked);
  bits.published = Published::unusable;
  EXPECT_EQ(judged("dane.tlsa.usable", bits, Unit::servers).outcome, fail);
  EXPECT_EQ(judged("dane.tlsa.secure", bits, Unit::servers).outcome, pass);
  bits.published = Published::insecure;
  EXPECT_EQ(judged("dane.tlsa.secure", bits, Unit::servers).outcome, fail);
}

TEST(DaneJudges, NoWayToTlsIsAFailureButNotToUseIt) {
  Bits bits = good();
  bits.sight = Sight::none;
  bits.server_name = ServerName::unseen;
  for (const Way way : {Way::not_offered, Way::masked, Way::refused}) {
    bits.way = way;
    for (const char* const id : {"dane.valid", "dane.verified", "dane.tls"})
      EXPECT_EQ(judged(id, bits).outcome, fail);
    EXPECT_EQ(judged("dane.invalid.in_clear", bits).outcome, pass);
    EXPECT_EQ(judged("dane.invalid.mismatch", bits).outcome, fail);
  }
  bits.way = Way::unused;
  EXPECT_EQ(judged("dane.valid", bits).outcome, not_applicable);
  bits.way = Way::one_sided;
  EXPECT_EQ(judged("dane.valid", bits).reason, Reason::no_answer_path);
  bits.way = Way::lost;
  EXPECT_EQ(judged("dane.valid", bits).reason, Reason::gap);
}

TEST(DaneJudges, ASenderThatDoesNotShowDaneIsOutsideOfVerified) {
  Bits bits = good();
  bits.server_name = ServerName::absent;
  EXPECT_EQ(judged("dane.verified", bits).outcome, not_applicable);
  EXPECT_EQ(judged("dane.valid", bits).outcome, pass);
  EXPECT_EQ(judged("dane.inferred.server_name", bits).outcome, fail);
  bits.way = Way::not_offered;
  EXPECT_EQ(judged("dane.verified", bits).outcome, fail);
  bits.asked = false;
  EXPECT_EQ(judged("dane.verified", bits).outcome, not_applicable);
  EXPECT_EQ(judged("dane.inferred.asked", bits).outcome, fail);
  bits = good();
  bits.mail = bits.relay = false;
  EXPECT_EQ(judged("dane.verified", bits).outcome, ignored);
  EXPECT_EQ(judged("dane.inferred.asked", bits).outcome, ignored);
  EXPECT_EQ(judged("dane.valid", bits).outcome, pass);
}

}  // namespace dane_judges_test
}  // namespace uptake::dane
