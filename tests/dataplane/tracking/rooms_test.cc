#include "tests/toy/rooms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/dataplane/conversation.h"
#include "tests/dataplane/listening.h"

// The ways in which dissectors work together, each shown by a protocol that nobody speaks.
namespace uptake {
namespace rooms_test {

using test::Conversation;
using test::Listening;
using test::Traffic;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using toy::said;

std::vector<std::uint64_t> guests(const Listening& heard) { return heard.values("guest", toy::kSaid); }

/// A Guest's message that says one octet, padded to `size` octets behind its length.
std::string message(char octet, std::size_t size = 2) {
  std::string text{static_cast<char>(size), '@', octet};
  text.resize(size + 1, 'x');
  return text;
}

// Hand-over ---------------------------------------------------------------------------------------------------------

constexpr std::uint64_t from(Side side, char octet, Carrier carrier) {
  return said(static_cast<std::uint8_t>(octet), carrier, side, true);
}
const auto kBehindUsher = ElementsAre(from(Side::client, 'a', Carrier::smtp), from(Side::client, 'b', Carrier::smtp),
                                      from(Side::server, 'c', Carrier::smtp), from(Side::server, 'd', Carrier::smtp));

TEST(HandOver, TheNextDissectorKnowsItsRoleAndWhereItStands) {
  Traffic traffic;
  Conversation talk(traffic, {});
  talk.open().ask("HELLO you\n").tell("HELLO back\n");
  talk.ask(message('a')).ask(message('b')).tell(message('c')).tell(message('d')).close();
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic).end();
  EXPECT_THAT(guests(heard), kBehindUsher);
  EXPECT_THAT(heard.values("usher", toy::kSaid), ElementsAre(2U)) << "calls counted in its workspace; not finished";
  EXPECT_EQ(heard.pending(), 0U);
}

TEST(HandOver, WhatLiesBehindTheBoundaryIsOfferedAtOnce) {
  Traffic traffic;
  Conversation talk(traffic, {});
  talk.open().ask("HELLO you\n").tell("HELLO back\n" + message('c') + message('d'));
  talk.ask(message('a') + message('b'));
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  EXPECT_THAT(guests(heard),
              ElementsAre(from(Side::server, 'c', Carrier::smtp), from(Side::server, 'd', Carrier::smtp),
                          from(Side::client, 'a', Carrier::smtp), from(Side::client, 'b', Carrier::smtp)));
}

TEST(HandOver, WhatTheOtherSideSentAheadIsOfferedToo) {
  Traffic traffic;
  Conversation talk(traffic, {});
  talk.open().ask("HELLO you\n").ask(message('a').substr(0, 2)).tell("HELLO back\n");
  talk.ask(message('a').substr(2) + message('b')).tell(message('c') + message('d'));
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  EXPECT_THAT(guests(heard), kBehindUsher);
}

TEST(HandOver, EveryCutOfTheStreamsGivesTheSame) {
  const std::string client = "HELLO you\n" + message('a') + message('b');
  const std::string server = "HELLO back\n" + message('c') + message('d');
  for (std::size_t mss = 1; mss <= client.size(); ++mss) {
    Traffic traffic;
    Conversation talk(traffic, {});
    talk.open().ask(client.substr(0, 10), mss).tell(server.substr(0, 11), mss);
    talk.ask(client.substr(10), mss).tell(server.substr(11), mss).close();
    Listening heard(toy::dissectors_with_rooms());
    heard.hear(traffic).end();
    EXPECT_THAT(guests(heard), kBehindUsher) << mss;
  }
}

TEST(HandOver, AHoleBehindTheBoundaryEndsTheNextDissectorsSide) {
  Traffic traffic;
  Conversation talk(traffic, {});
  talk.open().ask("HELLO you\n").tell("HELLO back\n").ask(message('a')).lose(true, 3).tell(message('c'));
  talk.ask(message('b')).close();
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic).end();
  EXPECT_THAT(guests(heard), ElementsAre(from(Side::client, 'a', Carrier::smtp),
                                         from(Side::server, 'c', Carrier::smtp), 0xf0U | 1U | 1U << 2));
  EXPECT_EQ(heard.limit(Limit::stream_gap), 1U);
}

