#include "policy/report/format.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace uptake::report {
namespace format_test {

Address v6(std::initializer_list<std::uint16_t> groups) {
  Address address;
  address.family = Family::v6;
  std::size_t at = 0;
  for (const std::uint16_t group : groups) {
    address.octets[at++] = static_cast<std::uint8_t>(group >> 8);
    address.octets[at++] = static_cast<std::uint8_t>(group);
  }
  return address;
}

std::string text_of(const Address& address) {
  std::string out;
  append_address(out, address);
  return out;
}

TEST(AddressText, V4IsDottedDecimal) {
  Address address;
  address.octets = {192, 0, 2, 255};
  EXPECT_EQ(text_of(address), "192.0.2.255");
}

TEST(AddressText, V6FollowsRfc5952) {
  EXPECT_EQ(text_of(v6({0, 0, 0, 0, 0, 0, 0, 0})), "::");
  EXPECT_EQ(text_of(v6({0, 0, 0, 0, 0, 0, 0, 1})), "::1");
  EXPECT_EQ(text_of(v6({0x2001, 0xdb8, 0, 0, 0, 0, 0, 0})), "2001:db8::");
  EXPECT_EQ(text_of(v6({0x2001, 0xdb8, 0, 0, 1, 0, 0, 1})), "2001:db8::1:0:0:1") << "the first of equal runs";
  EXPECT_EQ(text_of(v6({0x2001, 0, 0, 1, 0, 0, 0, 1})), "2001:0:0:1::1") << "the longest run";
  EXPECT_EQ(text_of(v6({0x2001, 0xdb8, 0, 1, 1, 1, 1, 1})), "2001:db8:0:1:1:1:1:1") << "one group is not shortened";
  EXPECT_EQ(text_of(v6({0xABCD, 0x0, 0x0, 0x0, 0x0, 0x10, 0x200, 0x3000})), "abcd::10:200:3000");
}

std::string time_text(std::uint64_t ns, TimeDigits digits) {
  std::string out;
  append_time(out, ns, digits);
  return out;
}

TEST(TimeText, IsRfc3339InUtc) {
  EXPECT_EQ(time_text(0, TimeDigits::seconds), "1970-01-01T00:00:00Z");
  EXPECT_EQ(time_text(1'709'210'096'000'000'007, TimeDigits::nanoseconds), "2024-02-29T12:34:56.000000007Z");
  EXPECT_EQ(time_text(1'709'210'096'999'999'999, TimeDigits::seconds), "2024-02-29T12:34:56Z");
  EXPECT_EQ(time_text(~std::uint64_t{0}, TimeDigits::seconds), "2554-07-21T23:34:33Z");
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  std::string out;
  append_share(out, part, whole);
  return out;
}

TEST(ShareText, IsRoundedInIntegers) {
  EXPECT_EQ(share_text(0, 0), "0");
  EXPECT_EQ(share_text(0, 7), "0.000000");
  EXPECT_EQ(share_text(7, 7), "1.000000");
  EXPECT_EQ(share_text(1, 3), "0.333333");
  EXPECT_EQ(share_text(2, 3), "0.666667");
  EXPECT_EQ(share_text(1, 2'000'000), "0.000001") << "half goes up";
  const std::uint64_t most = ~std::uint64_t{0};
  EXPECT_EQ(share_text(most, most), "1.000000");
  EXPECT_EQ(share_text(most / 2, most), "0.500000");
}

TEST(JsonName, EveryOctetGivesAsciiThatParsesBack) {
  for (unsigned c = 0; c < 256; ++c) {
    const std::vector<std::uint8_t> name{'a', static_cast<std::uint8_t>(c), 'b'};
    std::string out;
    append_json_name(out, name);
    for (const char o : out) EXPECT_TRUE(o >= 0x20 && o < 0x7f) << c;
    const std::string back = nlohmann::json::parse(out).get<std::string>();
    if (c >= 0x20 && c < 0x7f) {
      EXPECT_EQ(back, std::string("a") + static_cast<char>(c) + "b");
      continue;
    }
    std::string digits = std::to_string(c);
    digits.insert(0, 3 - digits.size(), '0');
    EXPECT_EQ(back, "a\\" + digits + "b");
  }
}

}  // namespace format_test
}  // namespace uptake::report
