#include "policy/entities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <vector>

namespace uptake {
namespace entities_test {

struct Sighting {
  std::uint64_t digest;
  Marks marks;
};

// Three measures; what an entity does differs from sighting to sighting.
std::vector<Sighting> sightings(std::size_t entities, std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> digests(entities);
  for (std::uint64_t& d : digests) d = random() | 1;
  std::vector<Sighting> all;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t what = random();
    all.push_back({digests[random() % entities], {what & 7, what >> 3 & 7, what >> 6 & 7}});
  }
  return all;
}

Entities kept_of(std::span<const Sighting> all, std::size_t kept) {
  Entities entities(kept);
  for (const Sighting& s : all) entities.mark(s.digest, s.marks);
  entities.settle();
  return entities;
}

void expect_equal(const Entities& a, const Entities& b) {
  EXPECT_EQ(a.kept(), b.kept());
  EXPECT_EQ(a.sampled(), b.sampled());
  EXPECT_EQ(a.distinct(), b.distinct());
  for (unsigned bit = 0; bit < 3; ++bit) {
    const EntityCounts x = a.count(bit);
    const EntityCounts y = b.count(bit);
    EXPECT_EQ(x.pass, y.pass);
    EXPECT_EQ(x.fail, y.fail);
    EXPECT_EQ(x.unobservable, y.unobservable);
    EXPECT_EQ(x.best_pass, y.best_pass);
    EXPECT_EQ(x.best_fail, y.best_fail);
  }
}

TEST(Entities, CountsAtTheWorstVerdictWithTheBestBesideIt) {
  Entities entities(16);
  entities.mark(1, {1, 0, 0});
  entities.mark(2, {1, 0, 0});
  entities.mark(2, {0, 1, 0});
  entities.mark(3, {0, 1, 0});
  entities.mark(4, {0, 0, 1});
  entities.mark(5, {1, 0, 0});
  entities.mark(5, {0, 0, 1});
  entities.mark(6, {2, 0, 0});
  entities.settle();
  const EntityCounts counts = entities.count(0);
  EXPECT_EQ(counts.pass, 2U);          // 1 and 5
  EXPECT_EQ(counts.fail, 2U);          // 2 and 3
  EXPECT_EQ(counts.unobservable, 1U);  // 4
  EXPECT_EQ(counts.best_pass, 3U);     // 1, 2 and 5
  EXPECT_EQ(counts.best_fail, 1U);     // 3
  EXPECT_EQ(entities.distinct(), 6U);
  EXPECT_FALSE(entities.sampled());
}

TEST(Entities, IsExactUpToItsSizeAndKeepsTheSmallestBeyond) {
  std::vector<Sighting> all = sightings(500, 20000, 1);
  const Entities exact = kept_of(all, 500);
  EXPECT_FALSE(exact.sampled());
  EXPECT_EQ(exact.distinct(), 500U);

  // The truth by brute force: what the 100 smallest did, over all their sightings.
  std::vector<std::uint64_t> digests;
  for (const Sighting& s : all) digests.push_back(s.digest);
  std::sort(digests.begin(), digests.end());
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
  Entities truth(1000);
  for (const Sighting& s : all)
    if (s.digest <= digests[99]) truth.mark(s.digest, s.marks);
  const Entities sample = kept_of(all, 100);
  EXPECT_TRUE(sample.sampled());
  EXPECT_EQ(sample.kept(), 100U);
  for (unsigned bit = 0; bit < 3; ++bit) {
    EXPECT_EQ(sample.count(bit).pass, truth.count(bit).pass);
    EXPECT_EQ(sample.count(bit).fail, truth.count(bit).fail);
    EXPECT_EQ(sample.count(bit).unobservable, truth.count(bit).unobservable);
  }
}

TEST(Entities, AnyOrderAndAnySplitGiveTheSame) {
  std::mt19937_64 random(7);
  for (const std::size_t entities : {50UL, 64UL, 65UL, 128UL, 129UL, 3000UL}) {
    std::vector<Sighting> all = sightings(entities, 6000, static_cast<unsigned>(entities));
    const Entities whole = kept_of(all, 64);
    for (int round = 0; round < 10; ++round) {
      std::shuffle(all.begin(), all.end(), random);
      expect_equal(kept_of(all, 64), whole);
      const std::size_t parts = 1 + random() % 5;
      std::vector<Entities> pieces;
      for (std::size_t i = 0; i < parts; ++i) pieces.emplace_back(64);
      for (const Sighting& s : all) pieces[random() % parts].mark(s.digest, s.marks);
      for (Entities& piece : pieces) piece.settle();
      std::shuffle(pieces.begin(), pieces.end(), random);
      // Left fold, then right fold: union associates.
      Entities left(64);
      for (const Entities& piece : pieces) left.merge(piece);
      expect_equal(left, whole);
      for (std::size_t i = pieces.size() - 1; i > 0; --i) pieces[i - 1].merge(pieces[i]);
      expect_equal(pieces[0], whole);
    }
  }
}

TEST(Entities, MergingTwiceChangesNothing) {
  const std::vector<Sighting> all = sightings(3000, 9000, 3);
  const Entities once = kept_of(all, 64);
  Entities twice = kept_of(all, 64);
  twice.merge(once);
  expect_equal(twice, once);
}

TEST(Entities, EstimatesHowManyThereWere) {
  Entities entities(4096);
  std::mt19937_64 random(11);
  constexpr double kTrue = 300000;
  for (int i = 0; i < static_cast<int>(kTrue); ++i) entities.mark(random() | 1, {1, 0, 0});
  entities.settle();
  // Five standard errors of 1/sqrt(k).
  EXPECT_NEAR(static_cast<double>(entities.distinct()), kTrue, kTrue * 5 / std::sqrt(4096.0));
}

TEST(Entities, SurvivesDigestsThatShareTheirLowBits) {
  Entities entities(64);
  for (std::uint64_t i = 1; i <= 1000; ++i) entities.mark(i << 32, {1, 0, 0});
  entities.settle();
  EXPECT_EQ(entities.kept(), 64U);
  EXPECT_EQ(entities.count(0).pass, 64U);
}

}  // namespace entities_test
}  // namespace uptake