TEST(HandOver, BehindAHoleThatTookTheBoundary) {
  Traffic traffic;
  Conversation talk(traffic, {});
  talk.open().ask("HELLO you\n").lose(false, 11).ask(message('a')).tell(message('c'));
  for (int i = 0; i < 20; ++i) talk.segment(true, tcp::kAck);
  talk.ask(message('b')).tell(message('d')).close();
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic).end();
  EXPECT_THAT(guests(heard),
              UnorderedElementsAre(from(Side::client, 'a', Carrier::smtp), from(Side::client, 'b', Carrier::smtp),
                                   from(Side::server, 'c', Carrier::smtp), from(Side::server, 'd', Carrier::smtp)));
  EXPECT_EQ(heard.limit(Limit::stream_gap), 1U);
  EXPECT_THAT(heard.values("usher", toy::kSaid), IsEmpty()) << "it has handed over";
}

TEST(HandOver, ASuccessorThatIsNoDissectorIsRefused) {
  std::vector<Row> rows = dissectors();
  rows.push_back(row_of<toy::Usher>());
  EXPECT_THROW(Registry{rows}, std::invalid_argument);
}

// Carried streams ---------------------------------------------------------------------------------------------------

std::string piece(std::size_t offset, std::string_view octets) {
  std::string text;
  for (const std::size_t number : {offset, octets.size()}) {
    text += static_cast<char>(number >> 8);
    text += static_cast<char>(number & 0xff);
  }
  return text.append(octets);
}
std::string parcel(const std::vector<std::string>& pieces) {
  std::string text = "PARCEL";
  for (const std::string& one : pieces) text += one;
  return text;
}
const auto kCarried = ElementsAre(from(Side::client, 'a', Carrier::quic), from(Side::client, 'b', Carrier::quic),
                                  from(Side::server, 'c', Carrier::quic), from(Side::server, 'd', Carrier::quic));
const std::string kInner = message('a', 100) + message('b', 100);
const std::string kInnerBack = message('c', 50) + message('d');

TEST(Carried, PiecesInAnyOrderAndOverSeveralDatagramsAreOneStream) {
  for (const std::size_t step : {1U, 3U, 7U, 13U, 50U, 101U, 202U}) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < kInner.size(); at += step) pieces.push_back(piece(at, kInner.substr(at, step)));
    Traffic traffic;
    // Every second one first: as many holes as there may be.
    for (const std::size_t start : {1U, 0U}) {
      std::vector<std::string> part;
      for (std::size_t i = start; i < pieces.size(); i += 2) {
        part.push_back(pieces[i]);
        if (part.size() < Carried::kPieces && i + 2 < pieces.size() && part.size() < 8) continue;
        traffic.udp({}, true, parcel(part));
        part.clear();
      }
      if (pieces.size() > 2 * Carriage::kClientRanges) break;
    }
    traffic.udp({}, false, parcel({piece(30, kInnerBack.substr(30)), piece(0, kInnerBack.substr(0, 31))}));
    Listening heard(toy::dissectors_with_rooms());
    heard.hear(traffic).end();
    if (pieces.size() <= 2 * Carriage::kClientRanges) {
      EXPECT_THAT(guests(heard), kCarried) << step;
      EXPECT_EQ(heard.values("parcel", toy::kSaid).size(), 1U) << "its datagrams, when the flow ended";
    }
    EXPECT_EQ(heard.pending(), 0U);
    EXPECT_EQ(heard.free_chunks(), kShards * ConversationPool::kChunks) << step;
  }
}

TEST(Carried, OverlapsThatDifferAreCountedAndTheFirstOctetsWin) {
  Traffic traffic;
  std::string other = kInner;
  other[2] = 'z';
  traffic.udp({}, true, parcel({piece(1, kInner.substr(1, 5))}));
  traffic.udp({}, true, parcel({piece(0, other)}));
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  EXPECT_THAT(guests(heard),
              ElementsAre(from(Side::client, 'a', Carrier::quic), from(Side::client, 'b', Carrier::quic)));
  EXPECT_EQ(heard.limit(Limit::overlap_conflict), 1U);
}

TEST(Carried, AStreamThatNeverBecomesWholeIsToldWhenTheFlowEnds) {
  Traffic traffic;
  traffic.udp({}, true, parcel({piece(0, kInner.substr(0, 150))}));
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic).end();
  EXPECT_THAT(guests(heard), ElementsAre(from(Side::client, 'a', Carrier::quic), 0xf0U | 1U));
  EXPECT_EQ(heard.pending(), 0U);
}

TEST(Carried, WhatIsTooFarAheadIsGivenUpAloud) {
  Traffic traffic;
  traffic.udp({}, true, parcel({piece(kHandshakeBytes, "x")}));
  traffic.udp({}, true, parcel({piece(0, kInner)}));
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  EXPECT_THAT(guests(heard), IsEmpty());
  EXPECT_EQ(heard.limit(Limit::handshake_bytes), 1U);
}

