#include <gtest/gtest.h>

#include "dissectors/frame/decode.h"
#include "dissectors/frame/facts.h"
#include "tests/dissectors/frame/wrappers.h"

namespace uptake {
namespace link_test {

using namespace test;

Disposition how(const Octets& frame, LinkType link = LinkType::ethernet) {
  Segment segment;
  return decode(frame_of(frame, link), segment);
}

struct Link {
  const char* name;
  LinkType type;
  Octets head_v4;
  Octets head_v6;
};

std::vector<Link> links() {
  const Octets mac = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
  const Octets sll = {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0};
  const Octets sll2 = {0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0};
  return {
      {"ethernet", LinkType::ethernet, joined(mac, {8, 0}), joined(mac, {0x86, 0xdd})},
      {"null little-endian", LinkType::null, {2, 0, 0, 0}, {30, 0, 0, 0}},
      {"null big-endian", LinkType::null, {0, 0, 0, 2}, {0, 0, 0, 24}},
      {"loop", LinkType::loop, {0, 0, 0, 2}, {0, 0, 0, 28}},
      {"ppp", LinkType::ppp, {0, 0x21}, {0, 0x57}},
      {"ppp with address and control", LinkType::ppp, {0xff, 3, 0, 0x21}, {0xff, 3, 0, 0x57}},
      {"ppp with a short protocol", LinkType::ppp_hdlc, {0xff, 3, 0x21}, {0x57}},
      {"cisco hdlc", LinkType::ppp_hdlc, {0x0f, 0, 8, 0}, {0x8f, 0, 0x86, 0xdd}},
      {"cisco hdlc by its own number", LinkType::cisco_hdlc, {0x0f, 0, 8, 0}, {0x8f, 0, 0x86, 0xdd}},
      {"raw", LinkType::raw_ip, {}, {}},
      {"raw openbsd", LinkType::raw_ip_openbsd, {}, {}},
      {"ipv4 and ipv6", LinkType::ipv4, {}, {}},
      {"sll", LinkType::linux_sll, joined(sll, {8, 0}), joined(sll, {0x86, 0xdd})},
      {"sll2", LinkType::linux_sll2, joined({8, 0}, sll2), joined({0x86, 0xdd}, sll2)},
  };
}

TEST(Links, EveryLinkTypeGivesTheSameSegment) {
  for (const Link& link : links()) {
    SCOPED_TRACE(link.name);
    const Octets body = numbers(50);
    for (bool v6 : {false, true}) {
      const Octets inner = v6 ? ipv6(6, tcp_segment(1, 2, body)) : ipv4(17, udp_datagram(1, 2, body));
      const Octets frame = joined(v6 ? link.head_v6 : link.head_v4, inner);
      const LinkType type = v6 && link.type == LinkType::ipv4 ? LinkType::ipv6 : link.type;
      Segment segment;
      ASSERT_EQ(decode(frame_of(frame, type), segment), Disposition::parsed);
      EXPECT_EQ(segment.source.family, v6 ? Family::v6 : Family::v4);
      EXPECT_EQ(Octets(segment.payload, segment.payload + segment.payload_captured), body);
      EXPECT_EQ(segment.ip_length, inner.size());
      for (std::size_t size = 0; size < frame.size() - body.size(); ++size) {
        const Octets copy(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
        Frame cut = frame_of(copy, type);
        cut.wire = static_cast<std::uint32_t>(frame.size());
        const bool options_cut = v6 && size + body.size() + 12 >= frame.size();
        EXPECT_EQ(decode(cut, segment), options_cut ? Disposition::parsed : Disposition::truncated) << size;
      }
    }
  }
}

TEST(Links, VlanOverSll) {
  const Octets sll = {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x81, 0, 0, 7, 8, 0};
  EXPECT_EQ(how(joined(sll, ipv4(6, tcp_segment(1, 2, {}))), LinkType::linux_sll), Disposition::parsed);
}

TEST(Links, ChatterIsOfNoInterest) {
  for (unsigned type : {0x0806U, 0x88ccU, 0x8809U, 0x888eU, 0x8863U, 0x9000U})
    EXPECT_EQ(how(ethernet(type, numbers(46))), Disposition::no_interest) << type;
  EXPECT_EQ(how(ethernet(39, joined({0x42, 0x42, 3}, numbers(43)))), Disposition::no_interest);  // spanning tree
  EXPECT_EQ(how(joined({0xff, 3, 0xc0, 0x21}, numbers(10)), LinkType::ppp), Disposition::no_interest);       // LCP
  EXPECT_EQ(how(joined({0x8f, 0, 0x80, 0x35}, numbers(18)), LinkType::ppp_hdlc), Disposition::no_interest);  // SLARP
}

TEST(Links, TheUnknownIsUnsupported) {
  EXPECT_EQ(how(ethernet(0x1234, numbers(46))), Disposition::unsupported);
  EXPECT_EQ(how(ethernet(0x0600, numbers(46))), Disposition::unsupported);
  EXPECT_EQ(how(ethernet(0x88e5, numbers(46))), Disposition::unsupported);  // MACsec: whatever users send
  EXPECT_EQ(how(numbers(60), LinkType::unsupported), Disposition::unsupported);
  EXPECT_EQ(how({0, 0, 0, 99, 1, 2, 3}, LinkType::loop), Disposition::unsupported);
  EXPECT_EQ(how({0x15, 0, 0, 20}, LinkType::raw_ip), Disposition::unsupported);
}

TEST(Links, ChatterInATunnelKeepsTheOuterAddresses) {
  const Octets inner = joined({8, 0, 0, 0, 0, 0, 7, 0}, ethernet(0x0806, numbers(46)));
  const Octets frame = as_ethernet(over_udp(50000, 4789, inner));
  Segment segment;
  EXPECT_EQ(decode(frame_of(frame), segment), Disposition::no_interest);
  EXPECT_TRUE(segment.has_ip);
  EXPECT_FALSE(segment.has_ports);
}

TEST(Links, PaddingIsCutOff) {
  Octets frame = ethernet(0x0800, ipv4(6, tcp_segment(1, 2, {}, 0x10)));
  put(frame, Octets(6, 0xee));
  Segment segment;
  ASSERT_EQ(decode(frame_of(frame), segment), Disposition::parsed);
  EXPECT_EQ(segment.payload_captured, 0U);
  EXPECT_EQ(segment.payload_wire, 0U);
  // Within a tunnel too: the inner frame is padded, and its IP packet is not.
  Octets inner = ethernet(0x0800, ipv4(17, udp_datagram(1, 2, {9})));
  put(inner, Octets(17, 0xee));
  const Octets outer = as_ethernet(over_udp(50000, 4789, joined({8, 0, 0, 0, 0, 0, 7, 0}, inner)));
  ASSERT_EQ(decode(frame_of(outer), segment), Disposition::parsed);
  EXPECT_EQ(segment.payload_wire, 1U);
}

TEST(Links, MplsBottomIsGuessedFromMoreThanFourBits) {
  // A MAC address that begins like IPv4, without control word.
  Octets inner = ethernet(0x0800, ipv4(6, tcp_segment(1, 2, numbers(9))));
  inner[0] = 0x45;
  inner[2] = 0xff;
  EXPECT_EQ(how(ethernet(0x8847, joined(labels(1), inner))), Disposition::parsed);
  inner[0] = 0x00;  // like a control word
  EXPECT_EQ(how(ethernet(0x8847, joined(labels(1), inner))), Disposition::parsed);
  EXPECT_EQ(how(ethernet(0x8847, joined(labels(1), joined({0, 0, 0, 0}, inner)))), Disposition::parsed);
  EXPECT_EQ(how(ethernet(0x8847, joined(labels(1), {0x10, 0, 0, 0x07, 1, 2, 3, 4}))), Disposition::no_interest);
}

TEST(Links, NamesAndRowZero) {
  EXPECT_EQ(name_of(Disposition::parsed), "parsed");
  EXPECT_EQ(name_of(Disposition::overload), "overload");
  EXPECT_EQ(name_of(Path::six_in_four), "6in4");
  EXPECT_EQ(name_of(Path::nat64), "nat64");
  EXPECT_EQ(frame::facts().size(), std::size_t{frame::kFactCount});
  const Row row = frame::row();
  Memory memory;
  static Notes notes;
  EXPECT_EQ(row.claims({}), Claim::no);
  const Payload payload;
  Carried carried;
  Call call{payload, notes, carried, nullptr};
  EXPECT_EQ(row.dissect(call, memory).verdict, Verdict::not_mine);
  row.finish(memory, Ending{}, notes);
  EXPECT_TRUE(notes.observations().empty());
}

}  // namespace link_test
}  // namespace uptake
