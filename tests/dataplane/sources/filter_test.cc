#include "dataplane/sources/filter.h"

#include <gtest/gtest.h>

#include <vector>

namespace uptake {
namespace filter_test {

/// An IPv4 UDP packet to port 53, behind the link header given.
std::vector<std::uint8_t> dns_query(std::vector<std::uint8_t> link) {
  const std::vector<std::uint8_t> ip{0x45, 0, 0,   28, 0, 0,  0,    0,    64, 17, 0, 0, 192, 0,
                                     2,    1, 192, 0,  2, 53, 0x30, 0x39, 0,  53, 0, 8, 0,   0};
  link.insert(link.end(), ip.begin(), ip.end());
  return link;
}

Frame frame_of(const std::vector<std::uint8_t>& bytes, LinkType link) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return {bytes.data(), size, size, 0, 0, link};
}

const std::vector<std::uint8_t> kEthernet{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
const std::vector<std::uint8_t> kSll{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0};

Filter compiled(const std::string& expression) { return std::get<Filter>(Filter::compile(expression)); }

TEST(Filter, OneExpressionHoldsOnEveryLinkType) {
  const Filter dns = compiled("udp port 53");
  const Filter web = compiled("tcp port 443");
  const auto ethernet = dns_query(kEthernet);
  const auto sll = dns_query(kSll);
  const auto raw = dns_query({});
  for (const Frame& frame : {frame_of(ethernet, LinkType::ethernet), frame_of(sll, LinkType::linux_sll),
                             frame_of(raw, LinkType::raw_ip), frame_of(raw, LinkType::ipv4)}) {
    EXPECT_TRUE(dns.matches(frame));
    EXPECT_FALSE(web.matches(frame));
  }
}

TEST(Filter, AnEmptyExpressionKeepsAll) {
  const Filter all = compiled("  ");
  EXPECT_TRUE(all.matches(frame_of(kEthernet, LinkType::ethernet)));
  EXPECT_TRUE(all.matches(Frame{}));
}

TEST(Filter, NonsenseIsToldInLibpcapsWords) {
  const Either<Filter> nonsense = Filter::compile("udp prot 53");
  const Refusal* refusal = std::get_if<Refusal>(&nonsense);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->where, "filter \"udp prot 53\"");
  EXPECT_NE(refusal->what, "");
}

TEST(Filter, WhatMakesNoSenseOnALinkTypeKeepsNoneOfIt) {
  const Filter filter = compiled("ether host 02:00:00:00:00:01");
  const auto ethernet = dns_query(kEthernet);
  const auto raw = dns_query({});
  EXPECT_TRUE(filter.matches(frame_of(ethernet, LinkType::ethernet)));
  EXPECT_FALSE(filter.matches(frame_of(raw, LinkType::raw_ip)));
}

TEST(Filter, UnsupportedLinkTypesAreKeptToBeCountedAsSuch) {
  const Filter filter = compiled("udp port 53");
  EXPECT_TRUE(filter.matches(frame_of(kEthernet, LinkType::unsupported)));
}

TEST(Filter, CutFramesAreNotReadBeyondTheirEnd) {
  const Filter filter = compiled("udp port 53");
  const auto whole = dns_query(kEthernet);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<long>(size));
    Frame frame = frame_of(cut, LinkType::ethernet);
    frame.wire = static_cast<std::uint32_t>(whole.size());
    (void)filter.matches(frame);
  }
}

TEST(Filter, KnowsWhetherItLooksBehindTags) {
  for (const char* inside :
       {"vlan", "vlan 100 and tcp", "mpls", "pppoes and ip6", "(vlan and udp) or udp", "udp or(mpls)"})
    EXPECT_TRUE(compiled(inside).looks_inside()) << inside;
  for (const char* outside : {"tcp port 443", "ip6", "ether host 2:0:0:0:0:1", "udp", ""})
    EXPECT_FALSE(compiled(outside).looks_inside()) << outside;
}

}  // namespace filter_test
}  // namespace uptake