TEST(Carried, FlowsBeyondThePoolAreGivenUpAloudAndCostNoMemory) {
  Traffic traffic;
  constexpr std::uint32_t kFlows = 2 * kShards * ConversationPool::kConversations;
  for (std::uint32_t i = 0; i < kFlows; ++i)
    traffic.udp({.client = 1 + i}, true, parcel({piece(0, kInner.substr(0, 150))}));
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  EXPECT_GT(heard.limit(Limit::handshake_evicted) + heard.limit(Limit::handshake_chunks), 0U);
  heard.end();
  EXPECT_EQ(heard.pending(), 0U);
  EXPECT_EQ(heard.free_chunks(), kShards * ConversationPool::kChunks);
}

// Lasting sessions --------------------------------------------------------------------------------------------------

std::string ever(std::size_t size) {
  std::string text = "EVER";
  text += static_cast<char>(size >> 8);
  text += static_cast<char>(size & 0xff);
  return text.append(size, 'e');
}

TEST(Lasting, MessagesWithoutEndAndOfAnySizeAreRead) {
  Traffic traffic;
  traffic.step_ns = 1000;
  Conversation talk(traffic, {});
  talk.open();
  for (int i = 0; i < 3000; ++i) talk.ask(ever(30));
  talk.tell(ever(60'000), 1400).tell(ever(65'500), 8000);
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  const auto values = heard.values("everlasting", toy::kSaid);
  ASSERT_EQ(values.size(), 3002U);
  EXPECT_EQ(values[3000], 60'000U);
  EXPECT_EQ(values[3001], 65'500U);
  heard.end();
  EXPECT_EQ(heard.values("everlasting", toy::kSaid).back(), std::uint64_t{1} << 32 | 3002U);
  EXPECT_EQ(heard.free_chunks(), kShards * ConversationPool::kChunks);
}

TEST(Lasting, BehindAHoleItGoesOnAndSaysSo) {
  Traffic traffic;
  Conversation talk(traffic, {});
  talk.open().ask(ever(30)).ask(ever(3000).substr(0, 1400)).lose(true, 1400).ask(ever(3000).substr(2800) + ever(40));
  for (int i = 0; i < 20; ++i) talk.segment(false, tcp::kAck).ask(ever(50));
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  const auto values = heard.values("everlasting", toy::kSaid);
  ASSERT_EQ(values.size(), 22U);
  EXPECT_EQ(values[0], 30U);
  EXPECT_EQ(values[1], 40U | 1U << 16);
  EXPECT_EQ(values[2], 50U);
}

/// Short connections that say half a hello.
void flood(Traffic& traffic, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Conversation talk(traffic, {.client = 100'000 + i});
    talk.open().ask("HELLO no end of line");
  }
}

TEST(Lasting, NoNumberOfShortConversationsThrowsItOut) {
  Traffic traffic;
  traffic.step_ns = 1000;
  std::vector<Conversation> talks;
  for (std::uint32_t i = 0; i < 50; ++i) talks.emplace_back(traffic, Traffic::Ends{.client = i + 1});
  for (Conversation& talk : talks) talk.open().ask(ever(20)).tell(ever(20));
  flood(traffic, 2 * kShards * ConversationPool::kConversations);
  for (Conversation& talk : talks) talk.ask(ever(21));
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  EXPECT_GT(heard.limit(Limit::handshake_evicted) + heard.limit(Limit::handshake_chunks), 0U);
  heard.end();
  std::size_t whole = 0;
  for (const std::uint64_t value : heard.values("everlasting", toy::kSaid))
    whole += value == (std::uint64_t{1} << 32 | 3U);
  EXPECT_EQ(whole, 50U);
}

TEST(Lasting, BeyondTheirShareTheOldestEndAloud) {
  Traffic traffic;
  traffic.step_ns = 1000;
  constexpr std::uint32_t kMany = 2 * kShards * ConversationPool::kLasting;
  for (std::uint32_t i = 0; i < kMany; ++i)
    Conversation(traffic, {.client = 1 + i}).open().ask(ever(20)).tell(ever(20));
  flood(traffic, 1000);
  Listening heard(toy::dissectors_with_rooms());
  heard.hear(traffic);
  EXPECT_GT(heard.limit(Limit::handshake_evicted), 0U);
  EXPECT_LE(heard.pending(), kShards * ConversationPool::kLasting + 1000);
  EXPECT_EQ(heard.values("usher", toy::kSaid).size(), 0U) << "no short one was thrown out for them";
}

}  // namespace rooms_test
}  // namespace uptake
