// The packed values of TLS facts.

#include "dissectors/tls/facts.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>

namespace uptake::tls {
namespace facts_test {

TEST(CodePages, CodePointsInUseStayThemselves) {
  for (const std::uint16_t suite :
       std::to_array<std::uint16_t>({0x0000, 0x00c7, 0x1301, 0x5600, 0xc02f, 0xc106, 0xcca8, 0xd005, 0xfefe, 0xffff}))
    EXPECT_EQ(SessionBits::unpack(SessionBits{.suite = suite}.pack()).suite, suite);
  for (const std::uint16_t group :
       std::to_array<std::uint16_t>({0x0000, 0x001d, 0x0104, 0x0202, 0x11ec, 0x4138, 0x6399, 0xfe30, 0xff01}))
    EXPECT_EQ(SessionBits::unpack(SessionBits{.group = group}.pack()).group, group);
}

TEST(CodePages, OthersAreOneOtherAndTouchNoOtherField) {
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const auto point = static_cast<std::uint16_t>(code);
    const SessionBits bits = SessionBits::unpack(SessionBits{.suite = point, .group = point}.pack());
    ASSERT_TRUE(bits.suite == point || bits.suite == kOtherCodePoint) << code;
    ASSERT_TRUE(bits.group == point || bits.group == kOtherCodePoint) << code;
    ASSERT_EQ(bits.version_minor, 0) << code;
  }
  EXPECT_EQ(SessionBits::unpack(SessionBits{.suite = 0x5a01}.pack()).suite, kOtherCodePoint);
}

TEST(Facts, ThereIsRoom) {
  // Eight more application protocols, and three more bits of a session.
  constexpr auto kLast = static_cast<Alpn>(static_cast<unsigned>(Alpn::unobservable) + 8);
  EXPECT_EQ(SessionBits::unpack(SessionBits{.alpn = kLast}.pack()).alpn, kLast);
  EXPECT_EQ(OfferBits::unpack(OfferBits{.first_alpn = kLast}.pack()).first_alpn, kLast);
  EXPECT_LE(std::popcount(SessionFields::kUsed), 64 - 3);
}

}  // namespace facts_test
}  // namespace uptake::tls
