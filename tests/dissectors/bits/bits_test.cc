// The table of a packed value.

#include "dissectors/bits.h"

#include <gtest/gtest.h>

namespace uptake {
namespace bits_test {

enum class Colour : std::uint8_t { red, green, blue };

struct Shirt {
  std::uint16_t size = 7;
  Colour colour = Colour::green;
  bool ironed = false;
  bool worn = false;
  bool torn = false;
};
using ShirtFields = Fields<Shirt, Field<&Shirt::size, 0, 12, "size">, Field<&Shirt::colour, 62, 2, "colour">,
                           Flag<&Shirt::ironed, 13, "ironed">, Flag<&Shirt::worn, 12>, Derived<&Shirt::torn, "torn">>;

TEST(Bits, PackEachFieldInItsPlace) {
  static_assert(ShirtFields::kUsed == (std::uint64_t{3} << 62 | 0x3fff));
  EXPECT_EQ(ShirtFields::pack({.size = 0xabc, .colour = Colour::red}), 0xabcU);
  EXPECT_EQ(ShirtFields::pack({.size = 0, .colour = Colour::blue}), std::uint64_t{1} << 63);
  EXPECT_EQ(ShirtFields::pack({.size = 0, .colour = Colour::red, .ironed = true}), std::uint64_t{1} << 13);
  EXPECT_EQ(ShirtFields::pack({.size = 0, .colour = Colour::red, .worn = true}), std::uint64_t{1} << 12);
}

TEST(Bits, WhatIsPackedIsUnpacked) {
  for (std::uint64_t low = 0; low < 1U << 14; ++low) {
    for (std::uint64_t colour = 0; colour < 4; ++colour) {
      const std::uint64_t value = low | colour << 62;
      ASSERT_EQ(ShirtFields::pack(ShirtFields::unpack(value)), value);
    }
  }
}

TEST(Bits, WhatDoesNotFitTouchesNoOtherField) {
  const std::uint64_t value = ShirtFields::pack({.size = 0xffff, .colour = Colour::red});
  EXPECT_EQ(value, 0xfffU);
  EXPECT_FALSE(ShirtFields::unpack(value).worn);
}

TEST(Bits, WhatIsDerivedHasNoBits) {
  EXPECT_EQ(ShirtFields::pack({.torn = true}), ShirtFields::pack({}));
  EXPECT_FALSE(ShirtFields::unpack(~std::uint64_t{0}).torn);
}

TEST(Bits, NamesFollowTheTable) {
  EXPECT_EQ(ShirtFields::name<&Shirt::ironed>(), "ironed");
  EXPECT_EQ(ShirtFields::name<&Shirt::colour>(), "colour");
  EXPECT_EQ(ShirtFields::name<&Shirt::worn>(), "");
  EXPECT_EQ(ShirtFields::name<&Shirt::torn>(), "torn");
  EXPECT_EQ(ShirtFields::kMaskOf<&Shirt::ironed>, std::uint64_t{1} << 13);
}

}  // namespace bits_test
}  // namespace uptake
