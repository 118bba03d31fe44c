#include "dissectors/frame/facts.h"
#include "tests/policy/judging.h"

namespace uptake {
namespace ipv6_judges_test {

using frame::ConnectionBits;
using frame::PacketKind;

std::string connection(std::string_view id, ConnectionBits bits) {
  return judged(id, Unit::connections, bits.pack());
}

TEST(Ipv6Judges, KeepPathsApart) {
  const std::uint64_t v4 = PacketKind{Family::v4, Path::native}.pack();
  const std::uint64_t teredo = PacketKind{Family::v6, Path::teredo}.pack();
  EXPECT_EQ(judged("ip6.packets", Unit::packets, v4), "fail");
  EXPECT_EQ(judged("ip6.packets", Unit::packets, teredo), "pass");
  EXPECT_EQ(judged("ip6.bytes", Unit::bytes, teredo), "pass");
  EXPECT_EQ(judged("ip6.path.teredo", Unit::packets, v4), "not_applicable");
  EXPECT_EQ(judged("ip6.path.teredo", Unit::packets, teredo), "pass");
  EXPECT_EQ(judged("ip6.path.native", Unit::bytes, teredo), "fail");
  EXPECT_EQ(judged("ip6.path.6to4", Unit::bytes, PacketKind{Family::v6, Path::six_to_four}.pack()), "pass");
}

TEST(Ipv6Judges, KnowNothingOfAPacketThatWasNotRead) {
  const auto packet = [](std::string_view id, Family family, Inside inside) {
    return judged(id, Unit::packets, PacketKind{family, Path::native, inside}.pack());
  };
  for (const Family family : {Family::v4, Family::v6}) {
    for (const std::string_view id : {"ip6.packets", "ip6.path.native", "ip6.path.tunnel"}) {
      EXPECT_EQ(packet(id, family, Inside::cut), "truncated");
      EXPECT_EQ(packet(id, family, Inside::broken), "malformed");
      EXPECT_EQ(packet(id, family, Inside::unread), "unread_tunnel");
      EXPECT_EQ(packet(id, family, Inside::too_deep), "limit");
    }
  }
  // Its family was read, its addresses were not.
  const std::uint64_t cut = PacketKind{Family::v6, Path::unknown}.pack();
  EXPECT_EQ(judged("ip6.packets", Unit::packets, cut), "pass");
  EXPECT_EQ(judged("ip6.bytes", Unit::bytes, cut), "pass");
  EXPECT_EQ(judged("ip6.path.native", Unit::packets, cut), "truncated");
}

TEST(Ipv6Judges, CallGreAndL2tpOverIpv4ATunnel) {
  const std::uint64_t v = PacketKind{Family::v6, Path::tunnel}.pack();
  EXPECT_EQ(judged("ip6.path.native", Unit::packets, v), "fail");
  EXPECT_EQ(judged("ip6.path.6in4", Unit::bytes, v), "fail");
  EXPECT_EQ(judged("ip6.path.tunnel", Unit::packets, v), "pass");
  EXPECT_EQ(connection("ip6.path.tunnel", {.family = Family::v6, .path = Path::tunnel, .answered = true}), "pass");
}

TEST(Ipv6Judges, SayThatAConversationWasCut) {
  const ConnectionBits bits{.family = Family::v6, .tcp = true, .cut = true};
  for (const std::string_view id : {"ip6.connections", "ip6.reach", "ip6.path.native"})
    EXPECT_EQ(connection(id, bits), "truncated");
  EXPECT_EQ(connection("ip4.reach", bits), "not_applicable");
  EXPECT_EQ(judged("ip6.subscribers", Unit::subscribers, bits.pack()), "ignored");
}

TEST(Ipv6Judges, CountAnsweredConnections) {
  ConnectionBits bits{.family = Family::v6, .tcp = true, .answered = true};
  EXPECT_EQ(connection("ip6.connections", bits), "pass");
  EXPECT_EQ(connection("ip6.reach", bits), "pass");
  EXPECT_EQ(connection("ip4.reach", bits), "not_applicable");
  bits.answered = false;
  EXPECT_EQ(connection("ip6.connections", bits), "not_applicable");
  EXPECT_EQ(connection("ip6.reach", bits), "fail");
  bits.family = Family::v4;
  EXPECT_EQ(connection("ip4.reach", bits), "fail");
  bits.answered = true;
  EXPECT_EQ(connection("ip6.connections", bits), "fail");
}

TEST(Ipv6Judges, DoNotCallSilenceAFailureWhenOneDirectionIsMissing) {
  ConnectionBits bits{.family = Family::v6, .one_way = true};
  EXPECT_EQ(connection("ip6.reach", bits), "no_answer_path");
  EXPECT_EQ(connection("ip6.connections", bits), "no_answer_path");
  bits = {.family = Family::v6, .answered = true, .only_answer = true};
  EXPECT_EQ(connection("ip6.reach", bits), "no_answer_path");
  EXPECT_EQ(connection("ip6.connections", bits), "pass");
}

TEST(Ipv6Judges, CountSubscribersByTheirOwnAddresses) {
  const auto subscriber = [](ConnectionBits bits) {
    return judged("ip6.subscribers", Unit::subscribers, bits.pack());
  };
  EXPECT_EQ(subscriber({.family = Family::v6, .answered = true}), "pass");
  EXPECT_EQ(subscriber({.family = Family::v4, .answered = true}), "fail");
  EXPECT_EQ(subscriber({.family = Family::v6, .answered = false}), "ignored");
  EXPECT_EQ(subscriber({.family = Family::v6, .path = Path::nat64, .answered = true}), "pass");
  EXPECT_EQ(subscriber({.family = Family::v6, .path = Path::teredo, .answered = true}), "ignored");
  EXPECT_EQ(subscriber({.family = Family::v6, .path = Path::six_to_four, .answered = true}), "ignored");
}

TEST(Ipv6Judges, LookForHardwareAddressesInGlobalOnes) {
  const auto privacy = [](ConnectionBits bits) { return judged("ip6.privacy", Unit::addresses, bits.pack()); };
  EXPECT_EQ(privacy({.family = Family::v6, .answered = true, .client_eui64 = true, .client_global = true}), "fail");
  EXPECT_EQ(privacy({.family = Family::v6, .answered = true, .client_global = true}), "pass");
  EXPECT_EQ(privacy({.family = Family::v6, .answered = true, .client_eui64 = true}), "ignored");
  EXPECT_EQ(privacy({.family = Family::v4, .answered = true}), "ignored");
}

}  // namespace ipv6_judges_test
}  // namespace uptake
