// Streams that last: thousands of messages, long ones, lost segments, and streams met in the middle of a message.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/dataplane/conversation.h"

namespace uptake {
namespace long_streams_test {

using test::Conversation;
using test::read;
using test::Readout;
using test::text;
using test::Traffic;

constexpr std::uint16_t kDns = 53;

std::string query(unsigned id) {
  return text(dns::test::Builder(dns::test::kRdFlag, id & 0xffff)
                  .question("n" + std::to_string(id % 100) + ".example.org", 28)
                  .opt(1232, true)
                  .framed());
}
std::string response(unsigned id, std::size_t size = 0) {
  dns::test::Builder message(dns::test::kQr | dns::test::kRdFlag, id & 0xffff);
  message.question("n" + std::to_string(id % 100) + ".example.org", 16);
  for (std::size_t filled = 0; filled < size; filled += 212)
    message.record(1, 16, dns::test::txt_rdata(std::string(199, 'x')));
  return text(message.framed());
}

TEST(LongStreams, EveryQuestionOfAHundredThousandIsRead) {
  constexpr unsigned kCount = 50'500;
  Traffic traffic;
  // Both directions wrap on the way.
  Conversation talk(traffic, {.server_port = kDns}, 0xfff00000, 0xffe00000);
  talk.open();
  for (unsigned id = 0; id < kCount; ++id) talk.ask(query(id)).tell(response(id, 80));
  ASSERT_GT(traffic.packets.size(), 100'000U);
  const Readout got = read(traffic);
  EXPECT_EQ(got.queries(), kCount);
  EXPECT_EQ(got.responses(), kCount);
  EXPECT_EQ(got.of("dns.unread", Unit::records).hidden(), 0U);
}

/// Some of the segments of a long stream, in another order; which messages lost one.
TEST(LongStreams, LossAndReorderingCostTheMessagesTheyHitAndAreTold) {
  constexpr unsigned kCount = 51'000;
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kDns}, 0xfff00000, 0xffe00000);
  talk.open();
  std::mt19937 random(5);
  std::uint64_t lost = 0;
  for (unsigned id = 0; id < kCount; ++id) {
    const bool from_client_is_lost = id > 0 && random() % 200 == 0;
    const bool from_server_is_lost = id > 0 && random() % 200 == 0;
    lost += (from_client_is_lost ? 1U : 0U) + (from_server_is_lost ? 1U : 0U);
    const std::string asked = query(id);
    const std::string told = response(id, 80);
    if (from_client_is_lost) talk.lose(true, asked.size());
    if (!from_client_is_lost) talk.ask(asked);
    if (from_server_is_lost) talk.lose(false, told.size());
    if (!from_server_is_lost) talk.tell(told);
  }
  for (std::size_t i = 10; i + 10 < traffic.packets.size(); i += 3)
    if (random() % 10 == 0) std::swap(traffic.packets[i].bytes, traffic.packets[i + 1 + random() % 2].bytes);
  const Readout got = read(traffic);
  EXPECT_EQ(got.queries() + got.responses() + lost, 2U * kCount);
  EXPECT_GE(got.unread(Reason::gap), lost * 9 / 10);
  EXPECT_LE(got.unread(Reason::gap), lost);
  EXPECT_EQ(got.limit(Limit::stream_gap), got.unread(Reason::gap));
  EXPECT_GT(lost, 400U);
}

TEST(LongStreams, AMessageLongerThanTheBufferIsPassedOverByItsLength) {
  for (const std::size_t size : {16'300U, 16'500U, 20'480U, 40'000U, 64'000U}) {
    for (const std::size_t mss : {536U, 1400U, 9000U}) {
      Traffic traffic;
      Conversation talk(traffic, {.server_port = kDns});
      talk.open();
      for (unsigned id = 0; id < 5; ++id) talk.ask(query(id)).tell(response(id, id == 1 ? size : 200), mss);
      talk.close();
      const Readout got = read(traffic);
      EXPECT_EQ(got.responses(), 5U) << size << " " << mss;
      EXPECT_EQ(got.queries(), 5U) << size << " " << mss;
      EXPECT_EQ(got.limit(Limit::handshake_bytes), 0U);
    }
  }
}

TEST(LongStreams, ALostSegmentOfALongMessageIsNotWaitedFor) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kDns});
  talk.open();
  for (unsigned id = 0; id < 5; ++id) {
    talk.ask(query(id));
    if (id == 1) {
      const std::string longest = response(id, 40'000);
      talk.tell(longest.substr(0, 14'000)).lose(false, 1400).tell(longest.substr(15'400));
    } else {
      talk.tell(response(id, 200));
    }
  }
  const Readout got = read(traffic);
  EXPECT_EQ(got.queries(), 5U);
  EXPECT_EQ(got.responses(), 5U) << "the start of the long one says what it answers";
}

