#include "dataplane/fragments/fragment_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/dissectors/frame/packets.h"

namespace uptake {
namespace fragment_table_test {

using namespace test;
using testing::ElementsAreArray;
using What = FragmentTable::What;

constexpr std::uint64_t kMs = 1'000'000;

/// Piece: a part of a datagram's payload.
struct Piece {
  std::size_t offset;
  std::size_t size;
};

Segment piece_of(const Octets& datagram, Piece piece, std::uint32_t id = 1, std::uint8_t protocol = 17) {
  Segment s;
  s.source.octets = {192, 0, 2, 1};
  s.destination.octets = {198, 51, 100, 2};
  s.payload = datagram.data() + piece.offset;
  s.payload_captured = s.payload_wire = static_cast<std::uint32_t>(piece.size);
  s.ip_length = s.payload_wire + 20;
  s.ip_id = id;
  s.header_digest = static_cast<std::uint32_t>(piece.offset * 31 + id);
  s.fragment_offset = static_cast<std::uint16_t>(piece.offset);
  s.protocol = protocol;
  s.layers = 2;
  s.has_ip = true;
  s.is_fragment = true;
  s.more_fragments = piece.offset + piece.size < datagram.size();
  return s;
}

/// Books: adds fragments and holds the table to its promise that every frame added is held or has ended.
class Books {
 public:
  explicit Books(FragmentTable::Limits limits = {}) : table(limits) {}
  FragmentTable::Outcome add(const Segment& fragment, std::uint64_t time_ns = 0) {
    ++added_;
    const FragmentTable::Outcome outcome = table.add(fragment, time_ns);
    ended_ += outcome.completed + outcome.dropped + (outcome.what == What::duplicate ? 1 : 0);
    dropped += outcome.dropped;
    EXPECT_EQ(table.held() + ended_, added_);
    EXPECT_EQ(outcome.what == What::whole, outcome.completed > 0);
    EXPECT_LE(outcome.evicted, outcome.dropped);
    return outcome;
  }
  std::uint32_t drain() {
    const std::uint32_t count = table.drain();
    ended_ += count;
    EXPECT_EQ(ended_, added_);
    EXPECT_EQ(table.held(), 0U);
    return count;
  }
  FragmentTable table;
  std::uint64_t dropped = 0;

