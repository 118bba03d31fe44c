#include "dataplane/customers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace uptake {
namespace customers_test {

using testing::HasSubstr;

std::vector<CustomerPrefix> read(std::string_view text) {
  const Either<std::vector<CustomerPrefix>> prefixes = parse_customers(text, "customers", {});
  const Refusal* refusal = std::get_if<Refusal>(&prefixes);
  EXPECT_EQ(refusal, nullptr) << refusal->line();
  return refusal == nullptr ? std::get<std::vector<CustomerPrefix>>(prefixes) : std::vector<CustomerPrefix>{};
}

TEST(Customers, ReadsPrefixesBetweenCommentsAndBlanks) {
  const std::vector<CustomerPrefix> prefixes =
      read("# ours\n192.0.2.0/24\r\n\n\t2001:db8::/32  # the rest\n198.51.100.7\n0.0.0.0/0");
  ASSERT_EQ(prefixes.size(), 4U);
  EXPECT_EQ(prefixes[0].address.family, Family::v4);
  EXPECT_EQ(prefixes[0].address.octets[0], 192);
  EXPECT_EQ(prefixes[0].bits, 24);
  EXPECT_EQ(prefixes[1].address.family, Family::v6);
  EXPECT_EQ(prefixes[1].address.octets[3], 0xb8);
  EXPECT_EQ(prefixes[1].bits, 32);
  EXPECT_EQ(prefixes[2].bits, 32);
  EXPECT_EQ(prefixes[3].bits, 0);
}

TEST(Customers, ALineThatNamesOneSubscriberTiesItsPrefixes) {
  const std::vector<CustomerPrefix> prefixes =
      read("192.0.2.1 2001:db8:1::/56\n192.0.2.2/32,\t2001:db8:2::/56 # both\n198.51.100.0/24\n192.0.2.3\n");
  ASSERT_EQ(prefixes.size(), 6U);
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U}) EXPECT_TRUE(prefixes[i].tied) << i;
  EXPECT_FALSE(prefixes[4].tied) << "a /24 holds many";
  EXPECT_EQ(prefixes[0].line, prefixes[1].line);
  EXPECT_NE(prefixes[1].line, prefixes[2].line);
  EXPECT_EQ(prefixes[3].line, 2U);
}

TEST(Customers, AWrongLineIsNamedByItsNumber) {
  const std::pair<std::string, std::string> wrongs[] = {
      {"192.0.2.0/24\nnonsense\n", "customers:2: \"nonsense\" is no prefix"},
      {"192.0.2.0/33", "customers:1: "},
      {"192.0.2.0/", "between 0 and 32"},
      {"192.0.2.0/-1", "between 0 and 32"},
      {"2001:db8::/129", "between 0 and 128"},
      {"192.0.2.1/24", "bits are set behind"},
      {"192.0.2/24", "is no prefix"},
      {std::string("192.0.2.0\0/24", 13), "is no prefix"},
      {"\x1b[31m\xff", "\"?[31m?\""},
      {"192.0.2.1 2001:db8::/56\n192.0.2.2 2001:db8::/56\n", "customers:2: a prefix of it stands on line 1 too"},
      {"192.0.2.1 2001:db8::/x", "between 0 and 128"},
      {"# nothing\n", "holds no prefix"},
      {"", "holds no prefix"},
  };
  for (const auto& [text, says] : wrongs) {
    const Either<std::vector<CustomerPrefix>> result = parse_customers(text, "customers", {});
    const Refusal* refusal = std::get_if<Refusal>(&result);
    ASSERT_NE(refusal, nullptr) << text;
    EXPECT_EQ(refusal->why, Why::configuration);
    EXPECT_THAT(refusal->line(), HasSubstr(says));
  }
}

}  // namespace customers_test
}  // namespace uptake