TEST(LongStreams, AtTheEndOfTheInputWhatIsBehindAHoleIsRead) {
  for (const bool closes : {false, true}) {
    for (const bool from_client : {false, true}) {
      Traffic traffic;
      Conversation talk(traffic, {.server_port = kDns});
      talk.open();
      talk.say(from_client, query(1)).lose(from_client, query(2).size()).say(from_client, query(3) + query(4));
      if (closes) talk.close();
      const Readout got = read(traffic);
      EXPECT_EQ(got.queries(), 3U) << closes << from_client;
      EXPECT_EQ(got.unread(Reason::gap), 1U);
      EXPECT_EQ(got.limit(Limit::stream_gap), 1U);
    }
  }
}

TEST(LongStreams, MetInsideAMessageTheyAreReadFromTheNextOne) {
  std::string stream;
  for (unsigned id = 0; id < 30; ++id) stream += response(id, 900);
  for (const std::size_t start : {1U, 2U, 3U, 14U, 500U, 1000U, 1001U, 1399U}) {
    for (const std::size_t mss : {536U, 1400U}) {
      for (const bool from_client : {false, true}) {
        Traffic traffic;
        Conversation talk(traffic, {.server_port = kDns});
        talk.say(from_client, std::string_view(stream).substr(start), mss);
        const Readout got = read(traffic);
        EXPECT_GE(got.responses(), 28U) << start << " " << mss << from_client;
        EXPECT_LE(got.responses(), 29U) << start << " " << mss << from_client;
        EXPECT_GE(got.of("dns.unread", Unit::records).hidden(), 1U) << start << " " << mss << from_client;
      }
    }
  }
}

TEST(LongStreams, BehindAHoleOfAnyLengthTheNextMessageIsFound) {
  std::string stream;
  for (unsigned id = 0; id < 400; ++id) stream += response(id, 500);
  for (const std::size_t hole : {1U, 700U, 1400U, 20'000U, 100'000U}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = kDns});
    talk.open().tell(std::string_view(stream).substr(0, 30'000)).lose(false, hole);
    talk.tell(std::string_view(stream).substr(30'000 + hole));
    const Readout got = read(traffic);
    const std::size_t one = response(0, 500).size();
    // Behind more than a window some segments must follow each other before they are believed.
    const std::size_t doubted = hole > 65'536 ? 16 * 1400 / one : 0;
    EXPECT_GE(got.responses(), 400U - hole / one - doubted - 4U) << hole;
    EXPECT_LT(got.responses(), 400U) << hole;
    EXPECT_GE(got.unread(Reason::gap), 1U) << hole;
    EXPECT_GE(got.limit(Limit::stream_gap), 1U) << hole;
  }
}

TEST(LongStreams, TheSnaplenCostsTheMessagesItCuts) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kDns});
  talk.open();
  for (unsigned id = 0; id < 50; ++id) talk.ask(query(id)).tell(response(id, id % 2 == 0 ? 0 : 600));
  for (Traffic::Packet& packet : traffic.packets) packet.captured = 256;
  const Readout got = read(traffic);
  EXPECT_EQ(got.queries(), 50U);
  EXPECT_EQ(got.responses(), 50U);
}

TEST(LongStreams, OddOctetsInFrontOfTheFirstMessageHideNothing) {
  for (const std::string& odd : {std::string("x"), std::string(40, '\0'), std::string("GET / HTTP/1.1\r\n\r\n")}) {
    Traffic traffic;
    Conversation talk(traffic, {.server_port = kDns});
    talk.open().ask(odd);
    for (unsigned id = 0; id < 5; ++id) talk.ask(query(id)).tell(response(id));
    const Readout got = read(traffic);
    EXPECT_EQ(got.queries(), 5U) << odd;
    EXPECT_EQ(got.responses(), 5U) << odd;
  }
}

TEST(LongStreams, WhatIsNoDnsOnItsPortIsSaid) {
  Traffic traffic;
  Conversation talk(traffic, {.server_port = kDns});
  talk.open();
  for (int i = 0; i < 100; ++i) talk.ask(std::string(1000, '\xff'));
  EXPECT_EQ(read(traffic).limit(Limit::unclaimed), 1U);
}

}  // namespace long_streams_test
}  // namespace uptake
