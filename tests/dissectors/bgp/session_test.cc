#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dissectors/bgp/reading.h"

namespace uptake::bgp {
namespace session_test {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

Claim claim(const Wire& octets, bool stream = true) {
  Payload payload;
  payload.bytes = octets;
  payload.stream = stream;
  return Dissector::claims(payload);
}

TEST(BgpClaims, TheMarkerAndASoundHeader) {
  const Wire whole = open(64496);
  for (std::size_t size = 1; size < 19; ++size)
    EXPECT_EQ(claim(Wire(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), Claim::need_more)
        << size;
  EXPECT_EQ(claim(whole), Claim::yes);
  EXPECT_EQ(claim(keepalive()), Claim::yes);
  EXPECT_EQ(claim(whole, false), Claim::no) << "not in datagrams";
  EXPECT_EQ(claim(octets_of("GET / HTTP/1.1")), Claim::no);
  EXPECT_EQ(claim(Wire(19, 0xff)), Claim::no) << "type 255";
  EXPECT_EQ(claim(message(4, u8(0))), Claim::no) << "a KEEPALIVE has no body";
  EXPECT_EQ(claim(Wire(16, 0xff) + u16(18) + u8(4)), Claim::no) << "shorter than its header";
}

TEST(BgpClaims, TheNextMarkerIsFoundOnThePortOfBgp) {
  const Wire rest = Wire{1, 0xff, 0xff, 2} + Wire(20, 0xff) + u8(7) + keepalive();
  Payload payload;
  payload.bytes = rest;
  payload.stream = true;
  payload.server_port = 179;
  EXPECT_EQ(Dissector::search(payload), 25U);
  const Wire half = Wire{1, 2, 3} + Wire(9, 0xff);
  payload.bytes = half;
  EXPECT_EQ(Dissector::search(payload), 3U) << "it may go on in the next segment";
  payload.server_port = 80;
  EXPECT_EQ(Dissector::search(payload), half.size());
}

TEST(BgpSession, IsNotedOnceWhenItIsEstablished) {
  Talk talk;
  talk.client(open(64496));
  talk.server(open(64497) + keepalive());
  EXPECT_THAT(talk.noted, IsEmpty());
  talk.client(keepalive());
  ASSERT_EQ(talk.values(kSession).size(), 1U);
  EXPECT_TRUE(talk.session().established);
  EXPECT_EQ(talk.session().sight, Sight::both);
  EXPECT_FALSE(talk.session().internal);
  talk.client(keepalive());
  talk.finish();
  EXPECT_EQ(talk.values(kSession).size(), 1U);
}

TEST(BgpSession, CapabilitiesAreThoseThatBothList) {
  Talk talk;
  talk.establish(open(64496, families() + capability(2) + as4(64496) + role(3) + add_path(1, 3) + capability(6)),
                 open(64497, families(true, false) + as4(64497) + role(0) + add_path(2, 1) + capability(70)));
  const SessionBits session = talk.session();
  EXPECT_EQ(session.capabilities, 1U << kMultiprotocol | 1U << kAs4 | 1U << kRole | 1U << kAddPath);
  EXPECT_FALSE(session.ip6);
  EXPECT_EQ(session.roles, RoleFit::fits);
  EXPECT_FALSE(session.broken_capability);
}

TEST(BgpSession, EachCapabilityIsKeptByItsCode) {
  for (std::uint8_t i = 0; i < kOther; ++i) {
    Talk talk;
    const std::uint8_t code = kCapabilityCodes[i];
    const Wire value = code == 65 ? u32(70000) : code == 9 ? u8(4) : code == 1 ? u16(1) + u8(0) + u8(1) : Wire{};
    talk.establish(open(64496, capability(code, value)), open(64497, capability(code, value)));
    EXPECT_EQ(talk.session().capabilities, 1U << i) << unsigned{code};
  }
  Talk other;
  other.establish(open(1, capability(200)), open(2, capability(201)));
  EXPECT_EQ(other.session().capabilities, 1U << kOther);
}

TEST(BgpSession, LongOptionsOfAnOpen) {
  Wire many = families() + as4(70000);
  for (int i = 0; i < 100; ++i) many = many + capability(75, Wire(20, 'v'));
  Talk talk;
  talk.establish(extended_open(23456, many), open(64497, families() + as4(64497)));
  EXPECT_TRUE(talk.session().ip6);
  EXPECT_EQ(talk.memory.speakers[0].as, 70000U);
}

TEST(BgpSession, ABrokenCapabilityIsSkippedAndMarked) {
  Talk talk;
  talk.establish(open(64496, capability(65, u16(7)) + capability(2)), open(64497, as4(64497) + capability(2)));
  EXPECT_TRUE(talk.session().broken_capability);
  EXPECT_EQ(talk.session().capabilities, 1U << kRouteRefresh);
}

TEST(BgpSession, RolesThatDoNotFit) {
  const auto fit = [](unsigned one, unsigned other) {
    Talk talk;
    talk.client(open(64496, role(one)));
    talk.server(open(64497, role(other)) + notification(2, 11));
    talk.finish();
    EXPECT_TRUE(talk.session().refused);
    EXPECT_FALSE(talk.session().established);
    return talk.session().roles;
  };
  EXPECT_EQ(fit(3, 3), RoleFit::mismatch);
  EXPECT_EQ(fit(0, 3), RoleFit::fits);
  EXPECT_EQ(fit(1, 2), RoleFit::fits);
  EXPECT_EQ(fit(4, 4), RoleFit::fits);
  EXPECT_EQ(fit(0, 4), RoleFit::mismatch);
  EXPECT_EQ(fit(9, 9), RoleFit::mismatch) << "unassigned";
}

TEST(BgpSession, GuardAndTtlAreThoseOfBothEnds) {
  const auto guarded = [](const Wire& one, const Wire& other, std::uint8_t ttl) {
    Talk talk;
    talk.ttl = 255;
    talk.options = one;
    talk.client(open(64496));
    talk.ttl = ttl;
    talk.options = other;
    talk.server(open(64497) + keepalive());
    talk.client(keepalive());
    return talk.session();
  };
  const Wire md5 = Wire{1, 1, 19, 18} + Wire(16, 7);
  const Wire ao = Wire{29, 16} + Wire(14, 7);
  EXPECT_EQ(guarded(md5, md5, 255).guard, Guard::md5);
  EXPECT_EQ(guarded(ao, ao, 255).guard, Guard::ao);
  EXPECT_EQ(guarded(md5, {}, 255).guard, Guard::none);
  EXPECT_EQ(guarded({8, 10, 0, 0, 0, 0, 0, 0, 0, 19}, md5, 255).guard, Guard::none) << "19 inside a timestamp";
  EXPECT_EQ(guarded({0, 19, 2}, md5, 255).guard, Guard::none) << "behind the end of the options";
  EXPECT_EQ(guarded({8, 0, 19, 2}, md5, 255).guard, Guard::none) << "a length that cannot be";
  EXPECT_EQ(guarded(md5, md5, 255).ttl, Ttl::most);
  EXPECT_EQ(guarded(md5, md5, 254).ttl, Ttl::lower);
}

TEST(BgpSession, OneOpenWithoutAnswerIsNoRefusal) {
  Talk talk;
  talk.client(open(64496));
  talk.finish();
  EXPECT_EQ(talk.session().sight, Sight::one);
  EXPECT_FALSE(talk.session().refused);
  EXPECT_EQ(talk.session().guard, Guard::unknown);
}

TEST(BgpSession, OpensWithoutEndAreOne) {
  Talk talk;
  for (int i = 0; i < 1000; ++i) talk.client(open(64496 + static_cast<unsigned>(i)));
  talk.finish();
  EXPECT_EQ(talk.values(kSession).size(), 1U);
  EXPECT_EQ(talk.memory.speakers[0].as, 64496U);
}

TEST(BgpSession, OlderThanTheCapture) {
  Talk talk;
  talk.begun = false;
  talk.server(keepalive());
  EXPECT_THAT(talk.values(kSession), IsEmpty()) << "the other end is waited for";
  talk.client(keepalive());
  ASSERT_EQ(talk.values(kSession).size(), 1U);
  EXPECT_TRUE(talk.session().established);
  EXPECT_EQ(talk.session().sight, Sight::none);
  talk.finish();
  EXPECT_EQ(talk.values(kSession).size(), 1U);
}

TEST(BgpSession, OlderThanTheCaptureItsSegmentsTellAllTheSame) {
  Talk talk;
  talk.begun = false;
  talk.ttl = 255;
  talk.options = Wire{1, 1, 19, 18} + Wire(16, 7);
  for (int i = 0; i < 300; ++i) talk.server(refresh());
  talk.client(keepalive());
  EXPECT_EQ(talk.session().guard, Guard::md5);
  EXPECT_EQ(talk.session().ttl, Ttl::most);
  EXPECT_EQ(talk.session().sight, Sight::none);
}

TEST(BgpSession, OlderThanTheCaptureWithOneEndItIsNotedAfterAnyHoldTime) {
  Talk talk;
  talk.begun = false;
  talk.server(keepalive());
  talk.ticks = 230U * 1'000'000'000ULL >> 24;
  talk.server(keepalive());
  EXPECT_THAT(talk.values(kSession), IsEmpty());
  talk.ticks = 241U * 1'000'000'000ULL >> 24;
  talk.server(keepalive());
  ASSERT_EQ(talk.values(kSession).size(), 1U);
  EXPECT_TRUE(talk.session().established);
  EXPECT_EQ(talk.session().guard, Guard::unknown);
}

TEST(BgpSession, WhatIsMissingAtItsEndIsTold) {
  const auto left = [](const Wire& client, const Wire& server, Ending ending) {
    Talk talk;
    talk.establish();
    talk.client(client);
    talk.server(server);
    talk.finish(ending);
    return talk.values(kUnreadable);
  };
  const Wire half(19 + 4, 0xff);
  const Wire begun = Wire(16, 0xff) + u16(40) + u8(2) + u16(0);
  const auto closed = static_cast<std::uint64_t>(Ending::closed);
  const auto gap = static_cast<std::uint64_t>(Ending::gap);
  const auto truncated = static_cast<std::uint64_t>(Ending::truncated);
  EXPECT_THAT(left({}, {}, Ending::closed), IsEmpty());
  EXPECT_THAT(left(begun, {}, Ending::closed), ElementsAre(closed));
  EXPECT_THAT(left(begun, begun, Ending::gap), ElementsAre(gap, gap)) << "one of each end";
  EXPECT_THAT(left({}, {}, Ending::gap), ElementsAre(gap)) << "a hole, and nothing behind it";
  EXPECT_THAT(left({}, {}, Ending::truncated), ElementsAre(truncated));
  EXPECT_THAT(left({}, {}, Ending::limit), IsEmpty()) << "it may go on as another flow";
  EXPECT_THAT(left(half, {}, Ending::gap).size(), 1U) << "told when it broke";
}

TEST(BgpSession, AConnectionThatLostACollisionIsNoFailure) {
  Talk talk;
  talk.client(open(64496));
  talk.server(open(64497) + notification(6, 7));
  talk.finish();
  EXPECT_TRUE(talk.session().collided);
}

TEST(BgpSession, SaysWhyMoreOfItMayBeMissing) {
  const auto why = [](const Wire& last, Ending ending) {
    Talk talk;
    talk.client(open(64496));
    talk.server(open(64497) + last);
    talk.finish(ending);
    return talk.session().why;
  };
  EXPECT_EQ(why({}, Ending::closed), Ending::closed);
  EXPECT_EQ(why({}, Ending::unfinished), Ending::unfinished);
  EXPECT_EQ(why({}, Ending::gap), Ending::gap);
  EXPECT_EQ(why(notification(2, 2), Ending::unfinished), Ending::closed) << "a NOTIFICATION ends it";
}

TEST(BgpNotification, WordsOfAShutdown) {
  const auto told = [](const Wire& octets) {
    Talk talk;
    talk.establish().client(octets);
    return std::pair{talk.told(), talk.words};
  };
  const auto said = told(notification(6, 2, u8(5) + octets_of("bye\xc3\xa9")));
  EXPECT_EQ(said.first.code, 6);
  EXPECT_EQ(said.first.subcode, 2);
  EXPECT_EQ(said.first.communication, Communication::said);
  EXPECT_EQ(said.second, "bye\xc3\xa9");
  EXPECT_EQ(told(notification(6, 4, u8(0))).first.communication, Communication::absent);
  EXPECT_EQ(told(notification(6, 2, u8(9) + octets_of("bye"))).first.communication, Communication::broken);
  EXPECT_EQ(told(notification(4, 0, octets_of("xyz"))).first.communication, Communication::absent);
}

}  // namespace session_test
}  // namespace uptake::bgp
