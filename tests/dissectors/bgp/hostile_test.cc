// The four standard properties, over a session that has everything.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dissectors/bgp/reading.h"

namespace uptake::bgp {
namespace hostile_test {

using namespace test;
using testing::IsEmpty;

const Wire kPath = sequence4({64496, 70000}) + sequence4({1, 2}, 1);

std::vector<Wire> messages() {
  const Wire all = families() + as4(64496) + role(4) + add_path(3, 3) + capability(6) + capability(64, u16(0x4078));
  const Wire rich = usual(kPath) + attribute(0x80, 4, u32(5)) + attribute(0xc0, 8, u32(0xffff029a)) +
                    attribute(0xc0, 16, u16(0x4300) + u32(0) + u16(1)) +
                    attribute(0xc0, 32, u32(1) + u32(2) + u32(3)) + attribute(0xc0, 35, u32(64496)) +
                    reach_v6(u32(1) + v6_48(1) + u32(2) + v6_48(2)) + unreach_v6(u32(1) + v6_48(3));
  return {open(64496, all),
          extended_open(64496, all),
          keepalive(),
          update(rich, u32(1) + v4_24(198, 18, 1), u32(2) + v4_24(198, 18, 2)),
          update(usual(kPath), v4_24(198, 18, 1)),
          update({}, {}),
          refresh(),
          notification(6, 2, u8(3) + octets_of("bye"))};
}

Wire first(const Wire& octets, std::size_t size) {
  return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)};
}
Wire behind(const Wire& octets, std::size_t at) {
  return {octets.begin() + static_cast<std::ptrdiff_t>(at), octets.end()};
}

TEST(BgpHostile, AWholeMessageIsTaken) {
  for (const Wire& one : messages()) {
    Talk talk;
    const Result result = talk.client(one);
    EXPECT_EQ(result.verdict, Verdict::keep_going);
    EXPECT_EQ(result.consumed, one.size());
    EXPECT_THAT(talk.values(kUnreadable), IsEmpty());
  }
}

TEST(BgpHostile, APrefixOfAMessageSaysNothing) {
  for (const Wire& one : messages()) {
    for (std::size_t size = 1; size < one.size(); ++size) {
      Talk talk;
      const Result result = talk.client(first(one, size));
      EXPECT_EQ(result.verdict, Verdict::need_more) << size;
      EXPECT_EQ(result.consumed, 0U);
      Talk cut;
      EXPECT_EQ(cut.offer(Side::client, first(one, size), 100).verdict, Verdict::truncated) << size;
      EXPECT_THAT(talk.noted, IsEmpty());
      EXPECT_THAT(cut.noted, IsEmpty());
      EXPECT_THAT(talk.shown, IsEmpty());
    }
  }
}

TEST(BgpHostile, EveryChangeOfAnOctetStaysSafe) {
  for (const Wire& one : messages()) {
    for (std::size_t at = 0; at < one.size(); ++at) {
      for (const unsigned value : {0x00U, 0x01U, 0x0fU, 0x7fU, 0x80U, 0xffU}) {
        Wire changed = one;
        changed[at] = static_cast<std::uint8_t>(value);
        Talk talk;
        talk.establish(open(64496, families() + as4(64496) + add_path(3, 3)),
                       open(64497, families() + as4(64497) + add_path(3, 3)));
        (void)talk.client(changed + keepalive());
        talk.finish();
        EXPECT_EQ(talk.dropped(), 0U);
        EXPECT_EQ(talk.values(kSession).size(), 1U);
        for (const auto& shown : talk.shown) (void)routes_of(shown);
      }
    }
  }
}

TEST(BgpHostile, EveryCutOfTheStreamSaysTheSame) {
  Wire stream;
  for (const Wire& one : messages()) stream = stream + one;
  Talk whole;
  whole.client(stream);
  whole.finish();
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    Talk talk;
    talk.client(first(stream, cut));
    talk.client(behind(stream, cut));
    talk.finish();
    ASSERT_EQ(talk.noted, whole.noted) << cut;
    ASSERT_EQ(talk.shown, whole.shown) << cut;
  }
}

TEST(BgpHostile, TheLargestMessageAndManySmallOnesFitOneCall) {
  Wire routes;
  for (unsigned i = 0; routes.size() + 4 + 23 + 24 <= 65'535; ++i)
    routes = routes + v4_24(i >> 16, i >> 8 & 0xff, i & 0xff);
  Talk talk;
  talk.establish();
  Wire large = update(usual(sequence2({1})), routes);
  ASSERT_LE(large.size(), 65'535U);
  ASSERT_GT(large.size(), 65'500U);
  talk.client(large);
  EXPECT_EQ(talk.values(kUpdate).size(), 1U);
  EXPECT_EQ(talk.shown.size(), 1U);
  Wire many;
  for (int i = 0; i < 2000; ++i) many = many + update({}, {});
  talk.client(many);
  EXPECT_EQ(talk.values(kUpdate).size(), 2001U);
  EXPECT_EQ(talk.shown.size(), 2001U);
  EXPECT_EQ(talk.dropped(), 0U);
}

TEST(BgpHostile, OctetsThatAreNoMessageAreToldOnce) {
  Talk talk;
  talk.establish();
  const Result result = talk.client(keepalive() + octets_of("no marker here, and long enough"));
  EXPECT_EQ(result.verdict, Verdict::malformed);
  EXPECT_EQ(result.consumed, keepalive().size());
  EXPECT_EQ(talk.values(kUnreadable).size(), 1U);
}

TEST(BgpHostile, AGapIsTold) {
  Talk talk;
  talk.establish();
  talk.lost = Ending::gap;
  talk.client(update({}, {}));
  EXPECT_EQ(talk.values(kUnreadable), std::vector<std::uint64_t>{static_cast<std::uint64_t>(Ending::gap)});
  EXPECT_EQ(talk.values(kUpdate).size(), 1U);
}

}  // namespace hostile_test
}  // namespace uptake::bgp
