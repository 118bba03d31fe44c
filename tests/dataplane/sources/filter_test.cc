#include "dataplane/sources/filter.h"

#include <gtest/gtest.h>

#include <vector>

namespace uptake {
namespace {

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

TEST(Filter, OneExpressionHoldsOnEveryLinkType) {
  const auto dns = Filter::compile("udp port 53");
  const auto web = Filter::compile("tcp port 443");
  ASSERT_NE(dns.filter, nullptr) << dns.error;
  ASSERT_NE(web.filter, nullptr) << web.error;
  const auto ethernet = dns_query(kEthernet);
  const auto sll = dns_query(kSll);
  const auto raw = dns_query({});
  for (const Frame& frame : {frame_of(ethernet, LinkType::ethernet), frame_of(sll, LinkType::linux_sll),
                             frame_of(raw, LinkType::raw_ip), frame_of(raw, LinkType::ipv4)}) {
    EXPECT_TRUE(dns.filter->matches(frame));
    EXPECT_FALSE(web.filter->matches(frame));
  }
}

TEST(Filter, AnEmptyExpressionKeepsAll) {
  const auto all = Filter::compile("  ");
  ASSERT_NE(all.filter, nullptr);
  EXPECT_TRUE(all.filter->matches(frame_of(kEthernet, LinkType::ethernet)));
  EXPECT_TRUE(all.filter->matches(Frame{}));
}

TEST(Filter, NonsenseIsToldInLibpcapsWords) {
  const auto compiled = Filter::compile("udp prot 53");
  EXPECT_EQ(compiled.filter, nullptr);
  EXPECT_NE(compiled.error, "");
}

TEST(Filter, WhatMakesNoSenseOnALinkTypeKeepsNoneOfIt) {
  const auto compiled = Filter::compile("ether host 02:00:00:00:00:01");
  ASSERT_NE(compiled.filter, nullptr) << compiled.error;
  const auto ethernet = dns_query(kEthernet);
  const auto raw = dns_query({});
  EXPECT_TRUE(compiled.filter->matches(frame_of(ethernet, LinkType::ethernet)));
  EXPECT_FALSE(compiled.filter->matches(frame_of(raw, LinkType::raw_ip)));
}

TEST(Filter, UnsupportedLinkTypesAreKeptToBeCountedAsSuch) {
  const auto compiled = Filter::compile("udp port 53");
  ASSERT_NE(compiled.filter, nullptr);
  EXPECT_TRUE(compiled.filter->matches(frame_of(kEthernet, LinkType::unsupported)));
}

TEST(Filter, CutFramesAreNotReadBeyondTheirEnd) {
  const auto compiled = Filter::compile("udp port 53");
  ASSERT_NE(compiled.filter, nullptr);
  const auto whole = dns_query(kEthernet);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<long>(size));
    Frame frame = frame_of(cut, LinkType::ethernet);
    frame.wire = static_cast<std::uint32_t>(whole.size());
    (void)compiled.filter->matches(frame);
  }
}

TEST(Filter, KnowsWhetherItLooksBehindTags) {
  for (const char* inside : {"vlan", "vlan 100 and tcp", "mpls", "pppoes and ip6", "(vlan and udp) or udp"})
    EXPECT_TRUE(Filter::compile(inside).filter->looks_inside()) << inside;
  for (const char* outside : {"tcp port 443", "ip6", "ether host 2:0:0:0:0:1", "udp"})
    EXPECT_FALSE(Filter::compile(outside).filter->looks_inside()) << outside;
}

}  // namespace
}  // namespace uptake
