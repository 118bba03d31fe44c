#include "policy/correlate/routes/rov/vrp_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <tuple>
#include <vector>

namespace uptake::rov {
namespace vrp_table_test {

constexpr unsigned kOne = 0;
constexpr unsigned kOther = 1;

Address v4(std::uint32_t bits) {
  Address address;
  for (unsigned i = 0; i < 4; ++i) address.octets[i] = static_cast<std::uint8_t>(bits >> (24 - 8 * i));
  return address;
}
Address v6(std::uint16_t third, std::uint8_t last = 0) {
  Address address;
  address.family = Family::v6;
  address.octets = {0x20, 0x01, 0x0d, 0xb8, static_cast<std::uint8_t>(third >> 8), static_cast<std::uint8_t>(third)};
  address.octets[15] = last;
  return address;
}
bgp::Prefix route(const Address& address, std::uint8_t length) {
  bgp::Prefix prefix;
  prefix.address = address;
  prefix.length = length;
  return prefix;
}
/// What one table says.
Validity judge(const VrpTable& table, unsigned of, const bgp::Prefix& route, const Origin& origin) {
  return table.judge(static_cast<std::uint16_t>(1U << of), route, origin);
}
Origin as(std::uint32_t number) { return {Origin::Kind::as, number}; }

constexpr std::uint32_t kNet = 0xc6336400;  // 198.51.100.0

/// RFC 6811 section 2, and what RFC 6483 says of AS 0.
TEST(VrpTable, JudgesAsTheStandardSays) {
  VrpTable table(100, 1);
  ASSERT_TRUE(table.add(kOne, {v4(kNet), 24, 25, 64496}));
  ASSERT_TRUE(table.add(kOne, {v4(kNet), 24, 24, 64497}));
  ASSERT_TRUE(table.add(kOne, {v6(1), 48, 64, 64496}));
  ASSERT_TRUE(table.add(kOne, {v6(2), 48, 128, 0}));
  EXPECT_EQ(judge(table, kOne, route(v4(kNet), 24), as(64496)), Validity::valid);
  EXPECT_EQ(judge(table, kOne, route(v4(kNet), 24), as(64497)), Validity::valid);
  EXPECT_EQ(judge(table, kOne, route(v4(kNet | 0x80), 25), as(64496)), Validity::valid);
  EXPECT_EQ(judge(table, kOne, route(v4(kNet | 0x80), 25), as(64497)), Validity::invalid_length);
  EXPECT_EQ(judge(table, kOne, route(v4(kNet), 26), as(64496)), Validity::invalid_length);
  EXPECT_EQ(judge(table, kOne, route(v4(kNet), 24), as(64498)), Validity::invalid_origin);
  EXPECT_EQ(judge(table, kOne, route(v4(kNet), 23), as(64496)), Validity::not_found) << "it covers the VRP";
  EXPECT_EQ(judge(table, kOne, route(v4(kNet + 0x100), 24), as(64496)), Validity::not_found);
  EXPECT_EQ(judge(table, kOne, route(v6(1, 1), 64), as(64496)), Validity::valid);
  EXPECT_EQ(judge(table, kOne, route(v6(1, 1), 128), as(64496)), Validity::invalid_length);
  EXPECT_EQ(judge(table, kOne, route(v6(2), 48), as(64496)), Validity::invalid_origin);
  EXPECT_EQ(judge(table, kOne, route(v6(2), 48), as(0)), Validity::invalid_origin) << "nobody is AS 0";
  EXPECT_EQ(judge(table, kOne, route(v4(kNet), 24), {Origin::Kind::none}), Validity::invalid_origin);
  EXPECT_EQ(judge(table, kOne, route(v4(0), 8), {Origin::Kind::none}), Validity::not_found);
  EXPECT_EQ(judge(table, kOne, route(v4(kNet), 24), {}), Validity::no_origin);
  EXPECT_EQ(judge(table, kOther, route(v4(kNet), 24), as(64496)), Validity::not_found) << "another table";
}

TEST(VrpTable, SeveralTablesAgreeOrDispute) {
  constexpr std::uint16_t kBoth = 1U << kOne | 1U << kOther;
  VrpTable table(10, 1);
  const auto said = [&](std::uint32_t origin) { return table.judge(kBoth, route(v4(kNet), 25), as(origin)); };
  EXPECT_EQ(said(1), Validity::not_found);
  ASSERT_TRUE(table.add(kOne, {v4(kNet), 24, 25, 1}));
  EXPECT_EQ(said(1), Validity::disputed) << "valid, not found";
  EXPECT_EQ(said(2), Validity::disputed) << "invalid, not found";
  ASSERT_TRUE(table.add(kOther, {v4(kNet), 24, 24, 1}));
  EXPECT_EQ(said(1), Validity::disputed) << "valid, invalid";
  EXPECT_EQ(said(2), Validity::invalid_origin);
  ASSERT_TRUE(table.add(kOther, {v4(kNet), 24, 24, 2}));
  EXPECT_EQ(said(2), Validity::disputed) << "by origin, by length";
  ASSERT_TRUE(table.add(kOne, {v4(kNet), 23, 24, 2}));
  EXPECT_EQ(said(2), Validity::invalid_length);
  ASSERT_TRUE(table.add(kOther, {v4(kNet), 23, 25, 1}));
  EXPECT_EQ(said(1), Validity::valid);
}

TEST(VrpTable, TablesThatAreHeldTogetherAreOne) {
  constexpr std::uint16_t kFirst = 1U << kOne;
  constexpr std::uint16_t kSecond = 1U << kOther;
  VrpTable table(10, 1);
  const auto said = [&](std::uint16_t held, std::uint16_t perhaps, std::uint32_t origin) {
    return table.judge_united(held, perhaps, route(v4(kNet), 25), as(origin));
  };
  ASSERT_TRUE(table.add(kOne, {v4(kNet), 24, 24, 1}));
  EXPECT_EQ(said(kFirst | kSecond, 0, 1), Validity::invalid_length);
  EXPECT_EQ(said(kFirst | kSecond, 0, 2), Validity::invalid_origin);
  EXPECT_EQ(said(kFirst, kSecond, 2), Validity::invalid_origin) << "the other changes nothing";
  EXPECT_EQ(said(kSecond, kFirst, 2), Validity::disputed) << "not found, invalid";
  ASSERT_TRUE(table.add(kOther, {v4(kNet), 24, 25, 2}));
  EXPECT_EQ(said(kFirst | kSecond, 0, 2), Validity::valid);
  EXPECT_EQ(said(kFirst, kSecond, 2), Validity::disputed) << "invalid, valid";
  EXPECT_EQ(said(kSecond, kFirst, 2), Validity::valid) << "no VRP takes that back";
  EXPECT_EQ(said(kSecond, kFirst, 1), Validity::disputed) << "by origin, by length";
  EXPECT_EQ(table.judge_united(kFirst, 0, route(v4(kNet), 24), {}), Validity::no_origin);
}

TEST(VrpTable, ADefaultRouteCoversItsFamilyAlone) {
  VrpTable table(10, 1);
  ASSERT_TRUE(table.add(kOne, {v4(0), 0, 32, 64496}));
  EXPECT_EQ(judge(table, kOne, route(v4(kNet), 32), as(64496)), Validity::valid);
  EXPECT_EQ(judge(table, kOne, route(v4(0), 0), as(64496)), Validity::valid);
  EXPECT_EQ(judge(table, kOne, route(v6(1), 48), as(64496)), Validity::not_found);
}

/// What each table holds, by a plain list.
using Model = std::map<std::tuple<unsigned, std::uint32_t, std::uint8_t, std::uint8_t, std::uint32_t>, bool>;

Validity judged_by(const Model& model, unsigned table, std::uint32_t address, unsigned length, std::uint32_t origin) {
  Validity found = Validity::not_found;
  for (const auto& [vrp, held] : model) {
    const auto& [of, net, vrp_length, most, asn] = vrp;
    const std::uint32_t mask = vrp_length == 0 ? 0 : ~std::uint32_t{0} << (32 - vrp_length);
    if (!held || of != table || vrp_length > length || (address & mask) != net) continue;
    if (asn == origin && asn != 0 && most >= length) return Validity::valid;
    if (asn == origin && asn != 0) found = Validity::invalid_length;
    if (found == Validity::not_found) found = Validity::invalid_origin;
  }
  return found;
}

TEST(VrpTable, ChangesInAnyOrderComeToWhatAPlainListSays) {
  std::mt19937 random(7);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  VrpTable table(2000, 7);
  Model model;
  const auto net = [&](std::uint8_t length) {
    const std::uint32_t mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
    return (below(4) << 30 | below(4) << 22 | below(4) << 6) & mask;
  };
  for (int step = 0; step < 20'000; ++step) {
    const unsigned of = below(3);
    const auto length = static_cast<std::uint8_t>(std::vector<unsigned>{0, 2, 8, 10, 24, 26, 32}[below(7)]);
    const auto most = static_cast<std::uint8_t>(length + below(33U - length));
    const Vrp vrp{v4(net(length)), length, most, below(3)};
    const std::uint32_t bits = static_cast<std::uint32_t>(vrp.prefix.octets[0]) << 24 |
                               static_cast<std::uint32_t>(vrp.prefix.octets[1]) << 16 |
                               static_cast<std::uint32_t>(vrp.prefix.octets[2]) << 8 | vrp.prefix.octets[3];
    const unsigned what = below(200);
    if (what == 0) {
      table.clear(of);
      std::erase_if(model, [&](const auto& one) { return std::get<0>(one.first) == of; });
    } else if (what < 120) {
      const bool has_room = table.add(of, vrp);
      if (has_room) model[{of, bits, length, most, vrp.as}] = true;
    } else {
      table.remove(of, vrp);
      model.erase({of, bits, length, most, vrp.as});
    }
    const std::uint32_t address = net(32);
    const auto long_ = static_cast<std::uint8_t>(below(33));
    const std::uint32_t origin = below(3);
    ASSERT_EQ(judge(table, of, route(v4(address), long_), as(origin)), judged_by(model, of, address, long_, origin))
        << step;
  }
}

TEST(VrpTable, WithoutRoomItRefusesAndWhatIsClearedIsFree) {
  VrpTable table(100, 1);
  for (std::uint32_t i = 0; i < 100; ++i) ASSERT_TRUE(table.add(kOne, {v4(i << 8), 24, 24, 1}));
  EXPECT_FALSE(table.add(kOne, {v4(100 << 8), 24, 24, 1}));
  EXPECT_TRUE(table.add(kOther, {v4(99 << 8), 24, 24, 1})) << "two tables share what both hold";
  table.clear(kOne);
  EXPECT_EQ(judge(table, kOther, route(v4(99 << 8), 24), as(1)), Validity::valid);
  for (std::uint32_t i = 0; i < 99; ++i) ASSERT_TRUE(table.add(kOne, {v4(i << 8), 24, 24, 2}));
  EXPECT_FALSE(table.add(kOne, {v4(100 << 8), 24, 24, 2}));
}

/// Of more than are listed: all places are looked at.
TEST(VrpTable, ALargeTableIsClearedAsASmallOneIs) {
  VrpTable table(20'000, 1);
  for (std::uint32_t i = 0; i < 10'000; ++i) ASSERT_TRUE(table.add(kOne, {v4(i << 8), 24, 24, 1}));
  ASSERT_TRUE(table.add(kOther, {v4(5 << 8), 24, 24, 1}));
  table.clear(kOne);
  for (std::uint32_t i = 0; i < 10'000; ++i)
    ASSERT_EQ(judge(table, kOne, route(v4(i << 8), 24), as(1)), Validity::not_found);
  EXPECT_EQ(judge(table, kOther, route(v4(5 << 8), 24), as(1)), Validity::valid);
}

TEST(VrpTable, NobodyMakesAChainWithoutEnd) {
  VrpTable table(1000, 1);
  unsigned taken = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) taken += table.add(kOne, {v4(kNet), 24, 24, 1 + i}) ? 1 : 0;
  EXPECT_EQ(taken, VrpTable::kMostOfChain);
}

}  // namespace vrp_table_test
}  // namespace uptake::rov