 private:
  std::uint64_t added_ = 0;
  std::uint64_t ended_ = 0;
};

TEST(FragmentTable, AnyOrderGivesTheDatagram) {
  const Octets datagram = numbers(3003);
  std::vector<Piece> pieces = {{0, 1000}, {1000, 8}, {1008, 992}, {2000, 1000}, {3000, 3}};
  std::sort(pieces.begin(), pieces.end(), [](Piece a, Piece b) { return a.offset < b.offset; });
  do {
    Books books;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i)
      EXPECT_EQ(books.add(piece_of(datagram, pieces[i])).what, What::held);
    const auto outcome = books.add(piece_of(datagram, pieces.back()));
    ASSERT_EQ(outcome.what, What::whole);
    EXPECT_EQ(outcome.completed, 5U);
    EXPECT_THAT(outcome.payload, ElementsAreArray(datagram));
    EXPECT_EQ(outcome.first->fragment_offset, 0);
    EXPECT_EQ(outcome.first->payload_wire, 1000U);
    EXPECT_EQ(books.drain(), 0U);
  } while (std::next_permutation(pieces.begin(), pieces.end(), [](Piece a, Piece b) { return a.offset < b.offset; }));
}

TEST(FragmentTable, TheLargestDatagram) {
  const Octets datagram = numbers(65535);
  Books books;
  for (std::size_t at = 0; at < datagram.size(); at += 1480) {
    const auto outcome = books.add(piece_of(datagram, {at, std::min<std::size_t>(1480, datagram.size() - at)}));
    if (at + 1480 < datagram.size()) {
      EXPECT_EQ(outcome.what, What::held);
      continue;
    }
    ASSERT_EQ(outcome.what, What::whole);
    EXPECT_THAT(outcome.payload, ElementsAreArray(datagram));
  }
}

TEST(FragmentTable, CopiesAreDuplicatesBeforeAndAfterTheDatagramIsWhole) {
  const Octets datagram = numbers(24);
  Books books;
  EXPECT_EQ(books.add(piece_of(datagram, {0, 16})).what, What::held);
  EXPECT_EQ(books.add(piece_of(datagram, {0, 16})).what, What::duplicate);
  EXPECT_EQ(books.add(piece_of(datagram, {16, 8})).what, What::whole);
  EXPECT_EQ(books.add(piece_of(datagram, {16, 8}), kMs).what, What::duplicate);
  EXPECT_EQ(books.add(piece_of(datagram, {0, 16}), kMs).what, What::duplicate);
  // Later it is the same identification again.
  EXPECT_EQ(books.add(piece_of(datagram, {0, 16}), 50 * kMs).what, What::held);
  EXPECT_EQ(books.add(piece_of(datagram, {16, 8}), 50 * kMs).what, What::whole);
}

TEST(FragmentTable, EqualOverlapIsHarmless) {
  const Octets datagram = numbers(100);
  Books books;
  EXPECT_EQ(books.add(piece_of(datagram, {0, 48})).what, What::held);
  EXPECT_EQ(books.add(piece_of(datagram, {64, 36})).what, What::held);
  const auto outcome = books.add(piece_of(datagram, {32, 40}));
  ASSERT_EQ(outcome.what, What::whole);
  EXPECT_FALSE(outcome.conflict);
  EXPECT_THAT(outcome.payload, ElementsAreArray(datagram));
}

TEST(FragmentTable, TheFirstOctetsWinAndDatagramsNeverMix) {
  const Octets datagram = numbers(64);
  const Octets other(64, 0xaa);
  // Every overlapping pair of pieces: the second, of another datagram, leaves nothing behind.
  for (std::size_t start = 0; start < 64; start += 8) {
    for (std::size_t end = start + 8; end <= 64; end += 8) {
      Books books;
      EXPECT_EQ(books.add(piece_of(datagram, {16, 32})).what, What::held);
      const auto outcome = books.add(piece_of(other, {start, end - start}));
      const bool overlaps = start < 48 && end > 16;
      EXPECT_EQ(outcome.conflict, overlaps);
      EXPECT_EQ(outcome.what, overlaps ? What::dropped : What::held);
      if (!overlaps) continue;
      EXPECT_EQ(books.add(piece_of(datagram, {0, 16})).what, What::held);
      const auto last = books.add(piece_of(datagram, {48, 16}));
      ASSERT_EQ(last.what, What::whole);
      EXPECT_THAT(last.payload, ElementsAreArray(datagram));
    }
  }
}

TEST(FragmentTable, ASecondEndContradicts) {
  const Octets datagram = numbers(64);
  const Octets shorter = numbers(56);
  const Octets longer = numbers(72);
  Books books;
  EXPECT_EQ(books.add(piece_of(datagram, {48, 16})).what, What::held);
  EXPECT_TRUE(books.add(piece_of(shorter, {40, 16})).conflict);
  EXPECT_TRUE(books.add(piece_of(longer, {56, 16})).conflict);
  EXPECT_EQ(books.add(piece_of(datagram, {0, 48})).what, What::whole);
}

TEST(FragmentTable, AnIdentificationThatComesRoundReplacesAStaleDatagram) {
  const Octets lost = numbers(64);
  const Octets next(64, 0xaa);
  Books books;
  EXPECT_EQ(books.add(piece_of(lost, {0, 32})).what, What::held);
  const auto outcome = books.add(piece_of(next, {0, 32}), 2000 * kMs);
  EXPECT_EQ(outcome.what, What::held);
  EXPECT_TRUE(outcome.conflict);
  EXPECT_EQ(outcome.dropped, 1U);
  const auto last = books.add(piece_of(next, {32, 32}), 2001 * kMs);
  ASSERT_EQ(last.what, What::whole);
  EXPECT_THAT(last.payload, ElementsAreArray(next));
}

TEST(FragmentTable, ProtocolIsPartOfTheKeyForIpv4Only) {
  const Octets datagram = numbers(64);
  Books books;
  EXPECT_EQ(books.add(piece_of(datagram, {0, 32}, 1, 17)).what, What::held);
  EXPECT_EQ(books.add(piece_of(datagram, {32, 32}, 1, 6)).what, What::held);
  EXPECT_EQ(books.add(piece_of(datagram, {32, 32}, 2, 17)).what, What::held);
  EXPECT_EQ(books.drain(), 3U);

  Segment first = piece_of(datagram, {0, 32}, 1, 17);
  Segment last = piece_of(datagram, {32, 32}, 1, 60);
  for (Segment* s : {&first, &last}) s->source.family = s->destination.family = Family::v6;
  EXPECT_EQ(books.add(last).what, What::held);
  const auto outcome = books.add(first);
  ASSERT_EQ(outcome.what, What::whole);
  EXPECT_EQ(outcome.first->protocol, 17);
}

TEST(FragmentTable, TimeoutIsPacketTimeFromTheFirstFragment) {
  const Octets datagram = numbers(64);
  const std::uint64_t start = 1'000'000 * kMs;
  Books books;
  EXPECT_EQ(books.add(piece_of(datagram, {0, 32}), start).what, What::held);
  EXPECT_EQ(books.add(piece_of(datagram, {32, 16}), start + 30'000 * kMs).what, What::held);
  const auto late = books.add(piece_of(datagram, {48, 16}), start + 30'001 * kMs);
  EXPECT_EQ(late.what, What::held);
  EXPECT_EQ(late.dropped, 2U);
  // Time that runs backwards makes nothing old.
  EXPECT_EQ(books.add(piece_of(datagram, {0, 16}), 5).dropped, 0U);
  EXPECT_EQ(books.drain(), 2U);
}

TEST(FragmentTable, CutBySnaplenDropsTheDatagramAndWhatFollowsOfIt) {
  const Octets datagram = numbers(64);
  Books books;
  EXPECT_EQ(books.add(piece_of(datagram, {0, 32})).what, What::held);
  Segment cut = piece_of(datagram, {32, 16});
  cut.payload_captured = 10;
  const auto outcome = books.add(cut, 5 * kMs);
  EXPECT_EQ(outcome.what, What::dropped);
  EXPECT_EQ(outcome.dropped, 2U);
  EXPECT_EQ(books.add(piece_of(datagram, {48, 16}), 10 * kMs).what, What::dropped);
  EXPECT_EQ(books.drain(), 0U);
}

TEST(FragmentTable, TheLeastRecentlyUsedGivesWayWhenFull) {
  const Octets datagram = numbers(32);
  Books books({.datagrams = 4});
  for (std::uint32_t id = 0; id < 4; ++id) EXPECT_EQ(books.add(piece_of(datagram, {0, 8}, id)).what, What::held);
  EXPECT_EQ(books.add(piece_of(datagram, {8, 8}, 0)).what, What::held);
  const auto outcome = books.add(piece_of(datagram, {0, 8}, 9));
  EXPECT_EQ(outcome.what, What::held);
  EXPECT_EQ(outcome.evicted, 1U);
  EXPECT_EQ(books.add(piece_of(datagram, {16, 16}, 0)).what, What::whole);
  EXPECT_EQ(books.add(piece_of(datagram, {8, 24}, 1)).what, What::held);  // it was the one to go
  EXPECT_EQ(books.drain(), 4U);
}

TEST(FragmentTable, OctetsAreBounded) {
  const Octets datagram = numbers(60000);
  Books books({.datagrams = 64, .bytes = 64 * 1024});
  // The second datagram needs the room of the first.
  for (std::uint32_t id : {1U, 2U}) {
    for (std::size_t at = 0; at < 56000; at += 8000) (void)books.add(piece_of(datagram, {at, 8000}, id));
  }
  EXPECT_EQ(books.dropped, 7U);
  EXPECT_EQ(books.add(piece_of(datagram, {56000, 4000}, 2)).what, What::whole);
  // Tiny pieces far apart take a page each.
  for (std::uint32_t id = 10; id < 20; ++id)
    for (std::size_t at = 0; at < 59000; at += 1024) (void)books.add(piece_of(datagram, {at, 8}, id));
  EXPECT_LE(books.table.held(), 64U);
  (void)books.drain();
}

TEST(FragmentTable, EmptyAndOverlongPiecesAreDropped) {
  const Octets datagram = numbers(64);
  Books books;
  EXPECT_EQ(books.add(piece_of(datagram, {0, 0}, 1)).what, What::dropped);
  Segment overlong = piece_of(datagram, {0, 64}, 2);
  overlong.fragment_offset = 65528;
  EXPECT_EQ(books.add(overlong).what, What::dropped);
}

TEST(FragmentTable, BooksCloseForRandomPieces) {
  std::mt19937 random(7);
  const Octets datagram = numbers(400);
  const Octets other(400, 0x55);
  Books books({.datagrams = 6, .bytes = 64 * 1024});
  std::uint64_t now = 0;
  std::uint64_t whole = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::size_t start = random() % 50 * 8;
    const std::size_t end = std::min<std::size_t>(400, start + (1 + random() % 20) * 8);
    Segment s = piece_of(random() % 64 == 0 ? other : datagram, {start, end - start},
                         static_cast<std::uint32_t>(random() % 7));
    s.header_digest = static_cast<std::uint32_t>(random() % 16);
    if (random() % 1000 == 0) s.payload_captured /= 2;
    now += random() % 50 * kMs;
    whole += books.add(s, random() % 50 == 0 ? now / 2 : now).what == What::whole ? 1 : 0;
  }
  EXPECT_GT(whole, 1000U);
  (void)books.drain();
}

}  // namespace fragment_table_test
}  // namespace uptake
