#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dissectors/bgp/attributes/as_path.h"
#include "tests/dissectors/bgp/reading.h"

namespace uptake::bgp {
namespace update_test {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

const Wire kOpen4 = open(64496, families() + as4(64496));
const Wire kOther4 = open(64497, families() + as4(64497));
const Wire kPath = sequence4({64496, 64500});

/// What one UPDATE of the client says in a session whose OPENs were read.
Talk after(const Wire& octets, const Wire& one = kOpen4, const Wire& other = kOther4) {
  Talk talk;
  talk.establish(one, other);
  talk.client(octets);
  return talk;
}
/// The same without OPENs.
Talk midstream(const Wire& octets) {
  Talk talk;
  talk.begun = false;
  talk.client(octets);
  return talk;
}

TEST(BgpUpdate, RoutesOfBothFamiliesAndBothWays) {
  Talk talk = after(update(usual(kPath) + reach_v6(v6_48(1) + v6_48(2)) + unreach_v6(v6_48(3)),
                           v4_24(198, 18, 1) + u8(0) + u8(9) + u8(10) + u8(0xff), v4_24(198, 18, 2)));
  ASSERT_EQ(talk.shown.size(), 1U);
  EXPECT_THAT(routes_of(talk.shown[0]),
              ElementsAre("-c6120200/24", "-20010db800030000/48", "+c6120100/24", "+00000000/0", "+0a800000/9",
                          "+20010db800010000/48", "+20010db800020000/48"));
  const UpdateBits bits = talk.update();
  EXPECT_TRUE(bits.announces && bits.withdraws && bits.path);
  EXPECT_FALSE(bits.withdrawn || bits.discarded || bits.broken_routes || bits.end_of_rib || bits.other_family);
  EXPECT_EQ(bits.as_octets, Octets::four);
  EXPECT_EQ(bits.scope, Scope::external);
}

TEST(BgpUpdate, EndOfRib) {
  EXPECT_TRUE(after(update({}, {})).update().end_of_rib);
  EXPECT_TRUE(after(update(unreach_v6({}), {})).update().end_of_rib);
  EXPECT_FALSE(after(update(unreach_v6(v6_48(1)), {})).update().end_of_rib);
}

TEST(BgpUpdate, AddPathWhereBothOpensAgree) {
  const auto add_path_of = [](unsigned one, unsigned other) {
    Talk talk = after(update(usual(kPath), u32(7) + v4_24(198, 18, 1)),
                      open(64496, families() + as4(64496) + add_path(one, one)),
                      open(64497, families() + as4(64497) + add_path(other, other)));
    return talk.shown.empty() ? std::vector<std::string>{} : routes_of(talk.shown[0]);
  };
  EXPECT_THAT(add_path_of(2, 1), ElementsAre("+c6120100/24#7"));
  EXPECT_THAT(add_path_of(3, 3), ElementsAre("+c6120100/24#7"));
  EXPECT_THAT(add_path_of(1, 2), testing::Not(ElementsAre("+c6120100/24#7"))) << "the other way only";
}

TEST(BgpUpdate, PathIdentifiersWithoutOpensShowThemselves) {
  EXPECT_THAT(routes_of(midstream(update(usual(kPath), u32(7) + v4_24(198, 18, 1))).shown.at(0)),
              ElementsAre("+c6120100/24#7"));
  EXPECT_THAT(routes_of(midstream(update(usual(kPath), v4_24(198, 18, 1) + v4_24(198, 18, 2))).shown.at(0)),
              ElementsAre("+c6120100/24", "+c6120200/24"));
  EXPECT_THAT(routes_of(midstream(update(usual(kPath), u8(0))).shown.at(0)), ElementsAre("+00000000/0"));
}

TEST(BgpUpdate, AsNumbersWithoutOpensShowTheirLength) {
  const Wire routes = v4_24(198, 18, 1);
  EXPECT_EQ(midstream(update(usual(sequence4({70000, 64500})), routes)).update().as_octets, Octets::four);
  EXPECT_EQ(midstream(update(usual(sequence2({64496, 64500})), routes)).update().as_octets, Octets::two);
  const Wire no_segment = u8(2) + u8(2) + u16(1) + u16(0x0201) + u16(2) + u16(3);
  EXPECT_EQ(midstream(update(usual(no_segment), routes)).update().as_octets, Octets::four)
      << "behind two numbers of two octets no segment begins";
  // Two numbers of four octets, or two of two octets and a segment with one more.
  const Wire truly = u8(2) + u8(2) + u16(1) + u16(2) + u8(2) + u8(1) + u16(9);
  ASSERT_TRUE(fits(truly, Octets::two));
  ASSERT_TRUE(fits(truly, Octets::four));
  const UpdateBits unknown = midstream(update(usual(truly), routes)).update();
  EXPECT_EQ(unknown.as_octets, Octets::unknown);
  EXPECT_FALSE(unknown.path);
  EXPECT_FALSE(unknown.withdrawn);
}

TEST(BgpUpdate, WhatAPathShowedHoldsForTheNext) {
  const Wire truly = u8(2) + u8(2) + u16(1) + u16(2) + u8(2) + u8(1) + u16(9);
  Talk talk = midstream(update(usual(sequence4({70000})), v4_24(198, 18, 1)));
  talk.client(update(usual(truly), v4_24(198, 18, 2)));
  EXPECT_EQ(talk.update().as_octets, Octets::four);
}

TEST(BgpUpdate, SetsAndReservedNumbersOfAPath) {
  const Wire routes = v4_24(198, 18, 1);
  EXPECT_TRUE(after(update(usual(sequence4({3320}) + sequence4({1, 2}, 1)), routes)).update().as_set);
  EXPECT_TRUE(after(update(usual(sequence4({1, 2}, 4) + sequence4({3320})), routes)).update().as_set);
  EXPECT_FALSE(after(update(usual(sequence4({1, 2}, 3)), routes)).update().as_set);
  for (const std::uint64_t as : {23456U, 64496U, 65535U, 65536U, 4200000000U})
    EXPECT_TRUE(after(update(usual(sequence4({3320, as})), routes)).update().reserved_as) << as;
  for (const std::uint64_t as : {1U, 64495U, 131072U, 4199999999U})
    EXPECT_FALSE(after(update(usual(sequence4({3320, as})), routes)).update().reserved_as) << as;
}

TEST(BgpUpdate, NumbersOfTwoOctetsBringTheOthersAlong) {
  const Wire attributes = usual(sequence2({64496, 23456})) + attribute(0xc0, 17, sequence4({3320, 3321}));
  const UpdateBits bits = after(update(attributes, v4_24(198, 18, 1)), open(3320), open(3321)).update();
  EXPECT_EQ(bits.as_octets, Octets::two);
  EXPECT_TRUE(bits.path);
  EXPECT_TRUE(bits.reserved_as) << "64496";
  const Wire trans = usual(sequence2({3320, 23456})) + attribute(0xc0, 17, sequence4({3320, 3321}));
  EXPECT_FALSE(after(update(trans, v4_24(198, 18, 1)), open(3320), open(3321)).update().reserved_as);
}

TEST(BgpUpdate, Communities) {
  const auto with = [](const Wire& more) { return after(update(usual(kPath) + more, v4_24(198, 18, 1))).update(); };
  const UpdateBits all = with(attribute(0xc0, 8, u32(0xffff029a) + u32(0xffff0000)) +
                              attribute(0xc0, 16, u16(0x0002) + u16(1) + u32(2)) +
                              attribute(0xc0, 32, u32(1) + u32(2) + u32(3)) + attribute(0xc0, 35, u32(64496)));
  EXPECT_TRUE(all.communities && all.extended && all.large && all.otc && all.blackhole && all.graceful_shutdown);
  EXPECT_EQ(all.origin_state, OriginState::absent);
  const auto state = [&](unsigned octet) {
    return with(attribute(0xc0, 16, u16(0x0002) + u16(1) + u32(2) + u16(0x4300) + u32(0) + u16(octet))).origin_state;
  };
  EXPECT_EQ(state(0), OriginState::valid);
  EXPECT_EQ(state(1), OriginState::not_found);
  EXPECT_EQ(state(2), OriginState::invalid);
  EXPECT_EQ(state(3), OriginState::other);
}

TEST(BgpUpdate, OnlyToCustomerFromWhomItMayNotComeIsALeak) {
  const auto leaks = [](unsigned sender, unsigned receiver, std::uint64_t marked) {
    Talk talk = after(update(usual(kPath) + attribute(0xc0, 35, u32(marked)), v4_24(198, 18, 1)),
                      open(64496, families() + as4(64496) + role(sender)),
                      open(64497, families() + as4(64497) + role(receiver)));
    EXPECT_TRUE(talk.update().has_role);
    return talk.update().leak;
  };
  EXPECT_TRUE(leaks(3, 0, 64496)) << "customer";
  EXPECT_TRUE(leaks(2, 1, 64496)) << "client of a route server";
  EXPECT_FALSE(leaks(0, 3, 64500)) << "provider";
  EXPECT_FALSE(leaks(4, 4, 64496)) << "a peer's own";
  EXPECT_TRUE(leaks(4, 4, 64500));
}

/// What RFC 7606 makes of one more attribute.
UpdateBits with(const Wire& more, const Wire& routes = v4_24(198, 18, 1)) {
  return after(update(usual(kPath) + more, routes)).update();
}

TEST(BgpFaults, EachBrokenAttributeHasItsPrice) {
  const std::pair<unsigned, unsigned> withdraw[] = {{4, 0x80}, {8, 0xc0}, {16, 0xc0}, {32, 0xc0}, {35, 0xc0}};
  for (const auto& [code, flags] : withdraw) {
    EXPECT_TRUE(with(attribute(flags, code, u8(1) + u16(2))).withdrawn) << code;
    EXPECT_FALSE(with(attribute(flags, code, u8(1) + u16(2))).broken_routes) << code;
  }
  const std::pair<unsigned, unsigned> discard[] = {{6, 0x40}, {7, 0xc0}, {17, 0xc0}, {18, 0xc0}};
  for (const auto& [code, flags] : discard) {
    const UpdateBits bits = with(attribute(flags, code, u8(1) + u16(2)));
    EXPECT_TRUE(bits.discarded && !bits.withdrawn) << code;
  }
  for (const unsigned code : {14U, 15U}) EXPECT_TRUE(with(attribute(0x80, code, u8(1))).broken_routes) << code;
  EXPECT_TRUE(with(attribute(0x00, 8, u32(1))).withdrawn) << "flags that cannot be";
  EXPECT_FALSE(with(attribute(0xc0, 99, u32(1))).withdrawn) << "unknown";
  EXPECT_FALSE(with(attribute(0xe0, 8, u32(1))).withdrawn) << "partial";
}

/// RFC 7607 section 2: AS 0 costs the routes in AS_PATH, and in the other three the attribute.
TEST(BgpFaults, ZeroIsNobodysAsNumber) {
  const Wire routes = v4_24(198, 18, 1);
  for (const unsigned type : {1U, 2U, 3U, 4U}) {
    EXPECT_TRUE(after(update(usual(sequence4({3320}) + sequence4({3321, 0}, type)), routes)).update().withdrawn)
        << type;
    EXPECT_TRUE(midstream(update(usual(sequence4({70000, 0}, type)), routes)).update().withdrawn) << type;
  }
  const auto two = [&](const Wire& path, const Wire& more) {
    return after(update(usual(path) + more, routes), open(3320), open(3321)).update();
  };
  EXPECT_TRUE(two(sequence2({3320, 0}), {}).withdrawn);
  const Wire address = u32(0xc0000201);
  EXPECT_FALSE(with(attribute(0xc0, 7, u32(3320) + address)).discarded);
  const UpdateBits discarded[] = {with(attribute(0xc0, 7, u32(0) + address)),
                                  two(sequence2({3320}), attribute(0xc0, 7, u16(0) + address)),
                                  two(sequence2({3320, 23456}), attribute(0xc0, 17, sequence4({3320, 0}))),
                                  two(sequence2({3320, 23456}), attribute(0xc0, 18, u32(0) + address))};
  for (const UpdateBits& bits : discarded) EXPECT_TRUE(bits.discarded && !bits.withdrawn);
}

TEST(BgpFaults, AWellKnownAttributeThatNobodyKnowsEndsTheSession) {
  for (const unsigned code : {0U, 12U, 63U, 64U, 200U}) {
    EXPECT_TRUE(with(attribute(0x40, code, u8(1))).broken_routes) << code;
    const UpdateBits optional = with(attribute(0xc0, code, u8(1)));
    EXPECT_FALSE(optional.broken_routes || optional.withdrawn || optional.discarded) << code;
  }
}

/// RFC 7606 section 3 (g).
TEST(BgpFaults, OfAnAttributeThatComesTwiceTheFirstStays) {
  const Wire twice = attribute(0xc0, 8, u32(0xffff029a)) + attribute(0xc0, 8, u32(0xffff0000));
  const UpdateBits bits = with(twice);
  EXPECT_TRUE(bits.discarded && bits.blackhole);
  EXPECT_FALSE(bits.withdrawn || bits.broken_routes || bits.graceful_shutdown);
  const UpdateBits unknown = with(attribute(0xc0, 200, u8(1)) + attribute(0xc0, 200, u8(1)));
  EXPECT_TRUE(unknown.discarded && !unknown.withdrawn);
  EXPECT_TRUE(with(reach_v6(v6_48(1)) + reach_v6(v6_48(2))).broken_routes);
}

TEST(BgpFaults, WhatOnlyPeersOfTheOwnAsMaySendGoesWithoutTheRoutes) {
  const Wire routes = v4_24(198, 18, 1);
  const auto from = [&](const Wire& peer, const Wire& more, const Wire& path = kPath) {
    return after(update(usual(path) + more, routes), kOpen4, peer).update();
  };
  const Wire inside = open(64496, families() + as4(64496));
  const Wire confederation = sequence4({64512}, 3) + sequence4({64500});
  const std::pair<unsigned, unsigned> own[] = {{5, 0x40}, {9, 0x80}, {10, 0x80}};
  for (const auto& [code, flags] : own) {
    const Wire broken = attribute(flags, code, u8(1) + u16(2));
    const Wire sound = attribute(flags, code, u32(100));
    EXPECT_TRUE(from(inside, broken).withdrawn) << code;
    EXPECT_FALSE(from(inside, sound).withdrawn || from(inside, sound).discarded) << code;
    for (const Wire& one : {broken, sound, attribute(0xc0 ^ flags, code, u32(100))}) {
      EXPECT_TRUE(from(kOther4, one).discarded) << code;
      EXPECT_FALSE(from(kOther4, one).withdrawn) << code;
    }
    EXPECT_TRUE(from(kOther4, broken, confederation).withdrawn) << "a peer of the confederation is no external one";
    EXPECT_FALSE(from(kOther4, sound, confederation).discarded) << code;
  }
  EXPECT_FALSE(from(kOther4, {}).discarded);
  EXPECT_TRUE(midstream(update(usual(kPath) + attribute(0x40, 5, u8(1)), routes)).update().withdrawn)
      << "LOCAL_PREF tells a peer of the own AS where no OPEN does";
}

TEST(BgpFaults, WhatMustBeThere) {
  const Wire routes = v4_24(198, 18, 1);
  EXPECT_TRUE(after(update(as_path(kPath) + attribute(0x40, 3, u32(1)), routes)).update().withdrawn);
  EXPECT_TRUE(after(update(attribute(0x40, 1, u8(0)) + as_path(kPath), routes)).update().withdrawn);
  EXPECT_FALSE(after(update(attribute(0x40, 1, u8(0)) + as_path(kPath) + reach_v6(v6_48(1)), {})).update().withdrawn);
  EXPECT_TRUE(after(update(attribute(0x40, 1, u8(3)) + as_path(kPath) + attribute(0x40, 3, u32(1)), routes))
                  .update()
                  .withdrawn);
}

TEST(BgpFaults, RoutesOfABrokenUpdateAreWithdrawn) {
  const Talk talk = after(update(usual(u8(2) + u8(0)), v4_24(198, 18, 1)));
  EXPECT_TRUE(talk.update().withdrawn);
  EXPECT_THAT(routes_of(talk.shown.at(0)), ElementsAre("-c6120100/24"));
}

TEST(BgpFaults, AnAttributeThatLiesAboutItsLengthCostsNoOtherMessage) {
  const Wire lying = u8(0xc0) + u8(8) + u8(200) + u32(1);
  Talk talk = after(update(usual(kPath) + lying, v4_24(198, 18, 1)) + update(usual(kPath), v4_24(198, 18, 2)));
  const auto updates = talk.values(kUpdate);
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_TRUE(UpdateBits::unpack(updates[0]).withdrawn);
  EXPECT_FALSE(UpdateBits::unpack(updates[1]).withdrawn);
}

TEST(BgpFaults, ListsOfPrefixesThatBreakTheirBounds) {
  EXPECT_TRUE(with({}, v4_24(198, 18, 1) + u8(33) + Wire(5, 1)).broken_routes);
  EXPECT_TRUE(with({}, v4_24(198, 18, 1) + u8(24) + u8(1)).broken_routes);
  EXPECT_TRUE(with(reach_v6(u8(129) + Wire(17, 1))).broken_routes);
  const Talk talk = after(update(usual(kPath), v4_24(198, 18, 1) + u8(255) + Wire(40, 1)));
  EXPECT_THAT(routes_of(talk.shown.at(0)), ElementsAre("+c6120100/24"));
}

TEST(BgpFaults, LengthsThatContradictEachOther) {
  Talk talk = after(message(2, u16(100) + u16(0)));
  EXPECT_THAT(talk.values(kUpdate), IsEmpty());
  EXPECT_THAT(talk.values(kUnreadable), ElementsAre(static_cast<std::uint64_t>(Ending::malformed)));
}

TEST(BgpUpdate, FamiliesThatAreNotReadAreTold) {
  const Wire vpn = attribute(0x80, 14, u16(1) + u8(128) + u8(12) + Wire(12, 0) + u8(0) + Wire(15, 112));
  const Talk talk = after(update(attribute(0x40, 1, u8(0)) + as_path(kPath) + vpn, {}));
  EXPECT_TRUE(talk.update().other_family);
  EXPECT_FALSE(talk.update().broken_routes);
  EXPECT_THAT(routes_of(talk.shown.at(0)), IsEmpty());
}

TEST(BgpUpdate, AFlowSpecificationHasNoNextHop) {
  const Wire flows = attribute(0x80, 14, u16(1) + u8(133) + u8(0) + u8(0) + u8(3) + u8(1) + u8(8) + u8(10));
  const Talk talk = after(update(attribute(0x40, 1, u8(0)) + as_path(kPath) + flows, {}));
  EXPECT_TRUE(talk.update().other_family);
  EXPECT_FALSE(talk.update().broken_routes);
  const Wire unicast = attribute(0x80, 14, u16(2) + u8(1) + u8(0) + u8(0) + u8(8) + u8(0x20));
  EXPECT_THAT(after(update(attribute(0x40, 1, u8(0)) + as_path(kPath) + unicast, {})).values(kUpdate),
              testing::Not(testing::Contains(talk.values(kUpdate).at(0))));
}

}  // namespace update_test
}  // namespace uptake::bgp
