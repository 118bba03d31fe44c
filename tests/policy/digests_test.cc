#include "policy/digests.h"

#include <gtest/gtest.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string_view>

namespace uptake {
namespace digests_test {

Bytes bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Address v6(std::initializer_list<std::uint8_t> octets) {
  Address address{{}, Family::v6};
  std::copy(octets.begin(), octets.end(), address.octets.begin());
  return address;
}

TEST(Digests, AreWhatTheLibraryMakesOfTheKey) {
  Digests::Key key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  std::array<std::uint8_t, XXH3_SECRET_SIZE_MIN> secret{};
  ASSERT_EQ(XXH3_generateSecret(secret.data(), secret.size(), key.data(), key.size()), XXH_OK);
  for (const std::string_view name : {".", "nl", "example.com", "a.name.of.more.than.sixteen.octets.example"})
    EXPECT_EQ(Digests(key).name(bytes_of(name)),
              XXH3_64bits_withSecret(name.data(), name.size(), secret.data(), secret.size()));
}

TEST(Digests, StayTheSameFromReleaseToRelease) {
  EXPECT_EQ(Digests::published().name(bytes_of("example.com")), 6864336481071451390U);
  EXPECT_EQ(Digests::published().prefix(v6({0x20, 0x01, 0x0d, 0xb8}), PrefixMask(Family::v6, 56)), 5107830186369321U);
  EXPECT_EQ(Digests::published().server(v6({0x20, 0x01, 0x0d, 0xb8}), 443, 1), 410753448932857546U);
}

TEST(Digests, CutsAddressesToTheirPrefix) {
  const Digests digests = Digests::published();
  const auto first = [&](unsigned bits, const Address& of) {
    return digests.prefix(of, PrefixMask(Family::v6, bits));
  };
  const Address a = v6({0x20, 0x01, 0x0d, 0xb8, 0, 1, 0xab, 0x10, 9});
  const Address same56 = v6({0x20, 0x01, 0x0d, 0xb8, 0, 1, 0xab, 0x7f, 1});
  const Address other56 = v6({0x20, 0x01, 0x0d, 0xb8, 0, 1, 0xac, 0x10, 9});
  EXPECT_EQ(first(56, a), first(56, same56));
  EXPECT_NE(first(56, a), first(56, other56));
  EXPECT_NE(first(64, a), first(64, same56));
  // A length inside an octet: 0xac and 0xab agree in 5 bits and differ in the sixth.
  EXPECT_EQ(first(53, a), first(53, other56));
  EXPECT_NE(first(54, a), first(54, other56));
  EXPECT_EQ(first(128, a), first(200, a));
  EXPECT_EQ(first(0, a), first(0, other56));
  EXPECT_NE(first(32, a), first(33, a));
}

TEST(Digests, KeepsFamiliesApart) {
  const Digests digests = Digests::published();
  EXPECT_NE(digests.prefix(Address{{}, Family::v4}, PrefixMask(Family::v4, 32)),
            digests.prefix(Address{{}, Family::v6}, PrefixMask(Family::v6, 32)));
  EXPECT_NE(digests.server(Address{{}, Family::v4}, 443, 0), digests.server(Address{{}, Family::v6}, 443, 0));
}

TEST(Digests, NamesServersByAddressPortAndName) {
  const Digests digests = Digests::published();
  const Address a = v6({0x20, 0x01});
  const std::uint64_t name = digests.name(bytes_of("example.com"));
  EXPECT_EQ(digests.server(a, 443, name), digests.server(a, 443, name));
  EXPECT_NE(digests.server(a, 443, name), digests.server(a, 444, name));
  EXPECT_NE(digests.server(a, 443, name), digests.server(a, 443, 0));
  EXPECT_NE(digests.server(a, 443, name), digests.server(v6({0x20, 0x02}), 443, name));
}

TEST(Digests, DependsOnTheKey) {
  const Bytes name = bytes_of("example.com");
  EXPECT_EQ(Digests::published().name(name), Digests::published().name(name));
  EXPECT_NE(Digests::fresh().name(name), Digests::fresh().name(name));
}

TEST(Digests, ReadsKeyFiles) {
  const Bytes name = bytes_of("example.com");
  const auto raw = Digests::from_text("0123456789abcdef");
  const auto hex = Digests::from_text("30313233 34353637 38396162 63646566\n");
  ASSERT_TRUE(raw && hex);
  EXPECT_EQ(raw->name(name), hex->name(name));
  EXPECT_FALSE(Digests::from_text(""));
  EXPECT_FALSE(Digests::from_text("0123456789abcde"));
  EXPECT_FALSE(Digests::from_text("303132333435363738396162636465zz"));
  EXPECT_FALSE(Digests::from_text("3031323334353637383961626364656600"));
}

}  // namespace digests_test
}  // namespace uptake
