#include "dataplane/flows/byte_classes.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>

#include "dissectors/tls/facts.h"

namespace uptake {
namespace byte_classes_test {

constexpr Standard kStandard{"toy", "Toy", "no RFC"};
constexpr std::array<FactRow, 1> kFacts{{{"toy", ""}}};

template <unsigned kBit>
Judgement bit_of(std::uint64_t value, const Profile&) noexcept {
  return Judgement::pass_if((value >> kBit & 1) != 0);
}
template <unsigned kBit>
constexpr Measure measure_of(std::string_view id) {
  return {id, &kStandard, Unit::bytes, "toy", 0, bit_of<kBit>, "?", "?", "?"};
}
constexpr std::array kMeasures = {
    measure_of<0>("b.0"),  measure_of<1>("b.1"),  measure_of<2>("b.2"),  measure_of<3>("b.3"),  measure_of<4>("b.4"),
    measure_of<5>("b.5"),  measure_of<6>("b.6"),  measure_of<7>("b.7"),  measure_of<8>("b.8"),  measure_of<9>("b.9"),
    measure_of<10>("b.a"), measure_of<11>("b.b"), measure_of<12>("b.c"), measure_of<13>("b.d"),
};

Registry toy_registry() {
  return Registry({{"toy", kFacts, [](const Payload&) noexcept { return Claim::no; },
                    [](Call&, Memory&) noexcept { return Result{}; }, [](Memory&, Ending, Notes&) noexcept {}}});
}
Catalogue toy_catalogue() {
  static const std::array kAreas = {Area{"toy", kMeasures, nullptr}};
  return Catalogue(toy_registry(), kAreas, default_profile());
}

TEST(ByteClasses, WhatIsJudgedAlikeSharesAClass) {
  const Catalogue catalogue = toy_catalogue();
  const auto classes = std::make_unique<ByteClasses>();
  const std::uint16_t first = classes->intern(catalogue, 0, 1, {});
  EXPECT_GT(first, ByteClasses::kOverflow);
  // Only the low 14 bits are judged.
  for (std::uint64_t other = 1; other < 100'000; ++other)
    ASSERT_EQ(classes->intern(catalogue, 0, other << 20 | 1, {}), first);
  EXPECT_NE(classes->intern(catalogue, 0, 2, {}), first);
  EXPECT_NE(classes->intern(catalogue, 0, 1, {Family::v6, {}, {}}), first);
  classes->add(first, 1, 1500);
  EXPECT_EQ(classes->in_use().front().bytes[1], 1500U);
  EXPECT_EQ(classes->in_use().front().bytes[0], 0U);
  EXPECT_EQ(classes->in_use().size(), 3U);
}

TEST(ByteClasses, WhatCarriesAStreamCountsForItToo) {
  const Catalogue catalogue = toy_catalogue();
  const auto classes = std::make_unique<ByteClasses>();
  const std::uint16_t inside = classes->intern(catalogue, 0, 1, {});
  const std::uint16_t alone = classes->intern(catalogue, 0, 2, {});
  const std::uint16_t carrying = classes->intern(catalogue, 0, 2, {}, inside);
  EXPECT_NE(carrying, alone);
  EXPECT_EQ(classes->at(carrying).also, inside);
  EXPECT_EQ(classes->at(alone).also, ByteClasses::kNone);
  EXPECT_EQ(classes->intern(catalogue, 0, 2, {}, inside), carrying);
  EXPECT_EQ(classes->intern(catalogue, 0, 2, {}), alone);
}

TEST(ByteClasses, FullItKeepsWhatItHasAndSaysSo) {
  const Catalogue catalogue = toy_catalogue();
  const auto classes = std::make_unique<ByteClasses>();
  std::array<std::uint16_t, 100> first{};
  for (std::uint64_t value = 0; value < first.size(); ++value)
    first[value] = classes->intern(catalogue, 0, value, {});
  std::uint64_t refused = 0;
  for (std::uint64_t value = 0; value < 1U << 14; ++value)
    if (classes->intern(catalogue, 0, value, {}) == ByteClasses::kOverflow) ++refused;
  EXPECT_EQ(refused, (1U << 14) - (ByteClasses::kCapacity - 2U));
  for (std::uint64_t value = 0; value < first.size(); ++value)
    EXPECT_EQ(classes->intern(catalogue, 0, value, {}), first[value]);
}

/// Any bits that a session can have, and many that none has. What was negotiated is known of complete ones alone.
std::uint64_t random_session(std::mt19937_64& random) {
  const auto below = [&random](std::uint64_t bound) { return random() % bound; };
  tls::SessionBits s = tls::SessionBits::unpack(random());
  constexpr std::array<std::uint16_t, 12> kSuites = {0x1301, 0x1302, 0x1305, 0xc02f, 0xc030, 0xc013,
                                                     0xc027, 0x009c, 0x002f, 0x000a, 0x00a8, 0x0033};
  constexpr std::array<std::uint16_t, 9> kGroups = {0x001d, 0x0017, 0x0015, 0x0100, 0x0101,
                                                    0x11ec, 0x0202, 0x6399, 3};
  if (below(4) != 0) s.suite = kSuites[below(kSuites.size())];
  if (below(4) != 0) s.group = kGroups[below(kGroups.size())];
  s.sight = static_cast<tls::Sight>(below(9));
  s.version_minor = static_cast<std::uint8_t>(below(2) == 0 ? 3 + below(2) : below(16));
  if (below(4) != 0) s.sight = tls::Sight::complete;
  if (s.sight != tls::Sight::complete) s.version_minor = 15;
  return s.pack();
}

TEST(ByteClasses, SessionsOfAnyKindAreFew) {
  const Registry registry(dissectors());
  const Catalogue catalogue = standard_catalogue(registry);
  const auto fact = static_cast<FactId>(registry.base("tls") + tls::kSession);
  const auto classes = std::make_unique<ByteClasses>();
  std::mt19937_64 random(20251129);
  for (int i = 0; i < 4'000'000; ++i) {
    const Cell cell{static_cast<Family>(random() & 1), static_cast<Direction>(random() % 3), {}};
    ASSERT_GT(classes->intern(catalogue, fact, random_session(random), cell), ByteClasses::kOverflow) << i;
  }
  RecordProperty("classes", static_cast<int>(classes->in_use().size()));
  EXPECT_LT(classes->in_use().size(), ByteClasses::kCapacity * 3U / 4U);
  EXPECT_GT(classes->in_use().size(), 600U) << "of six cells";
  // They stay when a window closes: the same sessions find the same classes.
  const std::size_t then = classes->in_use().size();
  std::mt19937_64 again(20251129);
  for (int i = 0; i < 1'000'000; ++i) {
    const Cell cell{static_cast<Family>(again() & 1), static_cast<Direction>(again() % 3), {}};
    (void)classes->intern(catalogue, fact, random_session(again), cell);
  }
  EXPECT_EQ(classes->in_use().size(), then);
}

}  // namespace byte_classes_test
}  // namespace uptake
